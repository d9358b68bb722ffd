// The timeline itself: one state, the parts that draw it and the parts that change it, and when each has its turn.

import type { Store } from "../data/store";
import { Overlay } from "../draw/overlay";
import { Overview } from "../draw/overview";
import { Painter } from "../draw/painter";
import { THEMES } from "../logic/colors";
import type { Place } from "../logic/hits";
import type { ColorMode, Host } from "../logic/hosts";
import { idleBands } from "../logic/idle";
import type { NamedStrip } from "../logic/layout";
import { TimelineState } from "../logic/state";
import { pictureInWords } from "../logic/words";
import type { Actions, DragMode } from "./actions";
import { Axis } from "./axis";
import { debounced } from "./dom";
import { buildElements, type Elements } from "./elements";
import { Following } from "./following";
import { Gestures } from "./gestures";
import { pressKey } from "./keys";
import { Notice } from "./notice";
import { Panel } from "./panel";
import { savePicture } from "./picture";
import type { Plotly } from "./plotly";
import { Searching } from "./searching";
import { Selecting } from "./selecting";
import { Separator } from "./separator";
import { LOWEST_WHOLE, measure, wholeHeight } from "./sizes";
import { takeTheme, watchTheme } from "./theme";
import { Tip } from "./tip";
import { Toolbar } from "./toolbar";
import { TrackNames } from "./track_names";

const REST = 150; // ms without a move after which Python is told

export class Timeline implements Actions {
  readonly state: TimelineState;
  readonly toolbar: Toolbar;
  readonly #notice: Notice;
  stopped = false;
  /** How often it was painted. */
  frames = 0;
  readonly #elements: Elements;
  readonly painter: Painter;
  readonly overlay: Overlay;
  readonly overview: Overview;
  readonly axis: Axis;
  readonly #panel: Panel;
  readonly tip: Tip;
  readonly names: TrackNames;
  readonly #gestures: Gestures;
  readonly #separators: Separator[];
  readonly selecting: Selecting;
  readonly searching: Searching;
  readonly #following: Following;
  readonly #unwatch: () => void;
  readonly #publishSoon = debounced(() => this.#publish(), REST);
  dark: boolean | null = null;
  #started = false;
  #painting = false;
  #pointing = false;
  /** A key led here, so that a screen reader has to be told where. */
  #keyed = false;

