import assert from "node:assert/strict";
import { test } from "node:test";
import { spansInRange } from "../src/logic/ranges";
import { distributionOf, sameNameBeside } from "../src/logic/same_name";
import { bottomUp, callersOf, callTree } from "../src/logic/tree";
import { smallStore } from "./small_store";

// frame 0-100 (a 10-40 (b 20-30), b 50-60), frame 100-200 (a 120-180)
const store = smallStore({
  spans: [
    { name: "frame", start: 0, duration: 100, row: 0 },
    { name: "frame", start: 100, duration: 100, row: 0 },
    { name: "a", start: 10, duration: 30, parent: 0, row: 1 },
    { name: "b", start: 50, duration: 10, parent: 0, row: 1 },
    { name: "a", start: 120, duration: 60, parent: 1, row: 1 },
    { name: "b", start: 20, duration: 10, parent: 2, row: 2 },
  ],
});
const nameOf = (code: number) => (code < 0 ? "all" : store.names[code]);

test("the call tree of a range: paths together, cut to it, largest first", () => {
  const root = callTree(store, store.bands, 0, 150);
  assert.equal(root.total, 150);
  const [frame] = root.children;
  assert.deepEqual([nameOf(frame.name), frame.count, frame.total, frame.self], ["frame", 2, 150, 80]);
  const inside = frame.children.map(({ name, count, total, self }) => [nameOf(name), count, total, self]);
  assert.deepEqual(inside, [
    ["a", 2, 60, 50],
    ["b", 1, 10, 10],
  ]);
  assert.equal(frame.children[0].longest, 2); // of equal parts in the range the first
});

test("bottom-up: self times are the table's, callers share them out", () => {
  const rows = bottomUp(callTree(store, store.bands, 0, 150));
  const table = spansInRange(store, store.bands, 0, 150);
  assert.deepEqual(
    rows.map(({ name, self, count }) => [name, self, count]),
    table.map(({ name, self, count }) => [name, self, count]),
  );
  const b = rows.find(({ name }) => nameOf(name) === "b");
  assert.ok(b);
  const callers = callersOf(b);
  assert.deepEqual(
    callers.map(({ name, self }) => [nameOf(name), self]),
    [
      ["frame", 10],
      ["a", 10],
    ],
  );
  assert.deepEqual(callersOf(callers[0]), []); // nothing called it
});

test("the neighbours of one name, in time whatever their rows", () => {
  assert.equal(sameNameBeside(store, 5, 1), 3);
  assert.equal(sameNameBeside(store, 3, -1), 5);
  assert.equal(sameNameBeside(store, 3, 1), -1);
});

test("a span's place among the durations of its name", () => {
  const place = distributionOf(store, 2);
  assert.deepEqual([place.count, place.longer, place.least, place.median, place.most], [2, 1, 30, 45, 60]);
  assert.deepEqual([place.bins[0], place.bins[place.bins.length - 1], place.own], [1, 1, 0]);
  assert.deepEqual(distributionOf(store, 3).bins, [2]); // all alike: one bar
});
