// The panel below the rows: one span in full, or the numbers of a range.

import type { Store } from "../data/store";
import {
  exactTime,
  formatCount,
  formatDuration,
  formatMany,
  formatValue,
  plainText,
  threeDigits,
} from "../logic/format";
import { countersInRange } from "../logic/ranges";
import { distributionOf } from "../logic/same_name";
import type { TimelineState } from "../logic/state";
import { againstOther, spanInWords } from "../logic/words";
import type { Actions } from "./actions";
import { argsText } from "./args";
import { button, el, table } from "./dom";
import { hitsTable } from "./hits_view";
import { MOST_LISTED, RangeView } from "./range_view";

const MOST_FLOWS = 20;
const SCOPES = ["thread", "process", "global"];

export class Panel {
  /** How often it was opened or cleared, so that a late answer knows whether it is still wanted. */
  #shown = 0;

  constructor(
    private readonly element: HTMLElement,
    private readonly state: TimelineState,
    private readonly actions: Actions,
  ) {}

  get open(): boolean {
    return !this.element.hidden;
  }

  clear(): void {
    this.#shown += 1;
    this.element.replaceChildren();
    this.#open(false);
  }

  #open(open: boolean): void {
    if (open === this.open) return;
    this.element.hidden = !open;
    this.actions.relayout(); // rows and panel share the height
  }

  #show(label: string, ...contents: Node[]): number {
    this.#shown += 1;
    const close = button("Close the panel (Escape)", () => this.actions.escape(), { text: "×", class: "aero-close" });
    const focused = this.element.matches(":focus-within");
    this.element.setAttribute("aria-label", label);
    this.element.replaceChildren(close, ...contents);
    this.#open(true);
    if (focused) this.element.focus({ preventScroll: true }); // what had it is gone
    return this.#shown;
  }

  showSpan(span: number): void {
    const { store } = this.state;
    const title = el("h2", {}, plainText(store.nameOf(span), 400));
    const args = el("pre", { class: "aero-args", tabindex: "0", role: "group", "aria-label": "arguments" });
    const told = [
      factList(this.#facts(span)),
      this.#path(span),
      ...this.#counterpart(span),
      this.#place(span),
      ...this.#flows(span),
    ];
    const facts = el("div", { class: "aero-facts" }, title, ...told, args);
    const shown = this.#show(`Details of ${plainText(store.nameOf(span))}`, facts, this.#childTable(span));
    this.actions.say(spanInWords(store, span, (time) => this.state.moment(time)));
    argsText(store, this.actions.host.ask, span).then((text) => {
      if (shown !== this.#shown) return; // something else is shown by now
      args.textContent = text;
      args.hidden = !text;
    });
  }

  #facts(span: number): [string, string][] {
    const { store } = this.state;
    const band = store.bandOf(span);
    const up = store.parent[span];
    const [length, self] = [store.host.duration[span], store.selfTime[span]];
    const process = plainText(store.processes[band.process].title);
    const open = store.unfinished.has(span) ? ", not ended in this trace" : "";
    const facts: [string, string][] = [
      ["category", plainText(store.cats[store.cat[span]] || "-")],
      [band.kind === "async" ? "async track" : "thread", `${plainText(band.title)} · ${process}`],
      ["start", exactTime(store.host.start[span])],
      ["duration", `${exactTime(length)}${open}`],
      ["self time", exactTime(self) + (length > 0 ? ` (${percent(self, length)})` : "")],
    ];
    if (up >= 0) facts.push(["of its parent", percent(length, store.host.duration[up])]);
    if (store.axis) facts.push([`by ${plainText(store.axis.name)}`, this.#onAxis(span)]);
    return facts;
  }

  #onAxis(span: number): string {
    const { store, scale } = this.state;
    return `${scale.length(store.duration[span])} from ${this.state.moment(store.start[span])}`;
  }

  /** What did the same in another run, and how much longer or shorter it took. */
  #counterpart(span: number): Node[] {
    const { store } = this.state;
    const other = store.counterpart(span);
    if (other < 0) return [];
    return [el("p", {}, "counterpart: ", this.#link(other), ` · ${againstOther(store, span)}`)];
  }

  /** From the root down: "in frame › render". */
  #path(span: number): HTMLElement {
    const ancestors = this.state.store.ancestors(span);
    const path = el("p", {}, ancestors.length ? "in " : "a root of its track");
    ancestors.forEach((up, n) => {
      if (n) path.append(" › ");
      path.append(this.#link(up));
    });
    return path;
  }

  /** What the span's flows lead to and come from. */
  #flows(span: number): HTMLElement[] {
    const { store } = this.state;
    const { to, from } = store.flowsOf(span);
    const line = (words: string, spans: number[]) => {
      const links = spans.slice(0, MOST_FLOWS).map((other) => {
        const where = ` on ${plainText(store.bandOf(other).title, 40)}, ${this.state.moment(store.start[other])}`;
        return el("li", {}, this.#link(other), where);
      });
      const cut =
        spans.length > links.length ? [el("li", {}, `and ${formatCount(spans.length - links.length)} more`)] : [];
      return el("div", { class: "aero-flows" }, words, el("ul", {}, ...links, ...cut));
    };
    return [
      ...(from.length ? [line("comes from ( , )", from)] : []),
      ...(to.length ? [line("leads to ( . )", to)] : []),
    ];
  }

  /** A button that selects a span. */
  #link(span: number): HTMLElement {
    const name = plainText(this.state.store.nameOf(span));
    return button(`Select ${name}`, () => this.actions.selecting.span(span, true), { text: name, class: "aero-link" });
  }

  /** The children, those of one name together. */
  #childTable(span: number): HTMLElement {
    const { store } = this.state;
    const { duration } = store.host;
    const children = store.children(span);
    if (!children.length) return el("p", { class: "aero-table" }, "no children");
    const groups = new Map<number, number[]>();
    for (const child of children) {
      const group = groups.get(store.name[child]) ?? [];
      group.push(child);
      groups.set(store.name[child], group);
    }
    const totals = [...groups.values()].map((spans) => childTotals(store, spans)).sort((a, b) => b.total - a.total);
    const rows = totals
      .slice(0, MOST_LISTED)
      .map(({ longest, count, total, self }) => [
        this.#link(longest),
        formatCount(count),
        formatDuration(total),
        formatDuration(self),
        formatDuration(duration[longest]),
        percent(total, duration[span]),
      ]);
    const cut = totals.length > rows.length ? `, the first ${rows.length} of ${totals.length} names shown` : "";
    const caption = formatMany(children.length, "child", "children") + cut;
    return scrollable(table(caption, ["name", "count", "total", "self", "max", "share"], rows));
  }

  /** Where the span's duration lies among those of its name, and its neighbours of that name. */
  #place(span: number): HTMLElement {
    const { selecting } = this.actions;
    const place = distributionOf(this.state.store, span);
    if (place.count < 2) return el("p", {}, "the only one of its name");
    const highest = Math.max(...place.bins);
    const bars = place.bins.map((count, bin) => {
      const height = count ? Math.max((28 * count) / highest, 2) : 0;
      return el("i", { class: bin === place.own ? "aero-own" : null, style: `height: ${height}px` });
    });
    const label = `durations of this name, ${formatDuration(place.least)} to ${formatDuration(place.most)}`;
    const rank = `number ${formatCount(place.longer + 1)} of ${formatCount(place.count)} by duration`;
    const words = `${rank}; ${formatDuration(place.least)} to ${formatDuration(place.most)}, median ${formatDuration(place.median)}`;
    return el(
      "div",
      { class: "aero-place" },
      button("Previous span of this name ([)", () => selecting.stepName(-1), { text: "[" }),
      el("div", { class: "aero-bins", role: "img", "aria-label": label, title: label }, ...bars),
      button("Next span of this name (])", () => selecting.stepName(1), { text: "]" }),
      el("span", {}, words),
    );
  }

  showInstant(index: number): void {
    const { store } = this.state;
    const { time, name, scope } = store.instants;
    const text = store.names[name[index]];
    this.actions.say(`${plainText(text)}, an instant at ${this.state.moment(time[index])}`);
    const facts = factList([
      ["instant", `${SCOPES[scope[index]]} scope`],
      ["at", exactTime(store.host.instants[index])],
    ]);
    const title = el("h2", {}, plainText(text, 400));
    this.#show("Details of an instant", el("div", { class: "aero-facts" }, title, facts));
  }

  showRange(from: number, to: number): void {
    const bands = this.state.rangeBands;
    const view = new RangeView(this.state, [from, to], (span) => {
      this.actions.selecting.span(span, true);
      this.#offerBack("range", () => this.actions.selecting.range([from, to], true, bands));
    });
    const counters = this.#counterTotals(from, to);
    const columns = ["counter", "samples", "min", "mean", "max", "delta", "rate"];
    const tables = counters.length ? [scrollable(table("counters", columns, counters))] : [];
    this.actions.say(view.caption);
    this.#show("Numbers of the selected range", view.element, ...tables);
    view.show();
  }

  /** What the search found, longest first. */
  showHits(): void {
    const { table, words } = hitsTable(this.state, (span) => {
      this.actions.selecting.span(span, true);
      this.#offerBack("hits", () => this.showHits());
    });
    this.actions.say(words);
    this.#show("Hits of the search", table);
  }

  /** A way back from a span to the table that led there. */
  #offerBack(what: string, back: () => void): void {
    this.element
      .querySelector("h2")
      ?.before(button(`Back to the ${what}`, back, { text: `‹ ${what}`, class: "aero-link" }));
  }

  #counterTotals(from: number, to: number): string[][] {
    const { store, rangedBands } = this.state;
    return countersInRange(store, rangedBands, from, to).map((row) => {
      const { unit } = row.band;
      const levels = [row.min, row.mean, row.max, row.delta].map((value) => formatValue(value, unit));
      return [plainText(row.band.title), formatCount(row.count), ...levels, formatValue(row.rate, `${unit}/s`)];
    });
  }
}

interface ChildTotals {
  longest: number;
  count: number;
  total: number;
  self: number;
}

function childTotals({ host: { duration }, selfTime }: Store, spans: number[]): ChildTotals {
  const sum = (times: Float64Array) => spans.reduce((all, span) => all + times[span], 0);
  const longest = spans.reduce((a, b) => (duration[b] > duration[a] ? b : a));
  return { longest, count: spans.length, total: sum(duration), self: sum(selfTime) };
}

function percent(part: number, whole: number): string {
  return whole > 0 ? `${threeDigits((100 * part) / whole)} %` : "-";
}

function factList(facts: [string, string][]): HTMLElement {
  return el("dl", {}, ...facts.flatMap(([key, text]) => [el("dt", {}, key), el("dd", {}, text)]));
}

function scrollable(content: Node): HTMLElement {
  return el("div", { class: "aero-table", tabindex: "0" }, content);
}
