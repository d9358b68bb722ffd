// Where the bars of a flame graph lie, and what a search in one finds.

/** A node of a tree whose children share its time out, largest first. */
export interface Weighed<Node> {
  total: number;
  parent: Node | null;
  children: Node[];
}

export interface Bar<Node> {
  node: Node;
  left: number;
  width: number;
  level: number;
  /** How many children of `node`, too narrow one by one, this bar is; 0: it is the node itself. */
  rest: number;
}

const NARROWEST = 0.5; // CSS pixels
const DEEPEST = 400; // bars; a canvas has an end

/** The bars of a node over the whole width, of those that led to it above, of all below it that can be seen. */
export function barsOf<Node extends Weighed<Node>>(top: Node, width: number): Bar<Node>[] {
  const above: Node[] = [];
  for (let node = top.parent; node; node = node.parent) above.unshift(node);
  const bars: Bar<Node>[] = above.map((node, level) => ({ node, left: 0, width, level, rest: 0 }));
  const visit = (node: Node, left: number, wide: number, level: number) => {
    bars.push({ node, left, width: wide, level, rest: 0 });
    if (level + 1 >= DEEPEST) return;
    // Children of crossed spans can have more than their parent.
    const whole = Math.max(
      node.total,
      node.children.reduce((sum, { total }) => sum + total, 0),
    );
    const scale = wide / (whole || 1);
    let at = left;
    let drawn = 0;
    for (const child of node.children) {
      if (child.total * scale < NARROWEST) break; // the rest is narrower
      visit(child, at, child.total * scale, level + 1);
      at += child.total * scale;
      drawn += 1;
    }
    const rest = node.children.slice(drawn);
    const narrow = rest.reduce((sum, { total }) => sum + total, 0) * scale;
    if (narrow >= NARROWEST) bars.push({ node, left: at, width: narrow, level: level + 1, rest: rest.length });
  };
  visit(top, 0, width, above.length);
  return bars;
}

export interface Matches<Node> {
  nodes: Set<Node>;
  /** Of the outermost ones: no time counts twice. */
  total: number;
}

/** The nodes of a tree that a predicate holds for. */
export function matchesIn<Node extends Weighed<Node>>(root: Node, matches: (node: Node) => boolean): Matches<Node> {
  const nodes = new Set<Node>();
  let total = 0;
  const visit = (node: Node, inside: boolean) => {
    const found = matches(node);
    if (found) nodes.add(node);
    if (found && !inside) total += node.total;
    for (const child of node.children) visit(child, inside || found);
  };
  visit(root, false);
  return { nodes, total };
}

/** A flame graph as Python packs it (aero_nb/figures/live_flames.py): columns of the nodes, a parent before its children. */
export interface PackedFlames {
  title: string;
  /** What the widths are: total or self time. */
  weight: "total" | "self";
  names: string[];
  /** Of each name, a place in the palette; of a difference the nodes have `shade`. */
  colors: number[];
  shades?: string[];
  parts: PackedTree[];
}

export interface PackedTree {
  /** "up": the callers of a sandwich. */
  towards: "down" | "up";
  /** Roots are threads or processes, not names of spans. */
  groups: boolean;
  /** How much further on than that of the node before the place of the parent is; the first counts from -1. */
  parent: number[];
  name: number[]; // -1: several that Python left out
  total: number[]; // µs, as all times here
  count: number[];
  self?: number[];
  merged: number[];
  base?: number[];
  candidate?: number[];
  shade?: number[];
}

export interface FigureNode extends Weighed<FigureNode> {
  name: number;
  /** Place in the columns; -1 for what holds several roots together. */
  place: number;
  group: boolean;
}

/** The tree of the columns; several roots get one above them. */
export function treeOf(packed: PackedTree): FigureNode {
  const nodes: FigureNode[] = [];
  const all: FigureNode = { name: -1, place: -1, group: true, total: 0, parent: null, children: [] };
  let parent = -1;
  packed.parent.forEach((step, place) => {
    parent += step;
    const above = nodes[parent] ?? null;
    const group = packed.groups && !above;
    const name = packed.name[place];
    const node: FigureNode = { name, place, group, total: packed.total[place], parent: above, children: [] };
    (above ?? all).children.push(node);
    nodes.push(node);
  });
  const last = (node: FigureNode) => (node.name < 0 ? -1 : node.total);
  for (const node of [all, ...nodes]) node.children.sort((a, b) => last(b) - last(a));
  if (all.children.length === 1) return all.children[0];
  for (const root of all.children) root.parent = all;
  all.total = all.children.reduce((sum, { total }) => sum + total, 0);
  return all;
}
