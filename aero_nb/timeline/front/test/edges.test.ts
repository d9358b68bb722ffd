// What lies at an edge: the first and the last of something, a half, an equal.

import assert from "node:assert/strict";
import { test } from "node:test";
import { colorIndex, mix } from "../src/logic/colors";
import { CounterCache, counterColumns, counterScale, heightOn } from "../src/logic/counters";
import { exactTime, formatDuration, formatValue } from "../src/logic/format";
import { hitAt } from "../src/logic/hits";
import { StubHost } from "../src/logic/hosts";
import { COUNTER_HEIGHT, INSTANTS_HEIGHT, Layout, ROW_HEIGHT } from "../src/logic/layout";
import { Search } from "../src/logic/search";
import { TimelineState } from "../src/logic/state";
import { timeTicks } from "../src/logic/ticks";
import { SHORTEST, Viewport } from "../src/logic/viewport";
import { smallStore } from "./small_store";

const MINUTE = 60e9;
const DAY = 1440 * MINUTE;

test("above half a minute the step between ticks is of whole minutes, hours and days", () => {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400];
  for (const minutes of steps) assert.equal(timeTicks(0, minutes * MINUTE, 1).step, minutes * MINUTE);
  assert.equal(timeTicks(0, 14401 * MINUTE, 1).step, 11 * DAY);
  assert.equal(timeTicks(0, 30e9, 1).step, 50e9);
  assert.equal(timeTicks(0, 30.1e9, 1).step, MINUTE);
});

test("ticks are the multiples of the step from the first in sight to the last", () => {
  assert.deepEqual(timeTicks(150, 420, 3).values, [200, 300, 400]);
  assert.deepEqual(timeTicks(200, 400, 2).values, [200, 300, 400]);
  const far = timeTicks(1e9 + 150, 1e9 + 420, 3);
  assert.deepEqual(far.values, [1e9 + 200, 1e9 + 300, 1e9 + 400]);
  assert.deepEqual([far.base, far.labels], ["1 s +", ["+200 ns", "+300 ns", "+400 ns"]]);
});

test("values change their prefix at its power, days are the longest unit", () => {
  const values = [1e12, 999e9, 1e9, 1e6, 1e3, 999];
  assert.deepEqual(
    values.map((value) => formatValue(value, "B")),
    ["1.00 TB", "999 GB", "1.00 GB", "1.00 MB", "1.00 kB", "999 B"],
  );
  assert.match(formatDuration(3 * DAY), /d$/);
  assert.equal(exactTime(1234.6), "1.235 µs");
});

test("colours: the first byte of a name counts, a mix is the sum of its shares", () => {
  assert.equal(mix("#ff0010", "#00ff10", 0.25), "#40bf10");
  assert.deepEqual(["", "frame", "hrame", "é", "日本", "f1rame23"].map(colorIndex), [1, 7, 6, 4, 4, 7]);
});

test("counters: the sample at the end of the view is out of sight", () => {
  const store = smallStore({
    spans: [{ name: "a", start: 0, duration: 100 }],
    samples: [
      [0, -7],
      [50, 3],
      [100, 9],
    ],
  });
  const cache = new CounterCache(store);
  const level = cache.get(store.bands[1], "level");
  assert.equal(cache.get(store.bands[1], "level"), level);
  const columns = counterColumns(level, 0, 100, 4);
  assert.deepEqual([...columns.last], [-7, Number.NaN, 3, Number.NaN]);
  assert.deepEqual(counterScale(columns), [-7, 3]); // the lowest is in the first pixel
});

test("the selected interval is the range, else the span's, also of the first span", () => {
  const state = new TimelineState(smallStore({ spans: [{ name: "a", start: 20, duration: 80 }] }), () => {});
  assert.equal(state.selected, -1);
  assert.equal(state.selectedInterval, null);
  state.selected = 0;
  assert.deepEqual(state.selectedInterval, [20, 100]);
  state.range = [1, 2];
  assert.deepEqual(state.selectedInterval, [1, 2]);
  assert.deepEqual([state.toUs(2500), state.fromUs(2.5)], [2.5, 2500]);
});

