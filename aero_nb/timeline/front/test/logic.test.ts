import assert from "node:assert/strict";
import { test } from "node:test";
import { CounterCache, counterAt, counterColumns, counterScale, counterSeries } from "../src/logic/counters";
import { ModelHost, type ModelKey, StubHost } from "../src/logic/hosts";
import { idleBands } from "../src/logic/idle";
import { COUNTER_HEIGHT, FOLD_HEIGHT, IDLE_HEIGHT, Layout, ROW_HEIGHT } from "../src/logic/layout";
import { countersInRange, spansInRange } from "../src/logic/ranges";
import { Search } from "../src/logic/search";
import { SHORTEST, Viewport } from "../src/logic/viewport";
import { pictureInWords, spanInWords, traceInWords } from "../src/logic/words";
import { smallStore } from "./small_store";

const store = smallStore({
  spans: [
    { name: "frame", start: 0, duration: 1000, row: 0 },
    { name: "frame", start: 2000, duration: 800, row: 0 },
    { name: "draw", start: 100, duration: 400, parent: 0, row: 1 },
    { name: "draw", start: 600, duration: 300, parent: 0, row: 1 },
  ],
  samples: [
    [0, 5],
    [1000, 15],
    [3000, -1],
  ],
});

test("search steps through matches in time order and around the end, both ways", () => {
  const search = new Search(store);
  search.find("draw");
  assert.equal(search.status, "2 found");
  assert.deepEqual([search.step(1, 0), search.step(1, 0), search.step(1, 0)], [2, 3, 2]);
  assert.equal(search.status, "1 of 2");
  search.find("/^f/");
  assert.deepEqual([search.step(-1, 5000), search.step(-1, 0), search.step(-1, 0)], [1, 0, 1]);
  search.find("/(/");
  assert.equal(search.status, "no match"); // an unfinished expression is text
  search.find("");
  assert.equal(search.status, "");
});

test("a first step starts at what is in sight", () => {
  const search = new Search(store);
  search.find("frame");
  assert.equal(search.step(1, 1500), 1);
  assert.equal(search.status, "2 of 2");
});

test("the numbers of a range", () => {
  const [draw, frame] = spansInRange(store, store.bands, 0, 1000);
  assert.equal(store.names[draw.name], "draw");
  assert.deepEqual([draw.count, draw.total, draw.self, draw.mean, draw.p50, draw.max], [2, 700, 700, 350, 350, 400]);
  assert.deepEqual([frame.count, frame.total, frame.self], [1, 1000, 300]);
  // Of a range only what lies in it counts: 50 to 350 has frame alone to 100, then draw.
  const cut = spansInRange(store, store.bands, store.start[0] + 50, store.start[0] + 350);
  assert.equal(
    cut.reduce((sum, row) => sum + row.self, 0),
    300,
  );
  assert.equal(cut.find((row) => store.names[row.name] === "frame")?.total, 300);
  const [counter] = countersInRange(store, store.bands, 0, 2000);
  assert.deepEqual([counter.count, counter.min, counter.mean, counter.max, counter.delta], [2, 5, 10, 15, 10]);
  assert.equal(counter.rate, 1e7); // 10 in 1 µs
  assert.deepEqual(countersInRange(store, store.bands, 1, 999), []);
});

test("counters: level holds, delta and rate are of neighbours", () => {
  const band = store.bands[1];
  const level = new CounterCache(store).get(band, "level");
  assert.deepEqual(
    [-1, 0, 999, 1000, 4000].map((time) => counterAt(level, time)),
    [Number.NaN, 5, 5, 15, -1],
  );
  assert.deepEqual([...counterSeries(store, band, "delta").value], [10, -16]);
  assert.deepEqual([...counterSeries(store, band, "rate").value], [1e7, -8e6]);
  const columns = counterColumns(level, 0, 4000, 4);
  assert.deepEqual([...columns.last], [5, 15, Number.NaN, -1]);
  assert.deepEqual(counterScale(columns), [-1, 15]);
});

