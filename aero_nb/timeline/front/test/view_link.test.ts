import assert from "node:assert/strict";
import { test } from "node:test";
import { type ModelValues, StubHost } from "../src/logic/hosts";
import { linkOf, readLink, viewOf } from "../src/logic/view_link";
import { smallStore } from "./small_store";

const store = smallStore({
  spans: [
    { name: "frame", start: 0, duration: 5000 },
    { name: "lone \ud800 % & #", start: 6000, duration: 10 },
  ],
  samples: [[0, 1]],
});
const { track, process, title } = store.bands[0];
const names = [store.processes[process].title, title];
const us = (ns: number) => store.zeroUs + ns / 1000;
const linked = (view: unknown) => readLink(linkOf(view as Record<string, unknown>), store);

test("a view that was written into an address is read from it", () => {
  const values: Partial<ModelValues> = {
    window: [us(100), us(400)],
    selection_range: [us(100), us(200)],
    search: "/a#b&c/",
    color_by: "cat",
    counter_mode: "delta",
    wheel: "zoom",
    notes: [{ ts_us: us(1), dur_us: 0, text: "naïve %20" }],
    shown: [track],
    selection_tracks: [track],
    pinned: [track],
    collapsed: [],
    scale_fit: [],
    scale_log: [track],
    _selected: 1,
  };
  const view = viewOf(new StubHost(values), store);
  assert.deepEqual(view.shown, [names]);
  assert.deepEqual(view.selected, ["lone \ud800 % & #", us(6000)]);
  const { collapsed: _, scale_fit: __, ...told } = values;
  assert.deepEqual(linked(view), { values: told, word: "" });
});

test("a page that was just opened has an empty view, and an address without one says nothing", () => {
  const whole = new StubHost({ window: [us(0), us(store.end)], search: "", notes: [], pinned: [], shown: null });
  assert.deepEqual(viewOf(whole, store), {});
  assert.deepEqual(readLink("#section", store), { values: {}, word: "" });
  assert.deepEqual(readLink("", store), { values: {}, word: "" });
});

test("where a page opens on less than the whole, the whole is what a view tells", () => {
  const opening = { start_ns: 100, end_ns: 300, note: "1 event lies off" };
  const opened = Object.assign(smallStore({ spans: [{ name: "a", start: 0, duration: 5000 }] }), { opening });
  assert.deepEqual(viewOf(new StubHost({ window: [us(100), us(300)] }), opened), {});
  assert.deepEqual(viewOf(new StubHost({ window: [us(0), us(5010)] }), opened), { window: [us(0), us(5010)] });
});

test("what is no view is left out, and said", () => {
  const wrong: Record<string, unknown> = {
    window: [5, 1],
    selection_range: [1e18, 2e18],
    search: 3,
    color_by: "constructor",
    axis: "moon",
    notes: [{ text: "when?" }],
    shown: [["not", "here"]],
    pinned: [[1, 2]],
    scale_log: [["not", "here"]],
    selected: ["frame", 1e9],
    _selected: 0,
    toString: 1,
  };
  for (const [key, value] of Object.entries(wrong)) {
    const { values, word } = linked({ [key]: value });
    assert.deepEqual(values, {}, key);
    assert.match(word, new RegExp(`left out .*: ${key}$`));
  }
  const some = linked({ search: "a", pinned: [names, ["not", "here"]] });
  assert.deepEqual(some, { values: { search: "a", pinned: [track] }, word: "" });
  assert.deepEqual(linked({ shown: [] }).values, { shown: [] }, "all hidden is a view");
});

test("an address that holds no JSON object, or is endless, cannot be read", () => {
  for (const hash of ["#view=", "#view=%7B%", "#view=[1]", "#view=null", `#view=${"1".repeat(300_000)}`]) {
    const { values, word } = readLink(hash, store);
    assert.deepEqual(values, {});
    assert.match(word, /cannot be read/);
  }
});

test("a window is never larger than a page can reckon with", () => {
  const { window } = linked({ window: [-1e308, 1e308] }).values;
  assert.deepEqual(window, [us(-store.durationNs), us(2 * store.durationNs)]);
});
