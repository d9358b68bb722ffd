// The timeline itself: one view on the store, shared by all parts.

const GUTTER = 168;
const SHORTEST = 10; // ns in sight at the closest zoom
const MANY_ROWS = 470; // CSS pixels
const ALL_ROWS = 560;

class TimelineView {
  constructor(root, store, host) {
    Object.assign(this, { root, store, host });
    this.view = { t0: 0, t1: store.end };
    this.scroll = 0;
    this.selected = -1;
    this.instant = -1;
    this.range = null;
    this.pointer = null;
    this.notes = [];
    this.gutter = GUTTER;
    this.counterMode = "level";
    this.layout = new Layout(store);
    this.search = new Search(store);
    this.counters = new CounterCache(store);
    this.build();
    this.tellWindow = debounced(() => this.publish(), 150);
    this.cleanups = [];
    this.watch();
    this.restyle();
    this.follow();
    this.relayout();
    if (!this.host.get("window")) this.publish();
  }

  build() {
    this.root.replaceChildren();
    const part = (name, more = {}) => el("div", { class: `aero-${name}`, ...more });
    // Hidden from screen readers but for the rows, whose label says what is in sight.
    const canvas = (name) => el("canvas", { class: `aero-${name}`, "aria-hidden": "true" });
    this.stage = part("stage", { "data-drag": "pan" });
    const rows = el("canvas", { class: "aero-rows", role: "img" });
    const over = canvas("over");
    const overview = canvas("overview");
    overview.title = "the whole trace: drag the window, or draw a new one";
    this.plot = part("plot");
    this.names = part("names");
    this.scroller = part("scroller", { tabindex: "0", role: "group", "aria-label": "scroll the tracks" });
    this.scroller.append(el("div"));
    this.base = part("base");
    const bar = part("bar", { role: "toolbar", "aria-label": "timeline" });
    const menu = part("menu", { role: "dialog", hidden: "" });
    this.tip = part("tip", { role: "tooltip", hidden: "" });
    // A document to read within the application: its tables and facts are text.
    const panel = part("panel", { role: "document", tabindex: "-1", hidden: "" });
    this.said = part("said", { role: "status" });
    this.stage.append(rows, over, overview, this.base, el("div", { class: "aero-gutter" }, this.names), this.plot,
      this.scroller, bar, menu, this.tip);
    this.root.append(this.stage, panel, this.said);
    this.painter = new Painter(rows, this.store);
    this.overlay = new Overlay(this, over);
    this.overview = new Overview(this, overview);
    this.axis = new Axis(this, this.plot);
    this.panel = new Panel(this, panel);
    this.gestures = new Gestures(this, this.stage);
    this.controls = new Controls(this, bar, menu);
    this.nameBands = new BandNames(this, this.names);
  }

  /** Listen to the page: size, theme, keys, scrolling. */
  watch() {
    const sizes = new ResizeObserver(() => this.relayout());
    sizes.observe(this.root);
    sizes.observe(this.controls.bar);
    const themes = new MutationObserver(() => this.restyle());
    for (const node of [document.documentElement, document.body]) {
      themes.observe(node, { attributes: true, attributeFilter: ["class", "style", "data-jp-theme-name", "data-theme"] });
    }
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const restyle = () => setTimeout(() => this.restyle(), 50);
    scheme.addEventListener("change", restyle);
    this.root.addEventListener("keydown", (event) => {
      this.keyed = true; // until something is said
      if (!pressKey(this, event)) {
        this.keyed = false;
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
    this.scroller.addEventListener("scroll", () => this.scrollTo(this.scroller.scrollTop));
    this.cleanups.push(() => sizes.disconnect(), () => themes.disconnect(),
      () => scheme.removeEventListener("change", restyle), () => this.axis.stop());
  }

  stop() {
    this.stopped = true;
    this.cleanups.forEach((action) => action());
  }

  // ---- size and theme

  restyle() {
    const dark = isDark(this.root.parentElement ?? this.root);
    if (this.dark === dark) return;
    this.dark = dark;
    this.theme = dark ? THEMES.dark : THEMES.light;
    this.root.classList.toggle("aero-dark", dark);
    this.recolor(this.painter.mode);
    this.relayout();
  }

  recolor(mode) {
    this.painter.setColors(mode, this.theme);
    this.draw();
  }

  /** The rows' height in CSS pixels: all of them, or where they are many a part that scrolls. */
  heightWanted() {
    const { height } = this.layout;
    return height <= ALL_ROWS ? Math.max(height, 60) : MANY_ROWS;
  }

  relayout() {
    if (this.stopped || !this.theme) return;
    const width = Math.floor(this.root.clientWidth);
    if (width < 50) return; // not in the page yet, or hidden
    const ratio = window.devicePixelRatio || 1;
    this.top = Math.max(this.controls.height, 26) + 3 + OVERVIEW_AND_TICKS; // a narrow toolbar takes several lines
    const room = this.host.get("height") ?? this.heightWanted() + this.top;
    this.width = width;
    this.height = Math.max(room, this.top + 60);
    this.gutter = Math.min(GUTTER, Math.round(width * 0.3));
    this.plotWidth = width - this.gutter - PLOT_RIGHT;
    this.plotHeight = this.height - this.top;
    for (const [key, px] of [["--gutter", this.gutter], ["--top", this.top], ["--right", PLOT_RIGHT]]) {
      this.root.style.setProperty(key, `${px}px`);
    }
    this.stage.style.height = `${this.height}px`;
    this.painter.resize(this.plotWidth, this.plotHeight, ratio);
    this.overlay.resize(this.plotWidth, this.plotHeight, ratio);
    this.overview.draw(this.plotWidth, ratio);
    this.scroller.firstChild.style.height = `${this.layout.height}px`;
    this.nameBands.build();
    this.scrollTo(this.scroll);
    this.paint();
    this.axis.sync(true);
  }

  // ---- drawing

  /** Paint in the next frame. */
  draw() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      if (!this.stopped) this.paint();
    });
  }

