// A flame graph: a call tree as bars, widest first. A click zooms into one, a search marks and sums.

import { Canvas, FONT, fitting } from "../draw/canvas";
import { PALETTE, type Paint, paints, type Theme } from "../logic/colors";
import { type Bar, barsOf, type Matches, matchesIn, type Weighed } from "../logic/flames";
import { formatCount, formatDuration, formatMany, threeDigits } from "../logic/format";
import { matcher, mayBeSlow } from "../logic/search";
import { button, el } from "./dom";
import { Trial } from "./trial";

const ROW = 18; // CSS pixels
const LABELLED = 24;

/** What a graph has to know of its nodes. */
export interface FlameWords<Node> {
  name(node: Node): string;
  /** The place of its colour; -1 for none of its own. */
  paint(node: Node): number;
  /** What the mouse is told beneath the name. */
  facts(node: Node): string[];
  /** ns of a unit of `total`. */
  unit: number;
  /** What the graph is of, in words. */
  whole: string;
}

export interface FlameOptions<Node> {
  theme: Theme;
  colors?: string[];
  /** The tree that is drawn upwards from the root: who called it. */
  callers?: Node;
  /** Called with a node of which a span is to be shown. */
  select?: (node: Node) => void;
}

export class FlameGraph<Node extends Weighed<Node>> {
  readonly element: HTMLElement;
  theme: Theme;
  readonly #canvas = el("canvas", { class: "aero-flame", role: "application", tabindex: "0" });
  readonly #word = el("span", { role: "status" });
  readonly #tip = el("div", { class: "aero-tip", hidden: true });
  readonly #search: HTMLInputElement;
  readonly #trial = new Trial();
  readonly #reset: HTMLButtonElement;
  readonly #target = new Canvas(this.#canvas);
  readonly #colors: string[];
  #bars: Bar<Node>[] = [];
  #found: Matches<Node> | null = null;
  /** What is zoomed into, below and above. */
  #top: Node;
  #topCaller: Node | null;
  /** The bar that keys move from. */
  #at: Bar<Node> | null = null;

