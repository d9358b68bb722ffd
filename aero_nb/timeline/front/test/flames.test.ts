import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, type FigureNode, matchesIn, type PackedTree, treeOf } from "../src/logic/flames";

// a 100 (b 60 (d 20), c 30 (b 10), 3 left out 5), e 20
const packed: PackedTree = {
  towards: "down",
  groups: false,
  parent: [0, 0, 1, 0, 0, 2, 1], // parents -1 -1 0 0 0 2 3, each less the one before
  name: [0, 4, 1, 2, -1, 3, 1],
  total: [100, 20, 60, 30, 5, 20, 10],
  count: [1, 1, 1, 1, 3, 1, 1],
  merged: [0, 0, 0, 0, 3, 0, 0],
};
const names = ["a", "b", "c", "d", "e"];
const nameOf = ({ name }: FigureNode) => names[name] ?? "";

test("several roots get one above them; children lie from the largest on, what was left out last", () => {
  const all = treeOf(packed);
  assert.equal(all.total, 120);
  assert.deepEqual(all.children.map(nameOf), ["a", "e"]);
  assert.deepEqual(all.children[0].children.map(nameOf), ["b", "c", ""]);
});

test("a bar that is zoomed into has the whole width, and what led to it lies above", () => {
  const [a] = treeOf(packed).children;
  const bars = barsOf(a.children[0], 120).map(({ node, left, width, level }) => [nameOf(node), left, width, level]);
  assert.deepEqual(bars, [
    ["", 0, 120, 0],
    ["a", 0, 120, 1],
    ["b", 0, 120, 2],
    ["d", 0, 40, 3],
  ]);
});

test("children too narrow to see are one bar that says how many they are", () => {
  const root: FigureNode = { name: 0, place: 0, group: false, total: 100, parent: null, children: [] };
  const child = (total: number): FigureNode => ({ ...root, total, parent: root, children: [] });
  root.children = [child(90), ...Array.from({ length: 10 }, () => child(1))];
  const [, wide, rest] = barsOf(root, 40);
  assert.deepEqual([wide.width, wide.rest, rest.left, rest.width, rest.rest], [36, 0, 36, 4, 10]);
});

test("children with more time than their parent stay within it", () => {
  const root: FigureNode = { name: 0, place: 0, group: false, total: 50, parent: null, children: [] };
  root.children = [60, 40].map((total) => ({ ...root, total, parent: root, children: [] }));
  assert.deepEqual(
    barsOf(root, 100).map(({ left, width }) => [left, width]),
    [
      [0, 100],
      [0, 60],
      [60, 40],
    ],
  );
});

test("a search counts no time twice", () => {
  const all = treeOf(packed);
  const b = matchesIn(all, (node) => nameOf(node) === "b");
  assert.deepEqual([b.nodes.size, b.total], [2, 70]);
  const aAndB = matchesIn(all, (node) => ["a", "b"].includes(nameOf(node)));
  assert.deepEqual([aAndB.nodes.size, aAndB.total], [3, 100]);
});