test("layout: a process that is said to be closed is only its heading, until a band of it is asked for", () => {
  store.processes[0].closed = true;
  const layout = new Layout(store);
  store.processes[0].closed = false;
  assert.equal(layout.height, 20);
  assert.equal(layout.uncover(store.bands[0], 0), true);
  assert.ok(layout.height > 20);
});

test("layout: headings, rows, and what hides or closes them", () => {
  const layout = new Layout(store);
  const band = 4 + 2 * ROW_HEIGHT + 4; // no instants: the name goes on the first row
  assert.equal(layout.height, 20 + band + COUNTER_HEIGHT + 4);
  assert.equal(layout.shown, null);
  layout.toggle(layout.pinned, 1);
  assert.equal(layout.pinnedHeight, COUNTER_HEIGHT + 4);
  layout.toggle(layout.closed, 0);
  assert.equal(layout.height, COUNTER_HEIGHT + 4 + 20);
  assert.equal(layout.uncover(store.bands[0], 0), true);
  assert.equal(layout.uncover(store.bands[0], 0), false);
  layout.showOnly([1]);
  assert.deepEqual(layout.shown, [1]);
  assert.equal(layout.stripOf(store.bands[0]), undefined);
  layout.showOnly(null);
  layout.move(store.bands[0], 1);
  assert.deepEqual(layout.shown, [1, 0]);
  layout.collapseAll(true);
  assert.equal(layout.stripOf(store.bands[0])?.rows.length, 1);
});

test("layout: tracks with nothing in sight fold into a line for each process, until a click or a span asks for them", () => {
  const store = smallStore({
    spans: [{ name: "a", start: 0, duration: 100 }],
    instants: [[500, "i"]],
    lost: [[800, 900, "x"]],
  });
  const [band] = store.bands;
  const found = (t0: number, t1: number) => [...idleBands(store, t0, t1)].includes(band.number);
  assert.deepEqual(
    [found(0, 50), found(100, 500), found(450, 501), found(600, 800), found(850, 860), found(901, 999)],
    [false, true, false, true, false, true],
  );

  const three = smallStore({ spans: [{ name: "a", start: 0, duration: 100 }] });
  for (const [number, title] of [
    [1, "io"],
    [2, "gpu"],
  ] as const)
    three.bands.push({ ...three.bands[0], number, title, track: number });
  const layout = new Layout(three);
  const whole = layout.height;
  assert.equal(layout.foldIdle(new Set([1])), true); // a single one stays
  assert.equal(layout.height, whole);
  layout.foldIdle(new Set([1, 2]));
  assert.equal(layout.foldIdle(new Set([1, 2])), false);
  const line = layout.strips.at(-1);
  assert.ok(line?.kind === "idle");
  assert.equal(line.title, "2 idle: io, gpu");
  assert.equal(line.height, IDLE_HEIGHT);
  assert.deepEqual(
    layout.shownBands.map(({ number }) => number),
    [0, 1, 2],
  ); // numbers of a range are of all
  layout.toggle(layout.idleOpen, 0);
  assert.equal(layout.height, whole + IDLE_HEIGHT);
  layout.toggle(layout.idleOpen, 0);
  assert.equal(layout.uncover(three.bands[1], 0), true);
  assert.equal(layout.height, whole);
  layout.toggle(layout.pinned, 2);
  layout.foldIdle(new Set([0, 1, 2]));
  assert.deepEqual(
    layout.shownBands.map(({ number }) => number),
    [2, 0, 1],
  ); // what is pinned stays
  layout.foldIdle(null);
  layout.toggle(layout.pinned, 2);
  assert.equal(layout.height, whole);
});

test("layout: a deep track folds all but its first rows until it, or a deeper span, is asked for", () => {
  const spans = Array.from({ length: 55 }, (_, row) => ({ name: "a", start: row, duration: 100 - row, row }));
  const deep = smallStore({ spans });
  const layout = new Layout(deep);
  const strip = () => layout.stripOf(deep.bands[0]);
  assert.deepEqual([strip()?.rows.length, strip()?.foldable], [20, 35]);
  assert.equal(strip()?.height, 4 + 20 * ROW_HEIGHT + FOLD_HEIGHT + 4);
  assert.equal(layout.uncover(deep.bands[0], 19), false);
  assert.equal(layout.uncover(deep.bands[0], 20), true);
  assert.equal(strip()?.rows.length, 55);
  layout.toggle(layout.unfolded, 0);
  assert.equal(strip()?.rows.length, 20);
});

