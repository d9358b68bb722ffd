// The numbers of a range: by name, from the callees up, and as a flame graph.

import type { Band } from "../data/store";
import { colorIndex } from "../logic/colors";
import { formatCount, formatDuration, formatMany, plainText, threeDigits } from "../logic/format";
import type { Interval } from "../logic/hosts";
import { type SpanTotals, spansInRange } from "../logic/ranges";
import type { TimelineState } from "../logic/state";
import { bottomUp, type Caller, callersOf, callTree, type TreeNode } from "../logic/tree";
import { copyText } from "./copy";
import { button, el } from "./dom";
import { FlameGraph, type FlameWords } from "./flame";
import { type Column, SortedTable } from "./sorted_table";

export const MOST_LISTED = 200;
const FORMS = ["by name", "bottom-up", "flame graph"] as const;
type Form = (typeof FORMS)[number];
const TIMES = ["total", "self", "mean", "p50", "p95", "max"] as const;

export class RangeView {
  readonly element = el("div", { class: "aero-range" });
  readonly caption: string;
  readonly #spans: SpanTotals[];
  readonly #bands: Band[];
  readonly #word = el("span", { role: "status" });
  #tree: TreeNode | null = null;
  #copied: () => string = () => "";

  /** `select` is called with a span to show. */
  constructor(
    private readonly state: TimelineState,
    private readonly range: Interval,
    private readonly select: (span: number) => void,
  ) {
    const [from, to] = range;
    this.#bands = state.rangedBands;
    this.#spans = spansInRange(state.store, this.#bands, from, to);
    const count = this.#spans.reduce((sum, row) => sum + row.count, 0);
    const where = `${state.scale.length(to - from)} from ${state.moment(from)}`;
    const on = state.rangeBands ? ` on ${formatMany(this.#bands.length, "track")}` : "";
    this.caption = `${formatCount(count)} spans touch ${where}${on}; their times within it`;
  }

