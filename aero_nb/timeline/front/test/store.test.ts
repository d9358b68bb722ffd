import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { gunzip, integers } from "../src/data/decode";
import { lowerBound, quantile, unsortedQuantile } from "../src/data/numbers";
import { smallStore } from "./small_store";

const nested = () =>
  smallStore({
    spans: [
      { name: "frame", start: 0, duration: 1000, row: 0 },
      { name: "frame", start: 2000, duration: 800, row: 0 },
      { name: "render", start: 100, duration: 400, parent: 0, row: 1 },
      { name: "present", start: 600, duration: 300, parent: 0, row: 1 },
    ],
  });

test("a column comes back whole, with what did not fit its width", () => {
  // 1, 258 and 70000 in two byte planes: the last is an exception.
  const bytes = Uint8Array.from([1, 2, 255, 0, 1, 255]);
  const section = { offset: 0, count: 3, width: 2, exceptions: [[2], [70000]] as [number[], number[]] };
  assert.deepEqual([...integers(bytes, section)], [1, 258, 70000]);
});

test("four byte planes hold numbers beyond 2^31", () => {
  const bytes = Uint8Array.from([1, 2, 3, 200]);
  assert.equal(
    integers(bytes, { offset: 0, count: 1, width: 4, exceptions: [[], []] })[0],
    1 + 2 * 256 + 3 * 65536 + 200 * 16777216,
  );
});

test("gunzip returns what was packed", async () => {
  const packed = Uint8Array.from(gzipSync("hello"));
  assert.equal(new TextDecoder().decode(await gunzip(packed)), "hello");
});

test("starts are running sums, also where a new row begins earlier", () => {
  assert.deepEqual([...nested().start], [0, 2000, 100, 600]);
});

test("parents, ancestors and children", () => {
  const store = nested();
  assert.deepEqual([...store.parent], [-1, -1, 0, 0]);
  assert.deepEqual(store.ancestors(3), [0]);
  assert.deepEqual(store.children(0), [2, 3]);
  assert.deepEqual(store.children(1), []);
});

test("self time is duration less children, and what was sent where that is not so", () => {
  assert.deepEqual([...nested().selfTime], [300, 800, 400, 300]);
  const spans = [{ name: "a", start: 0, duration: 10 }];
  assert.deepEqual([...smallStore({ spans, selfTimes: [[0, 7]] }).selfTime], [7]);
});

test("the spans of a row in a window are those that touch it", () => {
  const store = nested();
  assert.deepEqual(store.inRow(0, 0, 1), [0, 1]);
  assert.deepEqual(store.inRow(0, 999, 2000), [0, 1]); // the second begins at its end
  assert.deepEqual(store.inRow(0, 1000, 2001), [1, 2]); // the first has ended
  assert.deepEqual(store.inRow(0, 1000, 2000), [1, 1]);
});

test("row and band of a span", () => {
  const store = nested();
  assert.deepEqual(
    [0, 1, 2, 3].map((span) => store.rowOf(span)),
    [0, 0, 1, 1],
  );
  assert.equal(store.bandOf(3).title, "Main");
});

test("the longest of each block of eight", () => {
  const spans = Array.from({ length: 17 }, (_, i) => ({
    name: "x",
    start: i * 100,
    duration: i === 5 || i === 9 ? 90 : i,
  }));
  const { block, longest } = smallStore({ spans }).longestOfBlocks;
  assert.equal(block, 8);
  assert.deepEqual([...longest], [5, 9]);
});

test("args of a saved page: text, empty where a span has none, null where the stream holds none", () => {
  const spans = [
    { name: "a", start: 0, duration: 10 },
    { name: "b", start: 20, duration: 10 },
  ];
  const store = smallStore({ spans, args: [[1, '{"n":1}']] });
  assert.equal(store.argsText(1), '{\n "n": 1\n}');
  assert.equal(store.argsText(0), "");
  assert.equal(smallStore({ spans }).argsText(0), null);
});

test("lowerBound finds the first place that is not below", () => {
  const values = [1, 3, 3, 5];
  assert.deepEqual(
    [0, 1, 2, 3, 4, 6].map((limit) => lowerBound(values, limit, 0, 4)),
    [0, 0, 1, 1, 3, 4],
  );
  assert.equal(lowerBound(values, 0, 2, 4), 2);
});

test("quantile interpolates", () => {
  assert.equal(quantile([10, 20], 0.5), 15);
  assert.equal(quantile([1, 2, 3, 4], 0.95), 3.8499999999999996);
  assert.equal(quantile([7], 0.95), 7);
});

test("a quantile needs no sorting", () => {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed % 1000;
  };
  for (const count of [1, 2, 3, 10, 999]) {
    const values = Float64Array.from({ length: count }, random);
    const sorted = values.slice().sort();
    for (const share of [0, 0.5, 0.95, 1]) {
      assert.equal(unsortedQuantile(values, share), quantile(sorted, share), `${share} of ${count}`);
    }
    assert.deepEqual(values.sort(), sorted);
  }
  assert.equal(unsortedQuantile(new Float64Array(50).fill(7), 0.5), 7);
});