test("layout: a heading sticks while anything of its process is below it", () => {
  const layout = new Layout(store);
  const [heading, band] = layout.strips;
  assert.equal(layout.topOf(heading, 15), 0);
  assert.equal(layout.topOf(band, 15), band.y - 15);
  assert.equal(layout.at(10, 15)?.strip, heading);
  assert.equal(layout.topOf(heading, layout.height - 5), -15); // pushed out by what follows
});

test("layout: what lies at a height", () => {
  const layout = new Layout(store);
  assert.equal(layout.at(5, 0)?.strip.kind, "process");
  assert.equal(layout.at(25, 0)?.inner, 5);
  assert.equal(layout.at(25, 20)?.inner, 25);
  assert.equal(layout.at(10_000, 0), null);
});

test("the view stays within the trace and a tenth of itself", () => {
  let moves = 0;
  const view = new Viewport(1000, () => {
    moves += 1;
  });
  view.show(-500, -400);
  assert.deepEqual([view.t0, view.t1], [-10, 90]);
  view.show(5000, 5100);
  assert.deepEqual([view.t0, view.t1], [910, 1010]);
  view.show(0, 1e9);
  assert.equal(view.duration, 1200);
  assert.equal(moves, 3);
});

test("zoom keeps the time under the mouse, and stops at the closest", () => {
  const view = new Viewport(1000, () => {});
  view.zoom(0.5, 250);
  assert.deepEqual([view.t0, view.t1], [125, 625]);
  view.zoom(1e-9, 250);
  assert.equal(view.duration, SHORTEST);
  view.showAll();
  view.pan(0.05);
  assert.deepEqual([view.t0, view.t1], [50, 1050]);
  view.center(400, 100);
  assert.deepEqual([view.t0, view.t1], [380, 520]);
});

test("words for a screen reader", () => {
  const moment = (time: number) => `${time} ns`;
  assert.match(traceInWords(store), /^Timeline of 2\.80 µs: 4 spans, 0 instants, 2 tracks\./);
  const view = new Viewport(store.end, () => {});
  view.show(0, 1500);
  assert.equal(pictureInWords(store, new Layout(store), view, moment), "3 spans on 2 tracks, 0 ns to 1500 ns");
  assert.equal(spanInWords(store, 2, moment), "draw, 400 ns on Main at 100 ns, depth 1");
});

test("a stub host tells only of what the controls change", () => {
  const host = new StubHost({ search: "x" });
  const heard: string[] = [];
  for (const key of ["color_by", "search"] as ModelKey[]) host.on(key, () => heard.push(key));
  host.set("search", "y");
  host.set("color_by", "cat");
  assert.deepEqual(heard, ["color_by"]);
  assert.equal(host.get("search"), "y");
});

test("a model host does not hear its own changes, and says nothing new twice", () => {
  const values = new Map<string, unknown>([["search", ""]]);
  const listeners = new Map<string, () => void>();
  let saved = 0;
  const model = {
    get: (key: string) => values.get(key),
    set: (key: string, value: unknown) => {
      values.set(key, value);
      listeners.get(`change:${key}`)?.();
    },
    save_changes: () => {
      saved += 1;
    },
    on: (event: string, listener: () => void) => void listeners.set(event, listener),
    off: (event: string) => void listeners.delete(event),
  };
  const host = new ModelHost(model, async () => ({ buffers: [] }));
  let heard = 0;
  const stop = host.on("search", () => {
    heard += 1;
  });
  host.set("search", "a");
  host.set("search", "a");
  assert.deepEqual([heard, saved], [0, 1]);
  model.set("search", "from Python");
  assert.equal(heard, 1);
  stop();
  model.set("search", "unheard");
  assert.equal(heard, 1);
});