  paint() {
    if (!this.width) return;
    const { t0, t1 } = this.view;
    this.ticks = timeTicks(t0, t1, Math.max(this.plotWidth / 110, 1));
    const { scroll, layout, counters, counterMode, ticks } = this;
    this.painter.paint({ t0, t1, scroll, layout, counters, counterMode, ticks, found: this.search.found });
    if (this.pointer) this.pointer.time = this.timeAt(this.pointer.x); // the mouse rested, the rows moved
    this.overlay.draw();
    this.showTip();
    this.overview.mark();
    this.nameBands.place();
    this.describePicture();
    this.base.textContent = ticks.base;
    this.axis.sync();
    this.frames = (this.frames ?? 0) + 1;
    if (!this.axis.ready) this.settled();
  }

  /** plotly has caught up with the canvas. */
  settled() {
    this.root.dispatchEvent(new CustomEvent("aero-settled"));
  }

  /** Time in words, exact enough for the present zoom. */
  timeLabel(time) {
    const step = (this.view.t1 - this.view.t0) / Math.max(this.plotWidth, 1);
    const [, scale, unit] = TIME_STEPS.find(([below]) => Math.abs(time) < below);
    const decimals = Math.min(Math.max(Math.ceil(-Math.log10(step / scale)), 0), Math.round(Math.log10(scale)));
    return `${(time / scale).toFixed(Math.min(decimals, 9))} ${unit}`;
  }

  counterUnit(band) {
    return band.unit + (this.counterMode === "rate" ? "/s" : "");
  }

  // ---- moving

  get middle() {
    return (this.view.t0 + this.view.t1) / 2;
  }

  timeAt(x) {
    return this.view.t0 + (x / this.plotWidth) * (this.view.t1 - this.view.t0);
  }

  /** Show [t0, t1), kept within the trace and a margin of a tenth of the view. */
  setView(t0, t1) {
    const { end } = this.store;
    const length = Math.min(Math.max(t1 - t0, SHORTEST), end * 1.2);
    const middle = (t0 + t1) / 2;
    const margin = length * 0.1;
    const most = Math.max(end + margin - length, -margin);
    const from = Math.min(Math.max(middle - length / 2, -margin), most);
    this.view = { t0: from, t1: from + length };
    this.draw();
    this.tellWindow();
  }

  showAll() {
    this.setView(0, this.store.end);
  }

  zoom(factor, about) {
    const { t0, t1 } = this.view;
    const held = Math.min(Math.max(factor, SHORTEST / (t1 - t0)), (this.store.end * 1.2) / (t1 - t0));
    this.setView(about - (about - t0) * held, about + (t1 - about) * held);
  }

  pan(pixels) {
    const shift = (pixels / this.plotWidth) * (this.view.t1 - this.view.t0);
    this.setView(this.view.t0 + shift, this.view.t1 + shift);
  }

  center(start, length) {
    const room = Math.max(length * 1.4, length > 0 ? SHORTEST : (this.view.t1 - this.view.t0));
    this.setView(start + length / 2 - room / 2, start + length / 2 + room / 2);
  }

  canScroll(by) {
    const most = this.layout.height - this.plotHeight;
    return most > 0 && (by > 0 ? this.scroll < most : this.scroll > 0);
  }

  scrollBy(pixels) {
    this.scrollTo(this.scroll + pixels);
  }

  scrollTo(y) {
    const before = this.scroll;
    this.scroll = Math.min(Math.max(y, 0), Math.max(this.layout.height - this.plotHeight, 0));
    if (Math.abs(this.scroller.scrollTop - this.scroll) >= 1) this.scroller.scrollTop = this.scroll;
    if (this.scroll !== before) this.draw();
  }
}
