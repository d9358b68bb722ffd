import assert from "node:assert/strict";
import { test } from "node:test";
import { hitAt, lostAt } from "../src/logic/hits";
import { INSTANTS_HEIGHT, Layout, ROW_HEIGHT } from "../src/logic/layout";
import { pixelTotals, RowRaster } from "../src/logic/raster";
import { Viewport } from "../src/logic/viewport";
import { smallStore } from "./small_store";

/** Spans of a row as pixels: the span's place, or "." */
function drawn(raster: RowRaster): string {
  return Array.from(raster.span, (span) => (span < 0 ? "." : String(span))).join("");
}

test("a pixel shows the longest span in it; gaps stay empty", () => {
  const store = smallStore({
    spans: [
      { name: "a", start: 0, duration: 1 },
      { name: "b", start: 2, duration: 5 },
      { name: "a", start: 30, duration: 0 },
    ],
  });
  const raster = new RowRaster(5);
  raster.draw(store, 0, 0, 50);
  assert.equal(drawn(raster), "1..2.");
  assert.deepEqual(raster.wide, []);
});

test("spans of three pixels and more are drawn by themselves, clipped to the window", () => {
  const store = smallStore({ spans: [{ name: "a", start: 0, duration: 100 }] });
  const raster = new RowRaster(10);
  raster.draw(store, 0, 50, 70);
  assert.deepEqual(raster.wide, [0, 0, 10]);
  assert.equal(drawn(raster), "..........");
});

test("what a search found outranks what is long", () => {
  const store = smallStore({
    spans: [
      { name: "hit", start: 0, duration: 1 },
      { name: "long", start: 2, duration: 7 },
    ],
  });
  const raster = new RowRaster(1);
  raster.draw(store, 0, 0, 10, Uint8Array.from([1, 0]));
  assert.equal(drawn(raster), "0");
});

test("whole blocks in one pixel draw what drawing span by span draws", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  let at = 0;
  const spans = Array.from({ length: 500 }, () => {
    at += Math.floor(random() * 30);
    const duration = Math.floor(random() * 20);
    const span = { name: "x", start: at, duration };
    at += duration;
    return span;
  });
  const store = smallStore({ spans });
  for (const width of [1, 7, 50, 400]) {
    const quick = new RowRaster(width);
    const plain = new RowRaster(width);
    quick.draw(store, 0, 100, 9000);
    plain.draw(store, 0, 100, 9000, new Uint8Array(1)); // with a search blocks are not used
    assert.deepEqual(quick.wide, plain.wide);
    const lengths = (raster: RowRaster) => Array.from(raster.span, (span) => (span < 0 ? -1 : store.duration[span]));
    assert.deepEqual(lengths(quick), lengths(plain));
  }
});

test("the totals of a pixel name the name with the largest part", () => {
  const store = smallStore({
    spans: [
      { name: "a", start: 0, duration: 10 },
      { name: "b", start: 10, duration: 3 },
      { name: "b", start: 13, duration: 27 },
    ],
  });
  const totals = pixelTotals(store, 0, 0, 20);
  assert.equal(totals.count, 3);
  assert.equal(store.names[totals.name], "a");
  assert.equal(totals.share, 0.5); // 10 of 20; b has 3 + 7
});

const picture = () => {
  const store = smallStore({
    spans: [
      { name: "outer", start: 0, duration: 1000, row: 0 },
      { name: "inner", start: 200, duration: 100, parent: 0, row: 1 },
    ],
    instants: [[500, "boot"]],
    lost: [[600, 800, "lost"]],
  });
  const view = new Viewport(1000, () => {});
  return { store, layout: new Layout(store), view, scroll: 0, width: 100, ratio: 1 };
};
const ROWS = 20 + INSTANTS_HEIGHT; // below the headings of process and band

test("a hit is the span under the mouse, one pixel to each side", () => {
  const at = (time: number, y: number) => hitAt(picture(), { x: time / 10, y, time });
  const hit = at(250, ROWS + ROW_HEIGHT + 5);
  assert.equal(hit?.kind === "span" && hit.span, 1);
  assert.equal(at(400, ROWS + ROW_HEIGHT + 5), null);
  const near = at(305, ROWS + ROW_HEIGHT + 5);
  assert.equal(near?.kind === "span" && near.span, 1);
  assert.equal(at(315, ROWS + ROW_HEIGHT + 5), null);
});

test("instants are hit in the title row, within five pixels", () => {
  const at = (time: number) => hitAt(picture(), { x: time / 10, y: 30, time });
  assert.deepEqual(at(540), { kind: "instant", instant: 0 });
  assert.equal(at(560), null);
});

test("a place in a gap tells the gap", () => {
  const found = lostAt(picture(), { x: 70, y: ROWS + 3, time: 700 });
  assert.deepEqual(found?.lost, [600, 800, "lost"]);
  assert.equal(lostAt(picture(), { x: 80, y: ROWS + 3, time: 800 }), null);
});