  constructor(
    private readonly root: Node,
    private readonly words: FlameWords<Node>,
    private readonly options: FlameOptions<Node>,
  ) {
    this.theme = options.theme;
    this.#colors = options.colors ?? PALETTE;
    this.#top = root;
    this.#topCaller = options.callers ?? null;
    const label = "Search the flame graph: a text or /regular expression/";
    this.#search = el("input", { type: "search", placeholder: "search", "aria-label": label, title: label });
    this.#reset = button("Show the whole flame graph", () => this.#zoom(null), { text: "reset" });
    const bar = el("p", {}, this.#search, this.#reset, this.#word);
    this.element = el("div", { class: "aero-flames" }, bar, this.#canvas, this.#tip);
    this.#listen();
  }

  #listen(): void {
    const canvas = this.#canvas;
    this.#search.addEventListener("input", () => this.#find(this.#search.value));
    this.#search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#search.value) {
        this.#search.value = "";
        this.#find("");
      }
      event.stopPropagation(); // what is typed here is for nobody else
    });
    canvas.addEventListener("mousemove", (event) => this.#tell(this.#under(event), event));
    canvas.addEventListener("mouseleave", () => this.#tell(null));
    canvas.addEventListener("click", (event) => {
      const bar = this.#under(event);
      if (!bar) return;
      this.#zoom(bar.node === this.#top && !bar.rest ? (bar.node.parent ?? bar.node) : bar.node);
    });
    canvas.addEventListener("contextmenu", (event) => {
      const bar = this.#under(event);
      if (!bar || bar.rest || !this.options.select) return;
      event.preventDefault();
      this.options.select(bar.node);
    });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("focus", () => this.#paint());
    canvas.addEventListener("blur", () => this.#paint());
  }

  /** Draw it as wide as its place is; once it is in the page. */
  draw(): void {
    const width = Math.max(this.element.clientWidth - 2, 50);
    const whole = this.#layout(this.root, this.options.callers ?? null, width);
    this.#bars = this.#layout(this.#top, this.#topCaller, width);
    const rows = (bars: Bar<Node>[]) => 1 + bars.reduce((most, { level }) => Math.max(most, level), 0);
    const height = Math.max(rows(whole), rows(this.#bars)) * ROW; // the page below stays where it is
    Object.assign(this.#canvas.style, { width: `${width}px`, height: `${height}px` });
    this.#target.resize(width, height, window.devicePixelRatio || 1);
    const keys = "arrow keys go from bar to bar, Enter zooms, Escape resets";
    this.#canvas.setAttribute("aria-label", `flame graph: ${this.words.whole}; ${keys}`);
    this.#reset.hidden = !this.#zoomed;
    this.#paint();
    this.#tell(null);
    this.#say();
  }

  get #zoomed(): boolean {
    return this.#top !== this.root || this.#topCaller !== (this.options.callers ?? null);
  }

  /** Callers upwards, the root, what it called downwards. */
  #layout(top: Node, caller: Node | null, width: number): Bar<Node>[] {
    const up = caller ? barsOf(caller, width).filter(({ level }) => level > 0) : [];
    const middle = up.reduce((most, { level }) => Math.max(most, level), 0);
    const turned = up.map((bar) => ({ ...bar, level: middle - bar.level }));
    return [...turned, ...barsOf(top, width).map((bar) => ({ ...bar, level: bar.level + middle }))];
  }

  #paint(): void {
    const { context: c, width, height, r } = this.#target;
    const colors = paints(this.#colors, this.theme.paper);
    c.clearRect(0, 0, width, height);
    c.font = `${11 * r}px ${FONT}`;
    c.textBaseline = "middle";
    for (const bar of this.#bars) {
      const { left, width: wide, level } = bar;
      const { fill, label } = this.#inks(bar, colors);
      c.fillStyle = fill;
      c.fillRect(left * r, level * ROW * r, Math.max(wide - (wide > 3 ? 1 : 0), 0.5) * r, (ROW - 1) * r);
      if (wide < LABELLED) continue;
      const text = this.#nameOf(bar);
      c.fillStyle = label;
      c.fillText(fitting(c, text, c.measureText(text).width, (wide - 8) * r), (left + 4) * r, (level + 0.5) * ROW * r);
    }
    const at = document.activeElement === this.#canvas || this.#canvas.matches(":focus") ? this.#at : null;
    if (!at) return;
    c.strokeStyle = this.theme.select;
    c.lineWidth = 2 * r;
    c.strokeRect((at.left + 1) * r, (at.level * ROW + 1) * r, Math.max(at.width - 3, 1) * r, (ROW - 3) * r);
  }

  /** What was not found, and what led to the bar that is zoomed into, is pale. */
  #inks(bar: Bar<Node>, colors: Paint[]): { fill: string; label: string } {
    const place = bar.rest ? -1 : this.words.paint(bar.node);
    if (place < 0) return { fill: this.theme.line, label: this.theme.ink };
    const { fill, faded, label } = colors[place];
    const pale = this.#found ? !this.#found.nodes.has(bar.node) : this.#leads(bar.node);
    return pale ? { fill: faded, label: this.theme.ink } : { fill, label };
  }

  #leads(node: Node): boolean {
    for (let above = this.#top.parent; above; above = above.parent) if (above === node) return true;
    for (let above = this.#topCaller?.parent ?? null; above; above = above.parent) if (above === node) return true;
    return false;
  }

  #nameOf({ node, rest }: Bar<Node>): string {
    return rest ? `${formatCount(rest)} more` : this.words.name(node);
  }

  #under({ offsetX: x, offsetY: y }: MouseEvent): Bar<Node> | null {
    const level = Math.floor(y / ROW);
    return this.#bars.find((each) => each.level === level && x >= each.left && x < each.left + each.width) ?? null;
  }

  #linesOf(bar: Bar<Node>): string[] {
    if (bar.rest) return [this.#nameOf(bar), "too narrow to draw one by one: a click zooms"];
    const facts = this.words.facts(bar.node);
    const share = this.#share(bar.node.total, this.#top.total);
    return [this.#nameOf(bar), ...facts, ...(this.#top === this.root ? [] : [`${share} of what is zoomed into`])];
  }

  #share(part: number, whole: number): string {
    return `${threeDigits((100 * part) / (whole || 1))} %`;
  }

  /** What the bar under the mouse is, beside it. */
  #tell(bar: Bar<Node> | null, event?: MouseEvent): void {
    this.#tip.hidden = !bar;
    if (!bar || !event) return;
    this.#tip.replaceChildren(...this.#linesOf(bar).map((text, n) => el(n ? "div" : "b", {}, text)));
    const { offsetLeft, offsetTop } = this.#canvas;
    const right = this.element.clientWidth - this.#tip.offsetWidth - 4;
    const left = Math.min(offsetLeft + event.offsetX + 12, right);
    const over = event.clientY + 18 + this.#tip.offsetHeight > window.innerHeight;
    const top = offsetTop + event.offsetY + (over ? -this.#tip.offsetHeight - 8 : 16);
    Object.assign(this.#tip.style, { left: `${Math.max(left, 0)}px`, top: `${top}px` });
  }

  /** What was found, else where the keys are, else how to use the graph. */
  #say(): void {
    const at = document.activeElement === this.#canvas ? this.#at : null;
    const longest = this.options.select ? ", right click shows its longest span" : "";
    this.#word.textContent = this.#found
      ? this.#sum(this.#found)
      : at
        ? this.#linesOf(at).join(", ")
        : `click zooms into a bar${longest}`;
  }

  #sum({ nodes, total }: Matches<Node>): string {
    if (!nodes.size) return "no match";
    const time = formatDuration(total * this.words.unit);
    return `${formatMany(nodes.size, "bar")}: ${time}, ${this.#share(total, this.root.total)} of all`;
  }

  #find(query: string): void {
    this.#trial.end();
    if (!mayBeSlow(query)) {
      this.#mark(matcher(query));
      return;
    }
    this.#trial.match([[query, this.#names()]]).then(
      (known) => this.#mark(matcher(query, known)),
      (error: Error) => {
        this.#mark(null);
        this.#word.textContent = error.message;
      },
    );
  }

  #names(): Set<string> {
    const names = new Set<string>();
    const add = (node: Node) => {
      names.add(this.words.name(node));
      return false;
    };
    for (const tree of [this.root, this.options.callers]) if (tree) matchesIn(tree, add);
    return names;
  }

  #mark(matches: ((name: string) => boolean) | null): void {
    const within = (tree: Node) => matchesIn(tree, (node) => matches?.(this.words.name(node)) ?? false);
    this.#found = matches && within(this.root);
    if (this.#found && this.options.callers) {
      const callers = within(this.options.callers);
      for (const node of callers.nodes) this.#found.nodes.add(node);
      this.#found.total = Math.max(this.#found.total, callers.total); // their time is that of the middle again
    }
    this.#paint();
    this.#say();
  }

  /** Zoom into a node, or (null) show all. */
  #zoom(node: Node | null): void {
    const { callers = null } = this.options;
    let first = node;
    while (first?.parent) first = first.parent;
    if (!node) [this.#top, this.#topCaller] = [this.root, callers];
    else if (callers && first === callers) this.#topCaller = node;
    else this.#top = node;
    this.draw();
    this.#at = node ? (this.#bars.find((bar) => bar.node === node && !bar.rest) ?? null) : null;
    this.#paint();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.#zoomed) this.#zoom(null);
    else if (event.key === "Enter" && this.#at) this.#zoom(this.#at.node);
    else if (!this.#move(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#paint();
    this.#say();
  }

  /** Go to the bar beside, above or below; false for a key that does none of it. */
  #move(key: string): boolean {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[key];
    if (!step) return false;
    const from = this.#at ?? this.#bars.find((bar) => bar.node === this.#top) ?? this.#bars[0];
    const beside = this.#bars
      .filter(({ level }) => level === from.level + step[1])
      .filter(({ left, width }) =>
        step[0] ? (left - from.left) * step[0] > 0 : left < from.left + from.width && left + width > from.left,
      )
      .sort((a, b) => Math.abs(a.left - from.left) - Math.abs(b.left - from.left));
    this.#at = this.#at ? (beside[0] ?? this.#at) : from;
    return true;
  }
}
