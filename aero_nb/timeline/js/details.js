// The panel below the rows: one span in full, or the numbers of a range.

const MOST_LISTED = 200;

class Panel {
  constructor(timeline, element) {
    this.timeline = timeline;
    this.element = element;
    this.shown = 0;
  }

  clear() {
    this.shown += 1;
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  open(label, ...contents) {
    this.shown += 1;
    const close = button("Close the panel (Escape)", () => this.timeline.escape(), { text: "×", class: "aero-close" });
    const focused = this.element.matches(":focus-within");
    this.element.setAttribute("aria-label", label);
    this.element.replaceChildren(close, ...contents);
    this.element.hidden = false;
    if (focused) this.element.focus({ preventScroll: true }); // what had it is gone
    return this.shown;
  }

  /** A button that selects a span. */
  link(span) {
    const { store } = this.timeline;
    const name = plainText(store.nameOf(span));
    return button(`Select ${name}`, () => this.timeline.selectSpan(span, true), { text: name, class: "aero-link" });
  }

  facts(span) {
    const { store } = this.timeline;
    const band = store.bandOf(span);
    const up = store.parent[span];
    const share = (part, whole) => (whole > 0 ? ` (${threeDigits((100 * part) / whole)} %)` : "");
    const [length, self] = [store.duration[span], store.selfTime[span]];
    const facts = [
      ["category", plainText(store.cats[store.cat[span]] || "-")],
      [band.kind === "async" ? "async track" : "thread",
        `${plainText(band.title)} · ${plainText(store.processes[band.process].title)}`],
      ["start", exactTime(store.start[span])],
      ["duration", `${exactTime(length)}${store.unfinished.has(span) ? ", not ended in this trace" : ""}`],
      ["self time", exactTime(self) + share(self, length)],
    ];
    if (up >= 0) {
      facts.push(["of its parent", `${share(length, store.duration[up]).trim().slice(1, -1) || "-"}`]);
    }
    return facts;
  }

  showSpan(span) {
    const { store } = this.timeline;
    const title = el("h4", {}, plainText(store.nameOf(span), 400));
    const list = el("dl", {}, ...this.facts(span).flatMap(([key, text]) => [el("dt", {}, key), el("dd", {}, text)]));
    const args = el("pre", { class: "aero-args", tabindex: "0", role: "group", "aria-label": "arguments" });
    const ancestors = store.ancestors(span);
    const path = el("p", {}, ancestors.length ? "in " : "a root of its track");
    ancestors.forEach((up, n) => path.append(...(n ? [" › "] : []), this.link(up)));
    const left = el("div", { class: "aero-facts" }, title, list, path, args);
    const shown = this.open(`Details of ${plainText(store.nameOf(span))}`, left, this.childTable(span));
    this.timeline.say(spanInWords(store, span, (time) => this.timeline.timeLabel(time)));
    this.timeline.argsOf(span).then((text) => {
      if (shown !== this.shown) return;
      args.textContent = text;
      args.hidden = !text;
    });
  }

  childTable(span) {
    const { store } = this.timeline;
    const children = store.children(span);
    if (!children.length) return el("p", { class: "aero-table" }, "no children");
    const most = [...children].sort((a, b) => store.duration[b] - store.duration[a]).slice(0, MOST_LISTED);
    const cut = children.length > most.length ? `, the longest ${most.length} shown` : "";
    const rows = most.map((child) => [
      this.link(child), formatDuration(store.duration[child]), formatDuration(store.selfTime[child]),
      store.duration[span] > 0 ? `${threeDigits((100 * store.duration[child]) / store.duration[span])} %` : "-",
    ]);
    const caption = `${formatCount(children.length)} ${children.length === 1 ? "child" : "children"}${cut}`;
    return el("div", { class: "aero-table", tabindex: "0" }, table(caption, ["name", "duration", "self", "share"], rows));
  }

  showInstant(index) {
    const { store } = this.timeline;
    const { time, name, scope } = store.instants;
    const of = ["thread", "process", "global"][scope[index]];
    this.timeline.say(`${plainText(store.names[name[index]])}, an instant at ${this.timeline.timeLabel(time[index])}`);
    this.open("Details of an instant", el("div", { class: "aero-facts" },
      el("h4", {}, plainText(store.names[name[index]], 400)),
      el("dl", {}, el("dt", {}, "instant"), el("dd", {}, `${of} scope`),
        el("dt", {}, "at"), el("dd", {}, exactTime(time[index])))));
  }

  showRange(from, to) {
    const { store, layout } = this.timeline;
    const shown = layout.strips.filter((strip) => strip.band).map((strip) => strip.band);
    const spans = spansInRange(store, shown, from, to);
    const d = formatDuration;
    const rows = spans.slice(0, MOST_LISTED).map((row) => [
      plainText(store.names[row.name]), formatCount(row.count), d(row.total), d(row.self), d(row.mean), d(row.p50),
      d(row.p95), d(row.max),
    ]);
    const heads = ["name", "count", "total", "self", "mean", "p50", "p95", "max"];
    const count = spans.reduce((sum, row) => sum + row.count, 0);
    const counters = countersInRange(store, shown, from, to).map((row) => {
      const v = (value, per = "") => formatValue(value, row.band.unit + per);
      return [plainText(row.band.title), formatCount(row.count), v(row.min), v(row.mean), v(row.max), v(row.delta),
        v(row.rate, "/s")];
    });
    const caption = `${formatCount(count)} spans touch ${d(to - from)} from ${this.timeline.timeLabel(from)}`;
    const tables = [el("div", { class: "aero-table", tabindex: "0" }, table(caption, heads, rows))];
    if (counters.length) {
      const columns = ["counter", "samples", "min", "mean", "max", "delta", "rate"];
      tables.push(el("div", { class: "aero-table", tabindex: "0" }, table("counters", columns, counters)));
    }
    this.timeline.say(caption);
    this.open("Numbers of the selected range", ...tables);
  }
}