  constructor(
    readonly root: HTMLElement,
    store: Store,
    readonly host: Host,
  ) {
    this.state = new TimelineState(store, () => this.#moved());
    const { state } = this;
    const { opening } = store;
    if (opening) state.view.show(opening.start_ns, opening.end_ns);
    const elements = buildElements(root);
    this.#elements = elements;
    this.painter = new Painter(elements.rows, state);
    this.overlay = new Overlay(elements.over, state);
    this.overview = new Overview(elements.overview, state);
    this.axis = new Axis(elements.plot, state, this, () => this.#settled());
    this.#panel = new Panel(elements.panel, state, this);
    this.tip = new Tip(elements.tip, state);
    this.names = new TrackNames(elements.names, state, this);
    this.#gestures = new Gestures(elements.stage, state, this, () => root.focus({ preventScroll: true }));
    const { handle, edge, stage } = elements;
    this.#separators = [
      new Separator(
        handle,
        "y",
        () => stage.offsetHeight,
        (height) => this.#takeHeight(height),
      ),
      new Separator(
        edge,
        "x",
        () => state.size.gutter,
        (width) => this.#takeGutter(width),
      ),
    ];
    this.selecting = new Selecting(state, this.#panel, this);
    this.toolbar = new Toolbar(elements.bar, elements.menu, state, this);
    this.#notice = new Notice(elements, state, this);
    this.searching = new Searching(state, this.toolbar, this.#panel, this);
    this.#unwatch = this.#watch();
    this.#restyle();
    this.#following = new Following(host, state, this.toolbar, this);
    this.relayout();
    this.#started = true;
    if (!host.get("window")) this.#publish();
    this.#notice.show();
  }

  /** Draw the axis with plotly. */
  async startAxis(plotly: Plotly | undefined): Promise<void> {
    if (plotly && !this.stopped) await this.axis.start(plotly);
  }

  /** Listen to the page: size, theme, keys, scrolling. */
  #watch(): () => void {
    const sizes = new ResizeObserver(() => this.relayout());
    sizes.observe(this.root);
    sizes.observe(this.toolbar.bar);
    const unwatchTheme = watchTheme(() => this.#restyle());
    this.root.addEventListener("keydown", (event) => this.#key(event));
    this.root.addEventListener("fullscreenchange", () => this.relayout());
    const { scroller } = this.#elements;
    scroller.addEventListener("scroll", () => this.scrollTo(scroller.scrollTop));
    return () => {
      sizes.disconnect();
      unwatchTheme();
    };
  }

  #key(event: KeyboardEvent): void {
    this.#keyed = true; // until something is said
    if (!pressKey({ view: this.state.view, actions: this, toolbar: this.toolbar }, event)) {
      this.#keyed = false;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  stop(): void {
    this.stopped = true;
    this.#unwatch();
    this.#following.stop();
    this.axis.stop();
  }

  #restyle(): void {
    const theme = takeTheme(this.root, this.root.parentElement ?? this.root);
    const dark = theme === THEMES.dark;
    if (this.dark === dark) return;
    this.dark = dark;
    this.state.theme = theme;
    this.recolor(this.painter.mode);
    this.relayout();
  }

  recolor(mode: ColorMode): void {
    this.painter.setColors(mode, this.state.theme);
    this.draw();
  }

  relayout(): void {
    if (this.stopped) return;
    const { state } = this;
    const size = measure(this.root, state.layout, this.toolbar.height, {
      height: this.host.get("height") ?? null,
      gutter: state.gutter,
      panelOpen: this.#panel.open,
    });
    if (!size) return; // not in the page yet, or hidden
    state.size = size;
    const { stage, scroller } = this.#elements;
    stage.style.height = `${size.height}px`;
    for (const separator of this.#separators) separator.tell();
    this.painter.resize(size.plotWidth, size.plotHeight, size.ratio);
    this.overlay.target.resize(size.plotWidth, size.plotHeight, size.ratio);
    this.overview.draw(size.plotWidth, size.ratio);
    (scroller.firstElementChild as HTMLElement).style.height = `${state.layout.height}px`;
    this.names.build();
    this.scrollTo(state.scroll);
    this.#paint();
    this.axis.sync(true);
  }

  arranged(): void {
    const { layout } = this.state;
    this.relayout();
    this.host.set("shown", layout.shown as number[]);
    this.host.set("pinned", layout.tracksOf(layout.pinned));
    this.host.set("collapsed", layout.tracksOf(layout.collapsed));
    const scales = [...this.state.counterScales];
    for (const kind of ["fit", "log"] as const) {
      const numbers = scales.flatMap(([number, its]) => (its === kind ? [number] : []));
      this.host.set(`scale_${kind}`, layout.tracksOf(numbers));
    }
  }

  #takeHeight(stage: number | null): void {
    const whole = stage === null ? null : Math.round(wholeHeight(Math.max(stage, LOWEST_WHOLE), this.#panel.open));
    this.host.set("height", whole);
    this.relayout();
  }

  #takeGutter(width: number | null): void {
    this.state.gutter = width;
    this.relayout();
  }

  draw(): void {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => {
      this.#painting = false;
      if (!this.stopped) this.#paint();
    });
  }

  #paint(): void {
    const { state } = this;
    if (!state.size.width) return;
    this.frames += 1;
    this.painter.paint();
    if (state.pointer) state.pointer.time = state.timeAt(state.pointer.x); // the mouse rested, the rows moved
    this.overlay.draw();
    this.tip.show();
    this.overview.mark();
    this.names.place();
    if (this.#started) this.#notice.show();
    const words = pictureInWords(state.store, state.layout, state.view, (time) => state.moment(time));
    this.#elements.rows.element.setAttribute("aria-label", words);
    this.#elements.base.textContent = state.ticks.base;
    this.axis.sync();
    if (!this.axis.ready) this.#settled();
  }

  /** What is due is drawn; plotly, where it is, has caught up with the canvas. */
  #settled(): void {
    this.root.dispatchEvent(new CustomEvent("aero-settled"));
  }

  #moved(): void {
    this.draw();
    this.#publishSoon();
  }

  /** Tell Python, and a screen reader where a key led here, where the view came to rest; fold what is idle there. */
  #publish(): void {
    if (this.stopped) return;
    const { state } = this;
    if (state.layout.idle && state.layout.foldIdle(this.#idle())) this.relayout();
    if (this.#keyed) this.say(this.#elements.rows.element.getAttribute("aria-label") ?? "");
    this.host.set("window", [state.toUs(state.view.t0), state.toUs(state.view.t1)]);
  }

  scrollTo(y: number): void {
    const { state } = this;
    const { scroller } = this.#elements;
    const before = state.scroll;
    state.scroll = Math.min(Math.max(y, 0), Math.max(state.layout.height - state.size.plotHeight, 0));
    if (Math.abs(scroller.scrollTop - state.scroll) >= 1) scroller.scrollTop = state.scroll;
    if (state.scroll !== before) this.draw();
  }

  setDrag(mode: DragMode): void {
    this.#gestures.mode = mode;
    this.#elements.stage.dataset.drag = mode;
  }

  point(at: Place | null): void {
    this.state.pointer = at;
    if (this.#pointing) return;
    this.#pointing = true;
    requestAnimationFrame(() => {
      this.#pointing = false;
      if (this.stopped) return;
      this.overlay.draw();
      this.tip.show();
    });
  }

  say(text: string): void {
    this.#keyed = false;
    this.#elements.said.textContent = text;
  }

  openLabel(strip: NamedStrip): void {
    this.toolbar.menus.openLabel(strip);
  }

  toggleIdle(): void {
    const { layout } = this.state;
    layout.foldIdle(layout.idle ? null : this.#idle());
    this.relayout();
  }

  #idle(): Set<number> {
    const { store, view } = this.state;
    return idleBands(store, view.t0, view.t1);
  }

  escape(): void {
    if (this.toolbar.closeMenu()) return;
    if (this.state.selectedInterval || this.#panel.open) this.selecting.clear();
    else this.searching.show("");
    this.root.focus({ preventScroll: true });
  }

  async toggleFullscreen(): Promise<void> {
    if (document.fullscreenElement === this.root) await document.exitFullscreen();
    else await this.root.requestFullscreen();
  }

  savePicture(): void {
    savePicture(this.state, this.names, [this.#elements.rows, this.#elements.over]);
  }

  /** Fit the selection; without one the whole trace. */
  fit(): void {
    const chosen = this.state.selectedInterval;
    if (chosen) this.state.view.center(chosen[0], chosen[1] - chosen[0]);
    else this.state.view.showAll();
  }
}
