// The panel below the rows: one span in full, or the numbers of a range.

import {
  exactTime,
  formatCount,
  formatDuration,
  formatMany,
  formatValue,
  plainText,
  threeDigits,
} from "../logic/format";
import { countersInRange, type SpanTotals, spansInRange } from "../logic/ranges";
import type { TimelineState } from "../logic/state";
import { againstOther, spanInWords } from "../logic/words";
import type { Actions } from "./actions";
import { argsText } from "./args";
import { button, el, table } from "./dom";

const MOST_LISTED = 200;
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
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  #show(label: string, ...contents: Node[]): number {
    this.#shown += 1;
    const close = button("Close the panel (Escape)", () => this.actions.escape(), { text: "×", class: "aero-close" });
    const focused = this.element.matches(":focus-within");
    this.element.setAttribute("aria-label", label);
    this.element.replaceChildren(close, ...contents);
    this.element.hidden = false;
    if (focused) this.element.focus({ preventScroll: true }); // what had it is gone
    return this.#shown;
  }

  showSpan(span: number): void {
    const { store } = this.state;
    const title = el("h4", {}, plainText(store.nameOf(span), 400));
    const args = el("pre", { class: "aero-args", tabindex: "0", role: "group", "aria-label": "arguments" });
    const told = [factList(this.#facts(span)), this.#path(span), ...this.#counterpart(span)];
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

  /** A button that selects a span. */
  #link(span: number): HTMLElement {
    const name = plainText(this.state.store.nameOf(span));
    return button(`Select ${name}`, () => this.actions.selecting.span(span, true), { text: name, class: "aero-link" });
  }

  #childTable(span: number): HTMLElement {
    const { store } = this.state;
    const { duration } = store.host;
    const children = store.children(span);
    if (!children.length) return el("p", { class: "aero-table" }, "no children");
    const most = [...children].sort((a, b) => duration[b] - duration[a]).slice(0, MOST_LISTED);
    const rows = most.map((child) => [
      this.#link(child),
      formatDuration(duration[child]),
      formatDuration(store.selfTime[child]),
      percent(duration[child], duration[span]),
    ]);
    const cut = children.length > most.length ? `, the longest ${most.length} shown` : "";
    const caption = formatMany(children.length, "child", "children") + cut;
    return scrollable(table(caption, ["name", "duration", "self", "share"], rows));
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
    const title = el("h4", {}, plainText(text, 400));
    this.#show("Details of an instant", el("div", { class: "aero-facts" }, title, facts));
  }

  showRange(from: number, to: number): void {
    const { store, layout } = this.state;
    const spans = spansInRange(store, layout.shownBands, from, to);
    const count = spans.reduce((sum, row) => sum + row.count, 0);
    const range = `${this.state.scale.length(to - from)} from ${this.state.moment(from)}`;
    const caption = `${formatCount(count)} spans touch ${range}; their times within it`;
    const heads = ["name", "count", "total", "self", "mean", "p50", "p95", "max"];
    const rows = spans.slice(0, MOST_LISTED).map((row) => this.#spanTotals(row));
    const tables = [scrollable(table(caption, heads, rows))];
    const counters = this.#counterTotals(from, to);
    if (counters.length) {
      const columns = ["counter", "samples", "min", "mean", "max", "delta", "rate"];
      tables.push(scrollable(table("counters", columns, counters)));
    }
    this.actions.say(caption);
    this.#show("Numbers of the selected range", ...tables);
  }

  #spanTotals(row: SpanTotals): string[] {
    const times = [row.total, row.self, row.mean, row.p50, row.p95, row.max];
    return [plainText(this.state.store.names[row.name]), formatCount(row.count), ...times.map(formatDuration)];
  }

  #counterTotals(from: number, to: number): string[][] {
    const { store, layout } = this.state;
    return countersInRange(store, layout.shownBands, from, to).map((row) => {
      const { unit } = row.band;
      const levels = [row.min, row.mean, row.max, row.delta].map((value) => formatValue(value, unit));
      return [plainText(row.band.title), formatCount(row.count), ...levels, formatValue(row.rate, `${unit}/s`)];
    });
  }
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
