// The call tree of a range: spans of one path together, cut to it; from the roots down, or from a name up.

import type { Band, Store } from "../data/store";
import { CutSpans, partsInRange } from "./ranges";

/** Spans with one path of names; times in ns, `longest` is the one with the largest part in the range. */
export interface TreeNode {
  name: number;
  parent: TreeNode | null;
  children: TreeNode[];
  count: number;
  total: number;
  self: number;
  longest: number;
  longestTime: number;
}

/** The tree of the shown threads in [t0, t1); the root is of no name and has all their time. */
export function callTree(store: Store, bands: Band[], t0: number, t1: number): TreeNode {
  const root = newNode(-1, null);
  const parts = partsInRange(store, bands, t0, t1);
  const cut = new CutSpans(store, t0, t1, parts);
  const nodes = [root];
  const nodeOf = new Int32Array(store.size); // 0, the root, where a parent is not drawn
  const known = new Map<number, number>(); // by place of the parent's node and code of the name
  for (const [from, to] of parts) {
    for (let i = from; i < to; i += 1) {
      const up = store.parent[i] >= 0 ? nodeOf[store.parent[i]] : 0;
      const key = up * store.names.length + store.name[i];
      let place = known.get(key);
      if (place === undefined) {
        place = nodes.length;
        known.set(key, place);
        nodes.push(newNode(store.name[i], nodes[up]));
      }
      nodeOf[i] = place;
      add(nodes[place], i, cut.duration(i), cut.selfTime(i));
    }
  }
  for (const node of nodes) node.children.sort((a, b) => b.total - a.total);
  root.total = root.children.reduce((sum, { total }) => sum + total, 0);
  return root;
}

function newNode(name: number, parent: TreeNode | null): TreeNode {
  const node = { name, parent, children: [], count: 0, total: 0, self: 0, longest: -1, longestTime: -1 };
  parent?.children.push(node);
  return node;
}

function add(node: TreeNode, span: number, time: number, self: number): void {
  node.count += 1;
  node.total += time;
  node.self += self;
  if (time > node.longestTime) [node.longest, node.longestTime] = [span, time];
}

/** A name, and from whom its self time was called: `ends` are its paths, `at` how far up each of them this is. */
export interface Caller {
  name: number;
  self: number;
  count: number;
  longest: number;
  ends: { end: TreeNode; at: TreeNode }[];
}

/** The names of a tree, most self time first. */
export function bottomUp(root: TreeNode): Caller[] {
  const ends: Caller["ends"] = [];
  const visit = (node: TreeNode) => {
    for (const child of node.children) {
      ends.push({ end: child, at: child });
      visit(child);
    }
  };
  visit(root);
  return grouped(ends);
}

/** Who called: the same paths, by the name one further up; what is called by nothing is left out. */
export function callersOf({ ends }: Caller): Caller[] {
  const up = ends.flatMap(({ end, at }) => (at.parent?.parent ? [{ end, at: at.parent }] : []));
  return grouped(up);
}

function grouped(ends: Caller["ends"]): Caller[] {
  const callers = new Map<number, Caller>();
  for (const { end, at } of ends) {
    const caller = callers.get(at.name) ?? { name: at.name, self: 0, count: 0, longest: end.longest, ends: [] };
    caller.self += end.self;
    caller.count += end.count;
    caller.ends.push({ end, at });
    callers.set(at.name, caller);
  }
  for (const caller of callers.values()) {
    caller.longest = caller.ends.reduce((a, b) => (b.end.longestTime > a.end.longestTime ? b : a)).end.longest;
  }
  return [...callers.values()].sort((a, b) => b.self - a.self || a.name - b.name);
}
