// The flame graph of a range: a call tree as bars, widest first; a click zooms into one.

import { Canvas, FONT, fitting } from "../draw/canvas";
import { colorIndex, PALETTE, paints } from "../logic/colors";
import { formatCount, formatDuration, plainText, threeDigits } from "../logic/format";
import type { TimelineState } from "../logic/state";
import type { TreeNode } from "../logic/tree";
import { button, el } from "./dom";

const ROW = 17; // CSS pixels
const NARROWEST = 0.5;
const DEEPEST = 400; // bars; a canvas has an end

interface Bar {
  node: TreeNode;
  left: number;
  width: number;
  level: number;
}

export class FlameGraph {
  readonly element: HTMLElement;
  readonly #canvas = el("canvas", { class: "aero-flame", role: "img" });
  readonly #word = el("span", { role: "status" });
  readonly #reset: HTMLButtonElement;
  readonly #target = new Canvas(this.#canvas);
  #top: TreeNode;
  #bars: Bar[] = [];

  /** `select` is called with the longest span of a bar that was double clicked. */
  constructor(
    private readonly root: TreeNode,
    private readonly state: TimelineState,
    select: (span: number) => void,
  ) {
    this.#top = root;
    this.#reset = button("Show the whole flame graph", () => this.#zoom(this.root), { text: "reset" });
    this.element = el("div", { class: "aero-flames" }, el("p", {}, this.#reset, this.#word), this.#canvas);
    this.#canvas.addEventListener("mousemove", (event) => this.#tell(this.#at(event)));
    this.#canvas.addEventListener("mouseleave", () => this.#tell(null));
    this.#canvas.addEventListener("click", (event) => {
      const node = this.#at(event);
      if (node) this.#zoom(node === this.#top ? (node.parent ?? node) : node);
    });
    this.#canvas.addEventListener("contextmenu", (event) => {
      const node = this.#at(event);
      if (!node || node.longest < 0) return;
      event.preventDefault();
      select(node.longest);
    });
  }

  /** Draw it as wide as its place is; once it is in the page. */
  draw(): void {
    const width = Math.max(this.element.clientWidth - 2, 50);
    this.#bars = barsOf(this.#top, width);
    const height = (1 + this.#bars.reduce((most, { level }) => Math.max(most, level), 0)) * ROW;
    Object.assign(this.#canvas.style, { width: `${width}px`, height: `${height}px` });
    this.#target.resize(width, height, this.state.size.ratio);
    const whole = `${formatDuration(this.root.total)} of the shown threads`;
    this.#canvas.setAttribute("aria-label", `flame graph: ${whole}; the other tables have its numbers`);
    this.#paint();
    this.#tell(null);
  }

  #paint(): void {
    const { context: c, width, height, r } = this.#target;
    const { theme, store } = this.state;
    const colors = paints(PALETTE, theme.paper);
    c.clearRect(0, 0, width, height);
    c.font = `${11 * r}px ${FONT}`;
    c.textBaseline = "middle";
    for (const { node, left, width: wide, level } of this.#bars) {
      const paint = node.name < 0 ? null : colors[colorIndex(store.names[node.name])];
      c.fillStyle = paint?.fill ?? theme.line;
      c.fillRect(left * r, level * ROW * r, Math.max(wide - (wide > 3 ? 1 : 0), NARROWEST) * r, (ROW - 1) * r);
      if (wide < 24) continue;
      const text = this.#nameOf(node);
      c.fillStyle = paint?.label ?? theme.ink;
      c.fillText(fitting(c, text, c.measureText(text).width, (wide - 8) * r), (left + 4) * r, (level + 0.5) * ROW * r);
    }
  }

  #nameOf(node: TreeNode): string {
    return node.name < 0 ? "all" : plainText(this.state.store.names[node.name]);
  }

  #at({ offsetX: x, offsetY: y }: MouseEvent): TreeNode | null {
    const level = Math.floor(y / ROW);
    const bar = this.#bars.find((each) => each.level === level && x >= each.left && x < each.left + each.width);
    return bar?.node ?? null;
  }

  /** What the bar under the mouse is, or how to use the graph. */
  #tell(node: TreeNode | null): void {
    this.#reset.hidden = this.#top === this.root;
    this.#word.textContent = node ? this.#numbers(node) : "click zooms into a bar, right click shows its longest span";
  }

  #numbers(node: TreeNode): string {
    const share = threeDigits((100 * node.total) / (this.root.total || 1));
    const times = `${formatDuration(node.total)} (${share} %), self ${formatDuration(node.self)}`;
    return `${this.#nameOf(node)}: ${times}${node.count ? `, ${formatCount(node.count)}×` : ""}`;
  }

  #zoom(node: TreeNode): void {
    this.#top = node;
    this.draw();
  }
}

/** The bars of a node and all below it, wide enough to be seen. */
function barsOf(top: TreeNode, width: number): Bar[] {
  const bars: Bar[] = [];
  const scale = width / (top.total || 1);
  const visit = (node: TreeNode, left: number, level: number) => {
    bars.push({ node, left, width: node.total * scale, level });
    let at = left;
    for (const child of level + 1 < DEEPEST ? node.children : []) {
      if (child.total * scale < NARROWEST) break; // the rest is narrower
      visit(child, at, level + 1);
      at += child.total * scale;
    }
  };
  visit(top, 0, 0);
  return bars;
}
