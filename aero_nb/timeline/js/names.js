// The names of bands beside the rows, each a button that collapses its band; the scale of counters.

class BandNames {
  constructor(timeline, element) {
    this.timeline = timeline;
    this.element = element;
    this.built = [];
  }

  build() {
    const { layout } = this.timeline;
    const focused = this.element.querySelector(":focus")?.dataset.key;
    this.built = layout.strips.map((strip) => this.line(strip));
    this.element.replaceChildren(...this.built.map(({ node }) => node));
    if (focused) this.element.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    this.place();
  }

  line(strip) {
    const { layout } = this.timeline;
    const { band } = strip;
    const [set, key] = band ? [layout.collapsed, band.number] : [layout.closed, strip.process];
    const open = !set.has(key);
    const title = plainText(band ? band.title : strip.title, 120);
    const toggle = button(`${open ? "Collapse" : "Expand"} ${title}`, () => {
      layout.toggle(set, key);
      this.timeline.relayout();
    }, { text: title, class: "aero-name", "aria-expanded": String(open), "data-key": `${band ? "b" : "p"}${key}` });
    const scale = el("small");
    const kind = band?.kind === "async" ? [el("small", { class: "aero-kind" }, "async")] : [];
    const mark = strip.pinned ? [el("small", { class: "aero-kind" }, "pinned")] : [];
    const kindClass = `${band ? "aero-band" : "aero-process"}${strip.pinned ? " aero-pinned" : ""}`;
    const node = el("div", { class: `aero-line ${kindClass}` }, toggle, ...kind, ...mark, scale);
    node.style.height = `${strip.height}px`;
    return { node, strip, scale, text: "" };
  }

  /** Put the lines where their strips are; what is out of sight is hidden. */
  place() {
    const { scroll, layout, plotHeight } = this.timeline;
    for (const line of this.built) {
      const { strip, node } = line;
      const y = strip.pinned ? strip.y : strip.y - scroll;
      const hidden = y >= plotHeight || y + strip.height <= (strip.pinned ? 0 : layout.pinnedHeight);
      if (line.y !== y) node.style.transform = `translateY(${y}px)`;
      if (line.hidden !== hidden) node.style.visibility = hidden ? "hidden" : "";
      Object.assign(line, { y, hidden });
      if (strip.band?.kind === "counter") this.showScale(line);
    }
  }

  showScale(line) {
    const { strip, scale } = line;
    const unit = this.timeline.counterUnit(strip.band);
    const mode = this.timeline.counterMode === "level" ? "" : `${this.timeline.counterMode}, `;
    const values = [...new Set(strip.scale)].map((value) => formatValue(value, unit)); // none while nothing is known
    const text = values.length ? mode + values.join(" to ") : "";
    if (line.text !== text) scale.textContent = line.text = text;
  }
}
