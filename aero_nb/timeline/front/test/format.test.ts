import assert from "node:assert/strict";
import { test } from "node:test";
import { colorIndex, mix, PALETTE, paints } from "../src/logic/colors";
import {
  exactTime,
  formatCount,
  formatDuration,
  formatMany,
  formatMoment,
  formatValue,
  plainText,
  threeDigits,
} from "../src/logic/format";
import { timeTicks } from "../src/logic/ticks";

test("durations have three digits and the unit that fits", () => {
  const written = [0, 1, 999, 1000, 1125, 999_500, 1_125_000, 1e9, 119_999_999_999, 120e9, 604_800e9].map(
    formatDuration,
  );
  assert.deepEqual(written, [
    "0 ns",
    "1.00 ns",
    "999 ns",
    "1.00 µs",
    "1.12 µs",
    "1.00 ms",
    "1.12 ms",
    "1.00 s",
    "2.00 min",
    "2.00 min",
    "7.00 d",
  ]);
  assert.equal(formatDuration(-1500), "-1.50 µs");
  assert.equal(formatDuration(Number.NaN), "?");
});

test("ties go to even, as Python rounds", () => {
  assert.equal(threeDigits(1.125), "1.12");
  assert.equal(threeDigits(1.135), "1.14");
  assert.equal(threeDigits(1125), "1120");
});

test("counts and values", () => {
  assert.equal(formatCount(1234567), "1,234,567");
  assert.equal(formatMany(1, "child", "children"), "1 child");
  assert.equal(formatMany(1200, "span"), "1,200 spans");
  assert.deepEqual(
    [1e6, -1234.5, 0, 0.5, 1e13].map((value) => formatValue(value, "B")),
    ["1.00 MB", "-1.23 kB", "0 B", "0.500 B", "10.0 TB"],
  );
  assert.equal(formatValue(Number.POSITIVE_INFINITY), "∞");
});

test("exact times keep every nanosecond", () => {
  assert.equal(exactTime(1_234_567), "1,234.567 µs");
  assert.equal(exactTime(-5), "-0.005 µs");
  assert.equal(exactTime(2000), "2 µs");
});

test("a moment has as many decimals as a pixel needs", () => {
  assert.equal(formatMoment(1_500_000, 1000), "1.500 ms");
  assert.equal(formatMoment(1_500_000, 1_000_000), "2 ms");
  assert.equal(formatMoment(90, 0.1), "90 ns");
});

test("names are one visible line, never longer than asked", () => {
  assert.equal(plainText("a\nb"), "a b");
  assert.equal(plainText("\u202eevil"), "\ufffdevil");
  assert.equal(plainText(""), "(empty name)");
  assert.equal(plainText("x".repeat(81)), `${"x".repeat(79)}…`);
  assert.equal(plainText("x".repeat(80)), "x".repeat(80));
  assert.equal(Array.from(plainText("😀".repeat(90))).length, 80);
});

test("ticks are round, differ, and lie in sight", () => {
  const { values, labels, base } = timeTicks(0, 1e6, 5);
  assert.deepEqual(values, [0, 200e3, 400e3, 600e3, 800e3, 1e6]);
  assert.deepEqual(labels, ["0 µs", "200 µs", "400 µs", "600 µs", "800 µs", "1000 µs"]);
  assert.equal(base, "");
});

test("deep in a long trace ticks count from a base", () => {
  const day = 86_400e9;
  const { labels, base } = timeTicks(3 * day, 3 * day + 1000, 4);
  assert.equal(base, "3 d +");
  assert.ok(labels.every((label) => label.startsWith("+")));
  assert.equal(new Set(labels).size, labels.length);
});

test("above a minute ticks are whole minutes", () => {
  const { step } = timeTicks(0, 600e9, 5);
  assert.equal(step, 120e9);
});

test("a name's colour is one of the palette and does not depend on what follows 256 bytes", () => {
  assert.ok(colorIndex("frame") < PALETTE.length);
  assert.equal(colorIndex("x".repeat(300)), colorIndex("x".repeat(400)));
  assert.notEqual(colorIndex("frame"), colorIndex("render"));
});

test("colours mix, and labels are legible", () => {
  assert.equal(mix("#ffffff", "#000000", 0.5), "#808080");
  const [dark, light] = paints(["#000000", "#ffffff"], "#ffffff");
  assert.equal(dark.label, "#ffffff");
  assert.equal(light.label, "#000000");
});
