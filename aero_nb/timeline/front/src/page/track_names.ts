// The names of bands beside the rows, each a button that collapses its band; the scale of counters.

import { Canvas, FONT, fittingMiddle } from "../draw/canvas";
import { formatCount, formatMany, formatValue, plainText } from "../logic/format";
import type { BandStrip, Strip } from "../logic/layout";
import type { TimelineState } from "../logic/state";
import type { Actions } from "./actions";
import { button, el } from "./dom";

const BELOW = 20; // CSS pixels that the word of what lies below covers
const OVERLAP = 40; // CSS pixels that stay in sight where one scrolls on
const MARK = 40; // CSS pixels of "async" or "pinned" beside a name
const LARGEST_MARK = 0.45; // of the width, of a process beside a pinned name

interface Line {
  strip: Strip;
  node: HTMLElement;
  scale: HTMLElement;
  text: string;
  y: number;
  hidden: boolean | null;
}

export class TrackNames {
  lines: Line[] = [];
  readonly #measuring = new Canvas(el("canvas")).context;
  readonly #below: HTMLButtonElement;

  constructor(
    private readonly element: HTMLElement,
    private readonly state: TimelineState,
    private readonly actions: Actions,
  ) {
    const on = () => actions.scrollTo(state.scroll + state.size.plotHeight - state.layout.pinnedHeight - OVERLAP);
    this.#below = button("Scroll on to the tracks below", on, { class: "aero-below", "aria-label": null });
    element.after(this.#below);
  }

  build(): void {
    const focused = this.element.querySelector<HTMLElement>(":focus")?.dataset.key;
    this.lines = this.state.layout.strips.map((strip) => this.#line(strip));
    this.element.replaceChildren(...this.lines.map(({ node }) => node));
    if (focused) {
      this.element.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    }
    this.place();
  }

  #line(strip: Strip): Line {
    const small = (text: string) => el("small", { class: "aero-kind" }, text);
    const marks: HTMLElement[] = [];
    if (strip.kind === "band" && strip.band.kind === "async") marks.push(small("async"));
    if (strip.pinned) marks.push(small(this.#processOf(strip)));
    if (strip.kind === "band" && strip.band.folded) marks.push(small(`+${formatCount(strip.band.folded)} deeper`));
    const scale = el("small");
    const kind = `aero-line aero-${strip.kind}${strip.pinned ? " aero-pinned" : ""}`;
    const node = el("div", { class: kind }, this.#toggle(strip), ...marks, scale, ...this.#fold(strip));
    node.style.height = `${strip.height}px`;
    node.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      if (strip.kind !== "idle") this.actions.openLabel(strip);
    });
    return { node, strip, scale, text: "", y: Number.NaN, hidden: null };
  }

  #toggle(strip: Strip): HTMLElement {
    const { layout } = this.state;
    const [set, key] = this.#flipped(strip);
    const open = set.has(key) === (strip.kind === "idle"); // of idle ones those that are shown are kept
    const text = plainText(strip.kind === "band" ? strip.band.title : strip.title, 120);
    const flip = () => {
      layout.toggle(set, key);
      this.actions.arranged();
    };
    return button(`${open ? "Collapse" : "Expand"} ${text}`, flip, {
      text: this.#shortened(text, strip),
      class: "aero-name",
      "aria-expanded": String(open),
      "data-key": `${strip.kind[0]}${key}`,
    });
  }

  /** What a click on a name puts a number into, or takes it from. */
  #flipped(strip: Strip): [Set<number>, number] {
    const { layout } = this.state;
    if (strip.kind === "band") return [layout.collapsed, strip.band.number];
    return [strip.kind === "idle" ? layout.idleOpen : layout.closed, strip.process];
  }

  /** What sets a pinned track apart, far from its heading: its process, where there are several. */
  #processOf({ band }: BandStrip): string {
    const { processes } = this.state.store;
    return processes.length > 1 ? plainText(processes[band.process].title, 40) : "pinned";
  }

  /** The button below a deep track's first rows: how many more there are, or a way to have them folded again. */
  #fold(strip: Strip): HTMLElement[] {
    if (strip.kind !== "band" || !strip.foldable) return [];
    const { layout } = this.state;
    const { number, kind, title } = strip.band;
    const open = layout.unfolded.has(number);
    const what = kind === "async" ? "more lanes" : "deeper";
    const text = open ? `fold ${formatCount(strip.foldable)} rows` : `… ${formatCount(strip.foldable)} ${what}`;
    const flip = () => {
      layout.toggle(layout.unfolded, number);
      this.actions.relayout();
    };
    const attributes = { text, class: "aero-fold", "aria-expanded": String(open), "data-key": `f${number}` };
    return [button(`${text} on ${plainText(title, 60)}`, flip, attributes)];
  }

  /** A name as it fits beside its mark, cut in the middle; a list of names is cut where it ends. */
  #shortened(text: string, strip: Strip): string {
    if (strip.kind === "idle") return text;
    const { gutter } = this.state.size;
    this.#measuring.font = `${strip.kind === "process" ? "600 " : ""}12px ${FONT}`;
    const long = strip.pinned && this.state.store.processes.length > 1;
    const marked = strip.kind === "band" && (strip.pinned || strip.band.kind === "async" || strip.band.folded > 0);
    const mark = long ? gutter * LARGEST_MARK : marked ? MARK : 0;
    return fittingMiddle(this.#measuring, text, gutter - (strip.kind === "process" ? 30 : 38) - mark);
  }

  /** Put the lines where their strips are; what is out of sight is hidden. */
  place(): void {
    const { scroll, layout, size } = this.state;
    const processes: string[] = [];
    let tracks = 0;
    for (const line of this.lines) {
      const { strip, node } = line;
      const y = layout.topOf(strip, scroll);
      const hidden = y >= size.plotHeight || y + strip.height <= (strip.pinned ? 0 : layout.pinnedHeight);
      if (line.y !== y) node.style.transform = `translateY(${y}px)`;
      if (line.hidden !== hidden) node.style.visibility = hidden ? "hidden" : "";
      Object.assign(line, { y, hidden });
      if (strip.kind === "band" && strip.band.kind === "counter") this.#showScale(line, strip);
      if (y < size.plotHeight - BELOW || y + strip.height <= size.plotHeight) continue;
      if (strip.kind === "process") processes.push(strip.title);
      else tracks += strip.kind === "idle" ? strip.bands.length : 1;
    }
    this.#tellBelow(tracks, processes);
  }

  /** What lies below the fold, where the eye ends. */
  #tellBelow(tracks: number, processes: string[]): void {
    this.#below.hidden = !tracks && !processes.length;
    const more = processes.length > 1 ? ` +${formatCount(processes.length - 1)}` : "";
    const first = processes.length ? `${plainText(processes[0], 40)}${more}` : "";
    const count = tracks ? formatMany(tracks, "track") : "";
    this.#below.textContent = `↓ ${[first, count].filter(Boolean).join(" · ")}`;
  }

  #showScale(line: Line, { band }: BandStrip): void {
    const { counterMode } = this.state;
    const unit = this.state.counterUnit(band.unit);
    const scale = this.state.scales.get(band.number) ?? []; // none while nothing is known
    const values = [...new Set(scale)].map((value) => formatValue(value, unit));
    const mode = counterMode === "level" ? "" : `${counterMode}, `;
    const kind = this.state.counterScales.has(band.number) ? `${this.state.counterScales.get(band.number)}, ` : "";
    const text = values.length ? mode + kind + values.join(" to ") : "";
    if (line.text === text) return;
    line.text = text;
    line.scale.textContent = text;
  }
}
