// Drawing of bands on the canvas. Everything here is in device pixels; `r` is device pixels for each CSS pixel.

import type { Store } from "../data/store";
import { colorIndex, PALETTE, type Paint, paints, SHARES, THEMES, type Theme } from "../logic/colors";
import { plainText } from "../logic/format";
import type { ColorMode } from "../logic/hosts";
import type { BandStrip, Strip } from "../logic/layout";
import { type Found, RowRaster } from "../logic/raster";
import type { TimelineState } from "../logic/state";
import { type Canvas, FONT, fitting } from "./canvas";
import { paintCounter } from "./counter_painter";
import { paintInstants, paintLost, paintOpenEnd } from "./marks";

const LABEL_ROOM = 22; // CSS pixels from which a span bears its name
const LABEL_HEIGHT = 11;

export class Painter {
  mode: ColorMode = "name";
  #raster = new RowRaster(1);
  #theme = THEMES.light;
  paints: Paint[] = [];
  #colorOf: (span: number) => number = () => 0;
  /** Name code -> its text and width at the present font. */
  readonly #labels = new Map<number, { text: string; width: number }>();

  constructor(
    readonly target: Canvas,
    private readonly state: TimelineState,
  ) {
    this.setColors("name", THEMES.light);
  }

  resize(width: number, height: number, ratio: number): void {
    if (!this.target.resize(width, height, ratio)) return;
    this.#raster = new RowRaster(this.target.width);
    this.#labels.clear();
  }

  setColors(mode: ColorMode, theme: Theme): void {
    this.mode = mode;
    this.#theme = theme;
    this.paints = paints(mode === "self" ? SHARES : PALETTE, theme.paper);
    this.#colorOf = colorChooser(mode, this.state.store);
  }

  /** Paint all strips that are in sight. */
  paint(): void {
    const { layout, scroll } = this.state;
    const { context: c, width, height, r } = this.target;
    c.fillStyle = this.#theme.paper;
    c.fillRect(0, 0, width, height);
    c.font = `${11 * r}px ${FONT}`;
    c.textBaseline = "middle";
    this.#paintGrid();
    for (const strip of bottomFirst(layout.strips)) {
      const y = layout.topOf(strip, scroll);
      const top = strip.pinned ? 0 : layout.pinnedHeight;
      if (y + strip.height <= top || y >= height / r) continue;
      c.save();
      c.beginPath();
      c.rect(0, Math.round(top * r), width, height);
      c.clip();
      this.#paintStrip(strip, y);
      c.restore();
    }
  }

  #paintGrid(): void {
    const { ticks, view } = this.state;
    const { context: c, width, height, r } = this.target;
    c.fillStyle = this.#theme.grid;
    for (const tick of ticks.values) {
      c.fillRect(Math.round(((tick - view.t0) / view.duration) * width), 0, Math.ceil(r), height);
    }
  }

  #paintStrip(strip: Strip, y: number): void {
    const { context: c, width, r } = this.target;
    const heading = strip.kind === "process";
    c.fillStyle = heading ? this.#theme.band : this.#theme.line;
    c.fillRect(0, Math.round(y * r), width, Math.round((heading ? strip.height : 1) * r));
    if (strip.kind === "band") this.#paintBand(strip, y);
  }

  #paintBand(strip: BandStrip, y: number): void {
    const { r, height: canvasHeight } = this.target;
    paintLost(this.target, this.state, strip, y);
    if (strip.band.kind === "counter") {
      if (!this.state.layout.collapsed.has(strip.band.number)) paintCounter(this.target, this.state, strip, y);
      return;
    }
    for (const { row, top, height } of strip.rows) {
      const up = Math.round((y + top) * r);
      const high = Math.max(Math.round(height * r), 1);
      if (up + high > 0 && up < canvasHeight) this.#paintRow(row, up, high);
    }
    paintInstants(this.target, this.state, strip.band, y);
  }

  #paintRow(row: number, y: number, height: number): void {
    const { store, view, search } = this.state;
    const { context: c } = this.target;
    this.#raster.draw(store, row, view.t0, view.t1, search.found);
    const { width, span, wide } = this.#raster;
    let from = 0;
    let shown = "";
    // One rectangle for neighbours of one colour.
    for (let pixel = 0; pixel <= width; pixel += 1) {
      const fill = pixel < width && span[pixel] >= 0 ? this.#fillOf(span[pixel], search.found) : "";
      if (fill === shown) continue;
      if (shown) {
        c.fillStyle = shown;
        c.fillRect(from, y, pixel - from, height);
      }
      from = pixel;
      shown = fill;
    }
    for (let n = 0; n < wide.length; n += 3) this.#paintWide(wide[n], wide[n + 1], wide[n + 2], y, height);
  }

  #fillOf(span: number, found: Found): string {
    const paint = this.paints[this.#colorOf(span)];
    return found !== null && !found[span] ? paint.faded : paint.fill;
  }

  #paintWide(span: number, left: number, right: number, y: number, height: number): void {
    const { context: c, r } = this.target;
    const { store, search } = this.state;
    const paint = this.paints[this.#colorOf(span)];
    const faded = search.found !== null && !search.found[span];
    c.fillStyle = faded ? paint.faded : paint.fill;
    c.fillRect(left, y, right - left, height);
    if (!faded && right - left > 4 * r && left > 0) {
      c.fillStyle = paint.edge;
      c.fillRect(left, y, Math.max(Math.round(r / 2), 1), height);
    }
    if (store.unfinished.has(span)) paintOpenEnd(this.target, this.#theme.paper, left, right, y, height);
    if (right - left > LABEL_ROOM * r && height > LABEL_HEIGHT * r) {
      c.fillStyle = faded ? this.#theme.ink : paint.label;
      this.#paintLabel(store.name[span], left + 4 * r, y + height / 2 + r / 2, right - left - 7 * r);
    }
  }

  #paintLabel(code: number, x: number, y: number, room: number): void {
    const { context: c } = this.target;
    const { text, width } = this.#labelOf(code);
    c.fillText(fitting(c, text, width, room), x, y);
  }

  #labelOf(code: number): { text: string; width: number } {
    const known = this.#labels.get(code);
    if (known) return known;
    const text = plainText(this.state.store.names[code]);
    const label = { text, width: this.target.context.measureText(text).width };
    this.#labels.set(code, label);
    return label;
  }
}

/** Bands and idle lines, then headings, which lie over them while they stick at the top. */
function bottomFirst(strips: Strip[]): Strip[] {
  const headings = strips.filter(({ kind }) => kind === "process");
  return [...strips.filter(({ kind }) => kind !== "process"), ...headings];
}

/** The place of a span's colour in the palette, by name, category, thread or share of self time. */
function colorChooser(mode: ColorMode, store: Store): (span: number) => number {
  if (mode === "self") {
    const last = SHARES.length - 1;
    const { selfTime } = store;
    const { duration } = store.host;
    return (span) => Math.round((duration[span] ? selfTime[span] / duration[span] : 1) * last);
  }
  if (mode === "thread") {
    const ofBands = Uint8Array.from(store.bands, (band) => colorIndex(band.title));
    return (span) => ofBands[store.bandOfRow[store.rowOf(span)]];
  }
  const ofCodes = Uint8Array.from(mode === "cat" ? store.cats : store.names, colorIndex);
  const code = mode === "cat" ? store.cat : store.name;
  return (span) => ofCodes[code[span]];
}
