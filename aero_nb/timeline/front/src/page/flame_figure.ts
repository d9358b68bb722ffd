// A flame graph of Python's in the place of its still picture.

import { type FigureNode, type PackedFlames, type PackedTree, treeOf } from "../logic/flames";
import { formatDuration, formatMany, threeDigits } from "../logic/format";
import { el } from "./dom";
import { FlameGraph, type FlameWords } from "./flame";
import style from "./style/flame.css";
import { addStyle, takeTheme, watchTheme } from "./theme";

const US = 1000; // ns

/** Draw it into a place, for good; `title` stands above it. */
export function drawFlames(place: HTMLElement, packed: PackedFlames, title: string): void {
  addStyle(place.getRootNode(), "aero-nb-flame-style", style);
  const root = el("div", { class: "aero-flame-figure" }, el("div", { class: "aero-heading" }, title));
  root.dataset.lmSuppressShortcuts = "true"; // of JupyterLab and Notebook 7
  const parts = new Map<FigureNode, PackedTree>();
  const trees = packed.parts.map((part) => {
    const tree = treeOf(part);
    parts.set(tree, part);
    return { tree, towards: part.towards };
  });
  const down = trees.find(({ towards }) => towards === "down")?.tree as FigureNode;
  const callers = trees.find(({ towards }) => towards === "up")?.tree;
  const theme = () => takeTheme(root, place);
  const words = wordsOf(packed, parts, down);
  const graph = new FlameGraph(down, words, { theme: theme(), colors: packed.shades, callers });
  root.append(graph.element);
  place.replaceChildren(root);
  const draw = () => {
    graph.theme = theme();
    graph.draw();
  };
  draw();
  watchTheme(draw);
  let width = root.clientWidth;
  new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    graph.draw();
  }).observe(root);
}

function wordsOf(packed: PackedFlames, parts: Map<FigureNode, PackedTree>, down: FigureNode): FlameWords<FigureNode> {
  const columnsOf = (node: FigureNode): PackedTree => {
    let root = node;
    while (root.parent) root = root.parent;
    return parts.get(root) as PackedTree;
  };
  return {
    name: (node) => {
      if (node.name >= 0) return packed.names[node.name];
      return node.place < 0 ? "all" : `${formatMany(columnsOf(node).merged[node.place], "more", "more")}`;
    },
    paint: (node) => {
      if (node.name < 0 || node.group) return -1;
      return columnsOf(node).shade?.[node.place] ?? packed.colors[node.name];
    },
    facts: (node) => factsOf(node, columnsOf(node), packed.weight, down.total),
    unit: US,
    whole: formatDuration(down.total * US),
  };
}

function factsOf(node: FigureNode, columns: PackedTree, weight: string, whole: number): string[] {
  const share = `(${threeDigits((100 * node.total) / (whole || 1))} %)`;
  const { place } = node;
  const [base, candidate] = [columns.base?.[place], columns.candidate?.[place]];
  if (base !== undefined && candidate !== undefined) {
    const change =
      base > 0
        ? ` (${candidate < base ? "−" : "+"}${threeDigits((100 * Math.abs(candidate - base)) / base)} %)`
        : " (new)";
    return [`${formatDuration(base * US)} → ${formatDuration(candidate * US)}${change}`];
  }
  const facts = [`${weight} ${formatDuration(node.total * US)} ${share}`];
  if (place < 0) return facts;
  if (node.name < 0) return [...facts, "left out one by one: each is too small"];
  if (node.group) return facts;
  if (columns.self) facts.push(`self ${formatDuration(columns.self[place] * US)}`);
  return [...facts, formatMany(columns.count[place], "span")];
}