test("layout: heights, and what lies on the border of two strips", () => {
  const store = smallStore({
    spans: [{ name: "a", start: 0, duration: 100 }],
    samples: [[0, 1]],
  });
  const layout = new Layout(store);
  const [heading, main, counter] = layout.strips;
  assert.deepEqual([ROW_HEIGHT, INSTANTS_HEIGHT, COUNTER_HEIGHT], [16, 20, 44]);
  assert.deepEqual([heading.height, main.height, counter.height], [20, 24, 48]);
  assert.equal(main.kind === "band" && main.rows[0].height, 15);
  assert.equal(layout.at(main.y, 0)?.strip, main);
  assert.equal(layout.at(main.y - 1, 0)?.strip, heading);
  assert.equal(layout.at(counter.y, 0)?.strip, counter);
});

test("the middle of the view, and its closest", () => {
  const view = new Viewport(1000, () => {});
  view.show(200, 600);
  assert.equal(view.middle, 400);
  view.zoom(1e-9, 400);
  assert.deepEqual([view.duration, SHORTEST], [10, 10]);
});

test("a stub host that is no longer listened to is silent", () => {
  const host = new StubHost({});
  let heard = 0;
  const stop = host.on("color_by", () => {
    heard += 1;
  });
  host.set("color_by", "cat");
  stop();
  host.set("color_by", "name");
  assert.equal(heard, 1);
});

test("backwards through spans of equal start, one by one and around", () => {
  const store = smallStore({
    spans: [
      { name: "a", start: 10, duration: 0 },
      { name: "a", start: 10, duration: 0 },
      { name: "b", start: 20, duration: 5 },
      { name: "a", start: 10, duration: 90, row: 1 },
    ],
  });
  const search = new Search(store);
  search.find("a");
  assert.deepEqual([search.step(-1, 15), search.step(-1, 0), search.step(-1, 0), search.step(-1, 0)], [3, 1, 0, 3]);
  search.find("b");
  assert.deepEqual([search.step(-1, 15), search.step(-1, 15)], [2, 2]); // only around the end
  search.find("a");
  assert.deepEqual([search.step(1, 0), search.step(1, 0), search.step(1, 0), search.step(1, 0)], [0, 1, 3, 0]);
});

test("the nearest instant within five pixels, and the longest of the spans in a pixel", () => {
  const store = smallStore({
    spans: [
      { name: "short", start: 0, duration: 1 },
      { name: "long", start: 2, duration: 5 },
      { name: "as long", start: 8, duration: 5 },
      { name: "end", start: 90, duration: 10 },
    ],
    instants: [
      [40, "one"],
      [46, "two"],
    ],
  });
  const layout = new Layout(store);
  const view = new Viewport(100, () => {});
  const picture = { store, layout, view, scroll: 0, width: 100, ratio: 2 };
  const title = layout.strips[1].y + 5;
  const instant = (time: number) => {
    const hit = hitAt(picture, { x: 0, y: title, time });
    return hit?.kind === "instant" ? hit.instant : null;
  };
  assert.deepEqual([instant(42), instant(44), instant(51), instant(34), instant(52)], [0, 1, 1, null, null]);
  const row = layout.strips[1].y + INSTANTS_HEIGHT;
  const span = (time: number, y = row, width = 100) => {
    const hit = hitAt({ ...picture, width }, { x: 0, y, time });
    return hit?.kind === "span" ? hit.span : null;
  };
  assert.deepEqual([span(0.1), span(3), span(95), span(50)], [0, 1, 3, null]);
  assert.equal(span(1, row, 1), 1); // a pixel of 50 ns: of equal ones the first
  assert.deepEqual([span(3, row + ROW_HEIGHT - 1), span(3, row + ROW_HEIGHT)], [1, null]); // to the last line of the row
});

test("a counter's scale: from zero, of what is in sight, or logarithmic", () => {
  const series = { time: Float64Array.of(0, 1, 2, 3), value: Float64Array.of(10, 1000, 0, 100) };
  const columns = counterColumns(series, 0, 4, 4);
  assert.deepEqual(counterScale(columns), [0, 1000]);
  assert.deepEqual(counterScale(counterColumns(series, 0, 2, 4), "fit"), [10, 1000]);
  assert.deepEqual(counterScale(columns, "log"), [10, 1000]);
  const heights = [10, 100, 1000, 0, -5].map((value) => heightOn([10, 1000], "log", value));
  assert.deepEqual(
    heights.map((height) => Math.round(height * 100)),
    [0, 50, 100, 0, 0],
  );
  const nothing = counterColumns({ time: Float64Array.of(0), value: Float64Array.of(-1) }, 0, 1, 1);
  assert.equal(counterScale(nothing, "log"), null);
});