  /** Show it in the form that was chosen last; once the element is in the page. */
  show(): void {
    const form = FORMS[rememberedForm];
    const choices = FORMS.map((each, n) => this.#choice(each, n));
    const copy = button("Copy the table, as tab-separated text", () => this.#copy(), { text: "copy table" });
    copy.hidden = form === "flame graph";
    this.element.replaceChildren(el("p", { class: "aero-forms" }, ...choices, copy, this.#word), this.#content(form));
    if (this.#flame) this.#flame.draw();
  }

  #flame: FlameGraph<TreeNode> | null = null;

  #choice(form: Form, number: number): HTMLElement {
    const choose = () => {
      rememberedForm = number;
      this.show();
      this.element.querySelector<HTMLElement>(`[data-form="${number}"]`)?.focus({ preventScroll: true });
    };
    const pressed = String(number === rememberedForm);
    return button(`The range ${form}`, choose, { text: form, "aria-pressed": pressed, "data-form": String(number) });
  }

  #content(form: Form): HTMLElement {
    this.#flame = null;
    this.#word.textContent = "";
    if (form === "by name") return this.#byName();
    this.#tree ??= callTree(this.state.store, this.#bands, ...this.range);
    if (form === "bottom-up") return this.#bottomUp(this.#tree);
    this.#flame = this.#flameOf(this.#tree);
    return this.#flame.element;
  }

  #flameOf(tree: TreeNode): FlameGraph<TreeNode> {
    const { names } = this.state.store;
    const words: FlameWords<TreeNode> = {
      name: ({ name }) => (name < 0 ? "all" : plainText(names[name])),
      paint: ({ name }) => (name < 0 ? -1 : colorIndex(names[name])),
      facts: ({ total, self, count }) => [
        `total ${formatDuration(total)} (${threeDigits((100 * total) / (tree.total || 1))} %)`,
        `self ${formatDuration(self)}`,
        ...(count ? [formatMany(count, "span")] : []),
      ],
      unit: 1,
      whole: `${formatDuration(tree.total)} of the shown threads`,
    };
    const select = ({ longest }: TreeNode) => longest >= 0 && this.select(longest);
    return new FlameGraph(tree, words, { theme: this.state.theme, select });
  }

  #byName(): HTMLElement {
    const { names } = this.state.store;
    const columns: Column<SpanTotals>[] = [
      { head: "name", copied: "name", text: () => "", value: (row) => names[row.name] },
      { head: "count", copied: "count", text: (row) => formatCount(row.count), value: (row) => row.count },
      ...TIMES.map((key) => ({
        head: key,
        copied: `${key}_us`,
        text: (row: SpanTotals) => formatDuration(row[key]),
        value: (row: SpanTotals) => row[key] / 1000,
      })),
    ];
    const link = (row: SpanTotals) => this.#link(row.name, row.longest);
    const table = new SortedTable(this.caption, this.#spans, columns, link, "self", MOST_LISTED);
    this.#copied = () => table.copied;
    return el("div", { class: "aero-table", tabindex: "0" }, table.element);
  }

  /** The name of some spans, which selects the longest of them. */
  #link(name: number, span: number): HTMLElement {
    const text = plainText(this.state.store.names[name]);
    return button(`Show the longest ${text} of the range`, () => this.select(span), { text, class: "aero-link" });
  }

  #bottomUp(tree: TreeNode): HTMLElement {
    const callers = bottomUp(tree);
    this.#copied = () => this.#bottomUpText(callers);
    const most = callers.slice(0, MOST_LISTED);
    const cut = callers.length > most.length ? `, the first ${most.length} of ${callers.length} names shown` : "";
    const caption = `self time within the range by name; ▸ shows who called${cut}`;
    const heads = ["name", "self", "share", "count"].map((text, n) =>
      el("th", { scope: "col", class: n ? "aero-number" : null }, text),
    );
    const body = el("tbody", {}, ...most.map((caller) => this.#callerLine(caller, 0, tree.total)));
    const table = el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, ...heads)), body);
    return el("div", { class: "aero-table", tabindex: "0" }, table);
  }

  #callerLine(caller: Caller, level: number, whole: number): HTMLElement {
    const callers = callersOf(caller);
    const name = plainText(this.state.store.names[caller.name]);
    const opener = button(`Callers of ${name}`, () => flip(), {
      text: callers.length ? "▸" : "",
      class: "aero-opener",
      "aria-expanded": callers.length ? "false" : null,
      disabled: !callers.length,
    });
    const share = whole > 0 ? `${((100 * caller.self) / whole).toFixed(1)} %` : "-";
    const numbers = [formatDuration(caller.self), share, formatCount(caller.count)];
    const first = el("td", { style: `padding-left: ${level * 14}px` }, opener, this.#link(caller.name, caller.longest));
    const line = el("tr", {}, first, ...numbers.map((text) => el("td", { class: "aero-number" }, text)));
    let below: HTMLElement[] = [];
    const flip = () => {
      const open = below.length > 0;
      if (open) {
        // What is deeper goes with it: all lines up to the next of this level.
        while (line.nextElementSibling && Number(line.nextElementSibling.getAttribute("data-level")) > level) {
          line.nextElementSibling.remove();
        }
        below = [];
      } else {
        below = callers.map((each) => this.#callerLine(each, level + 1, whole));
        line.after(...below);
      }
      opener.textContent = open ? "▸" : "▾";
      opener.setAttribute("aria-expanded", String(!open));
    };
    line.dataset.level = String(level);
    return line;
  }

  #bottomUpText(callers: Caller[]): string {
    const { names } = this.state.store;
    const lines = callers.map(({ name, self, count }) => [names[name].replace(/[\t\r\n]/g, " "), self / 1000, count]);
    return [["name", "self_us", "count"], ...lines].map((cells) => cells.join("\t")).join("\n");
  }

  async #copy(): Promise<void> {
    try {
      await copyText(this.#copied());
      this.#word.textContent = "copied";
    } catch (error) {
      this.#word.textContent = `not copied: ${(error as Error).message}`;
    }
  }
}

/** The place in FORMS that the page's reader chose last. */
let rememberedForm = 0;
