// A live view in a page: the state, the numbers, the rolling timeline, and the hands on it.

import type { LiveStore } from "../data/live";
import { Canvas } from "../draw/canvas";
import { AXIS, GUTTER, LivePainter } from "../draw/live_painter";
import { formatDuration } from "../logic/format";
import type { WidgetModel } from "../logic/hosts";
import { liveHit } from "../logic/live_hits";
import { type LiveLayout, liveLayout } from "../logic/live_layout";
import { LiveWindow } from "../logic/live_window";
import { button, el } from "./dom";
import { NumbersRow } from "./live_numbers";
import { takeTheme, watchTheme } from "./theme";

const SILENT = 3000; // ms without news before the view says so
const ZOOM = 0.7;
const TALLEST = 420; // CSS pixels
const HELP =
  "Space: pause or go on · Ctrl+wheel, W, S: zoom · drag, A, D: move · ← →: from frame to frame · M: mark this moment";

type Mark = [number, string];

export class LiveView {
  readonly #store: LiveStore;
  readonly #model: WidgetModel;
  readonly #window: LiveWindow;
  readonly #numbers: NumbersRow;
  readonly #root: HTMLElement;
  readonly #state = el("div", { class: "aero-live-state", role: "status" });
  readonly #pause: HTMLButtonElement;
  readonly #scroller = el("div", { class: "aero-live-scroller" });
  readonly #spacer = el("div");
  readonly #canvas = new Canvas(el("canvas", { role: "img", "aria-label": "the spans of the last seconds" }), {
    alpha: false,
  });
  readonly #tip = el("div", { class: "aero-live-tip", role: "tooltip", hidden: true });
  readonly #painter: LivePainter;
  #layout: LiveLayout = { lanes: [], series: [], height: 0 };
  #pointer: { x: number; y: number } | null = null;
  #due = 0;
  #isSeen = true;
  /** How often it was painted; for tests. */
  frames = 0;
  readonly #ends: (() => void)[] = [];

  constructor(root: HTMLElement, model: WidgetModel, store: LiveStore) {
    this.#root = root;
    this.#model = model;
    this.#store = store;
    this.#window = new LiveWindow(store, Number(model.get("seconds")));
    this.#numbers = new NumbersRow(store);
    this.#painter = new LivePainter(this.#canvas);
    this.#pause = button("pause (Space)", () => this.#togglePause(), { text: "Pause" });
    const mark = button("mark this moment (M)", () => this.#mark(), { text: "Mark" });
    const help = el("span", { title: HELP, "aria-label": HELP, role: "note" }, "?");
    const head = el("div", { class: "aero-live-head" }, this.#state, this.#pause, mark, help);
    this.#scroller.append(this.#canvas.element, this.#spacer);
    root.classList.add("aero-live");
    root.setAttribute("tabindex", "0");
    root.setAttribute("role", "application");
    root.setAttribute("aria-label", "live view of a recording");
    root.dataset.lmSuppressShortcuts = "true"; // JupyterLab and Notebook 7 leave keys alone below this mark
    root.replaceChildren(head, this.#numbers.element, this.#scroller, this.#tip);
    this.#listen();
    this.changed();
  }

  /** Paint soon, once, if anybody can see it. */
  changed(): void {
    if (this.#due || !this.#isSeen) return;
    this.#due = requestAnimationFrame(() => {
      this.#due = 0;
      this.#paint();
    });
  }

  /** What is in sight (ns), and how many marks there are; for tests. */
  get inSight(): [number, number] {
    return this.#window.shown(this.#width);
  }

  get marked(): number {
    return this.#marks.length;
  }

  stop(): void {
    for (const end of this.#ends) end();
    cancelAnimationFrame(this.#due);
  }

  get #width(): number {
    return Math.max(this.#canvas.width - GUTTER * this.#canvas.r, 1);
  }

  #paint(): void {
    const ratio = devicePixelRatio;
    const theme = takeTheme(this.#root, this.#root.parentElement ?? this.#root);
    this.#painter.setTheme(theme);
    // While one looks at what was, it stays where it is.
    if (!this.#window.paused || !this.#layout.height) this.#layout = liveLayout(this.#store);
    const height = AXIS + Math.max(this.#layout.height, 40);
    const tallest = Math.max(TALLEST, Number(this.#model.get("tallest") ?? 0)); // a page of its own has more room
    const shown = Math.min(height, tallest);
    this.#scroller.style.maxHeight = `${tallest}px`;
    this.#canvas.element.style.height = `${shown}px`;
    this.#spacer.style.height = `${height - shown}px`;
    this.#canvas.resize(this.#scroller.clientWidth, shown, ratio);
    this.#painter.paint({
      store: this.#store,
      layout: this.#layout,
      window: this.#window.shown(this.#width),
      scroll: this.#scroller.scrollTop,
      marks: [...this.#store.marks, ...this.#marks],
    });
    this.#numbers.update(theme, ratio);
    this.#say();
    this.#showTip();
    this.frames += 1;
  }

  #say(): void {
    const { now, numbers, ended, heard } = this.#store;
    const silent = performance.now() - heard;
    const [t0, t1] = this.#window.shown(this.#width);
    let [word, more] = ["recording", `for ${formatDuration(now)}`];
    if (!numbers || !this.#store.lanes.length) [word, more] = ["waiting", "for the first records"];
    if (numbers && silent > SILENT)
      [word, more] = ["no news", `for ${formatDuration(silent * 1e6)}; ${more} until then`];
    if (ended !== null) [word, more] = ["ended", ended];
    if (this.#window.paused)
      [word, more] = ["paused", `at ${formatDuration(t1 - t0)} from ${formatDuration(t0)} on; the recording goes on`];
    this.#state.replaceChildren(el("b", {}, word), ` ${more}`);
    this.#pause.textContent = this.#window.paused ? "Go on" : "Pause";
  }

  // ---- what the hands do

  #listen(): void {
    const on = (node: EventTarget, kind: string, react: (event: Event) => void, options?: AddEventListenerOptions) => {
      node.addEventListener(kind, react, options);
      this.#ends.push(() => node.removeEventListener(kind, react, options));
    };
    const { element } = this.#canvas;
    on(this.#root, "keydown", (event) => this.#key(event as KeyboardEvent));
    on(element, "wheel", (event) => this.#wheel(event as WheelEvent), { passive: false });
    on(element, "pointerdown", (event) => this.#drag(event as PointerEvent));
    on(element, "pointermove", (event) => this.#point(event as PointerEvent));
    on(element, "pointerleave", () => this.#point(null));
    on(this.#scroller, "scroll", () => this.changed());
    this.#ends.push(watchTheme(() => this.changed()));
    const sizes = new ResizeObserver(() => this.changed());
    sizes.observe(this.#root);
    const sight = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry.isIntersecting;
      this.changed();
    });
    sight.observe(this.#root);
    const clock = setInterval(() => this.changed(), 1000); // that nothing comes is news as well
    this.#ends.push(
      () => sizes.disconnect(),
      () => sight.disconnect(),
      () => clearInterval(clock),
    );
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isButton = (event.target as Element).closest("button") !== null;
    const act: Record<string, () => void> = {
      " ": () => this.#togglePause(),
      w: () => this.#window.zoom(ZOOM, 0.5, this.#width),
      s: () => this.#window.zoom(1 / ZOOM, 0.5, this.#width),
      a: () => this.#window.pan(-0.2, this.#width),
      d: () => this.#window.pan(0.2, this.#width),
      ArrowLeft: () => this.#window.stepFrame(-1, this.#width),
      ArrowRight: () => this.#window.stepFrame(1, this.#width),
      m: () => this.#mark(),
    };
    const action = act[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || (isButton && event.key === " ")) return;
    event.preventDefault();
    event.stopPropagation();
    action();
    this.#moved();
  }

  #togglePause(): void {
    if (this.#window.paused) this.#window.resume();
    else this.#window.pause(this.#width);
    this.#moved();
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.#window.zoom(1.002 ** event.deltaY, this.#share(event), this.#width);
    this.#moved();
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { element } = this.#canvas;
    element.setPointerCapture(event.pointerId);
    let last = this.#share(event);
    const move = (now: PointerEvent) => {
      this.#window.pan(last - this.#share(now), this.#width);
      last = this.#share(now);
      this.#moved();
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("lostpointercapture", () => element.removeEventListener("pointermove", move), {
      once: true,
    });
  }

  /** Where in the plot a mouse is, 0 at its left and 1 at its right. */
  #share(event: MouseEvent): number {
    const box = this.#canvas.element.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left - GUTTER) / Math.max(box.width - GUTTER, 1), 0), 1);
  }

  #moved(): void {
    this.#model.set("window", this.#window.paused);
    this.#model.save_changes();
    this.changed();
  }

  // ---- marks

  get #marks(): Mark[] {
    return (this.#model.get("marks") as Mark[] | null) ?? [];
  }

  /** Mark now; while paused, the middle of what is in sight. */
  #mark(): void {
    const [t0, t1] = this.#window.shown(this.#width);
    const sinceNews = Math.min(performance.now() - this.#store.heard, SILENT) * 1e6;
    const moment = this.#window.paused ? (t0 + t1) / 2 : this.#store.now + sinceNews;
    this.#model.set("marks", [...this.#marks, [moment, `mark ${this.#marks.length + 1}`]]);
    this.#moved();
  }

  // ---- what the mouse is told

  #point(event: PointerEvent | null): void {
    const box = this.#canvas.element.getBoundingClientRect();
    this.#pointer = event && { x: event.clientX - box.left, y: event.clientY - box.top };
    this.#showTip();
  }

  #showTip(): void {
    const at = this.#pointer;
    const lines = at && at.x > GUTTER && at.y > AXIS ? this.#lines(at.x, at.y) : null;
    this.#tip.hidden = !lines;
    if (!at || !lines) return;
    this.#tip.replaceChildren(el("b", {}, lines[0]), el("div", {}, lines[1]));
    const { offsetLeft: left, offsetTop: top } = this.#scroller;
    const right = this.#root.clientWidth - this.#tip.offsetWidth - 4;
    const below = top + at.y + 16;
    const fits = below + this.#tip.offsetHeight < this.#root.clientHeight;
    this.#tip.style.left = `${Math.max(Math.min(left + at.x + 12, right), 0)}px`;
    this.#tip.style.top = `${fits ? below : Math.max(top + at.y - this.#tip.offsetHeight - 10, 0)}px`;
  }

  #lines(x: number, y: number): [string, string] | null {
    const [t0, t1] = this.#window.shown(this.#width);
    const pixel = (t1 - t0) / Math.max(this.#canvas.width / this.#canvas.r - GUTTER, 1);
    const moment = t0 + (x - GUTTER) * pixel;
    return liveHit(this.#store, this.#layout, moment, y - AXIS + this.#scroller.scrollTop, pixel);
  }
}
