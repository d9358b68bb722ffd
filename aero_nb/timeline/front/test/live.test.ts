import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveStore, Newest, type Push } from "../src/data/live";
import { liveHit } from "../src/logic/live_hits";
import { liveLayout, ROW } from "../src/logic/live_layout";
import { frameAt, LiveWindow } from "../src/logic/live_window";

const NUMBERS: Push["numbers"] = {
  fps: null,
  frame_ms: null,
  low: null,
  late: 0,
  frames: 0,
  counters: [],
  overwritten: 0,
  missed: 0,
  cpu: 0,
  bytes_per_s: 0,
};

interface Rows {
  spans?: [lane: number, name: number, depth: number, start: number, duration: number][];
  instants?: [lane: number, name: number, time: number][];
  samples?: [lane: number, name: number, time: number, value: number][];
  frames?: [time: number, interval: number][];
}

/** A push as aero_nb/live/wire.py writes it, its columns one byte off any alignment. */
function pushed(head: Partial<Push>, { spans = [], instants = [], samples = [], frames = [] }: Rows = {}) {
  const f64 = [spans.map((s) => s[3]), spans.map((s) => s[4]), instants.map((i) => i[2])];
  f64.push(
    samples.map((s) => s[2]),
    samples.map((s) => s[3]),
    frames.map((f) => f[0]),
    frames.map((f) => f[1]),
  );
  const named = [spans, instants, samples] as number[][][];
  const parts = [
    ...f64.map((column) => new Float64Array(column)),
    ...named.map((rows) => new Uint32Array(rows.map((row) => row[1]))),
    ...named.map((rows) => new Uint16Array(rows.map((row) => row[0]))),
    new Uint8Array(spans.map((s) => s[2])),
  ].map((column) => new Uint8Array(column.buffer));
  const bytes = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const counts: Push["counts"] = [spans.length, instants.length, samples.length, frames.length];
  const push: Push = {
    number: 0,
    recording: 0,
    now: 1e9,
    first: 0,
    names: ["frame", "step", "level"],
    lanes: [{ name: "Main", source: "this process", busy: 0.5, missed: 0 }],
    open: [],
    numbers: NUMBERS,
    counts,
    marks: [],
    ...head,
  };
  return [push, new DataView(bytes.buffer, 1)] as const;
}

test("a lane keeps its newest rows and no more", () => {
  const rows = Newest.of();
  for (let n = 0; n < Newest.KEPT + 10; n += 1) rows.columns.time[rows.add()] = n;
  assert.equal(rows.first, 10);
  assert.equal(rows.columns.time[rows.at(rows.first)], 10);
  assert.equal(rows.columns.time[rows.at(rows.added - 1)], Newest.KEPT + 9);
  assert.equal(rows.columns.time.length, Newest.KEPT);
});

test("pushes add up, open spans are those of the last one", () => {
  const store = new LiveStore();
  store.take(...pushed({ open: [[0, 1, 1, 50]] }, { spans: [[0, 0, 0, 10, 20]], instants: [[0, 1, 15]] }));
  store.take(...pushed({ now: 2e9, first: 3, names: ["new"] }, { samples: [[0, 2, 60, 2.5]], frames: [[10, 30]] }));
  const [lane] = store.lanes;
  assert.equal(lane.spans.added, 1);
  assert.equal(lane.instants.columns.time[0], 15);
  assert.deepEqual(lane.open, []);
  assert.equal(lane.series.get(2)?.columns.value[0], 2.5);
  assert.equal(store.frames.columns.value[0], 30);
  assert.deepEqual(store.names, ["frame", "step", "level", "new"]);
  assert.equal(store.now, 2e9);
});

test("a page that missed names shows the others all the same, and another recording forgets all", () => {
  const store = new LiveStore();
  store.take(...pushed({ first: 2, names: ["level"] }, { spans: [[0, 0, 0, 10, 20]] }));
  assert.equal(store.nameOf(0), "…");
  assert.equal(store.nameOf(2), "level");
  store.take(...pushed({ recording: 1 }));
  assert.equal(store.lanes[0].spans.added, 0);
});

test("what rolls shows its first seconds from the left, then the newest, by whole pixels", () => {
  const store = new LiveStore();
  const window = new LiveWindow(store, 10);
  assert.deepEqual(window.shown(100), [0, 10e9]);
  store.now = 20.01e9;
  assert.deepEqual(window.shown(100), [10.1e9, 20.1e9]);
});

test("a paused window stays, zooms at a point and never leaves the recording", () => {
  const store = new LiveStore();
  const window = new LiveWindow(store, 10);
  store.now = 20e9;
  window.pause(100);
  store.now = 30e9;
  assert.deepEqual(window.shown(100), [10e9, 20e9]);
  window.zoom(0.5, 0, 100);
  assert.deepEqual(window.shown(100), [10e9, 15e9]);
  window.pan(-100, 100);
  assert.deepEqual(window.shown(100), [0, 5e9]);
  window.pan(100, 100);
  assert.equal(window.shown(100)[0], 25.75e9);
  window.resume();
  assert.deepEqual(window.shown(100), [20e9, 30e9]);
});

test("stepping goes from frame to frame, at first to the last one", () => {
  const store = new LiveStore();
  const frames: [number, number][] = [0, 1, 2, 3].map((n) => [n * 1e9, 1e9]);
  store.take(...pushed({ now: 4e9 }, { frames }));
  const window = new LiveWindow(store, 10);
  const middle = () => window.shown(100).reduce((a, b) => a + b) / 2;
  window.stepFrame(-1, 100);
  assert.equal(middle(), 3.5e9);
  window.stepFrame(-1, 100);
  assert.equal(middle(), 2.5e9);
  window.stepFrame(1, 100);
  window.stepFrame(1, 100);
  assert.equal(middle(), 3.5e9);
  assert.equal(frameAt(store.frames, -1), -1);
});

test("the mouse is told of spans, open ones, instants and counters", () => {
  const store = new LiveStore();
  store.take(
    ...pushed(
      { open: [[0, 0, 0, 5e8]] },
      {
        spans: [
          [0, 1, 1, 1e8, 1e8],
          [0, 0, 0, 1e8, 2e8],
        ],
        instants: [[0, 2, 4e8]],
        samples: [[0, 2, 3e8, 7]],
      },
    ),
  );
  const layout = liveLayout(store);
  const [strip] = layout.lanes;
  const told = (moment: number, y: number) => liveHit(store, layout, moment, y, 1e6);
  assert.deepEqual(told(1.5e8, strip.rows + 1), ["frame", "200 ms, at 100,000 µs"]);
  assert.deepEqual(told(1.5e8, strip.rows + ROW + 1), ["step", "100 ms, at 100,000 µs"]);
  assert.deepEqual(told(9e8, strip.rows + 1), ["frame", "open for 500 ms, at 500,000 µs"]);
  assert.deepEqual(told(4e8, strip.top + 1), ["level", "instant, at 400,000 µs"]);
  assert.equal(told(4.5e8, strip.rows + 1), null);
  assert.deepEqual(told(9e8, layout.series[0].top + 1), ["level", "7.00"]);
});
