// Paints the rolling timeline of a live view. In device pixels but for what the layout says; `r` are those of a CSS pixel.

import type { LiveLane, LiveStore, Rows } from "../data/live";
import { colorIndex, PALETTE, type Paint, paints, THEMES, type Theme } from "../logic/colors";
import { formatValue, plainText } from "../logic/format";
import { type LaneStrip, type LiveLayout, ROW, type SeriesStrip } from "../logic/live_layout";
import { timeTicks } from "../logic/ticks";
import { type Canvas, FONT, fitting, fittingMiddle } from "./canvas";
import { paintOpenEnd } from "./marks";

export const AXIS = 20; // CSS pixels above the lanes
export const GUTTER = 150; // to their left, for their names
const LABEL_ROOM = 24;
const WIDE = 3; // device pixels from which a span is drawn by itself
const TICK_ROOM = 110;

export interface LiveScene {
  store: LiveStore;
  layout: LiveLayout;
  window: [number, number];
  scroll: number;
  marks: [number, string][];
}

export class LivePainter {
  #theme = THEMES.light;
  #paints: Paint[] = [];
  readonly #colors = new Map<string, number>();
  #longest = new Float64Array(0);
  #name = new Int32Array(0);

  constructor(private readonly target: Canvas) {
    this.setTheme(THEMES.light);
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#paints = paints(PALETTE, theme.paper);
  }

  /** Where a moment lies, in device pixels. */
  #x(moment: number, { window: [t0, t1] }: LiveScene): number {
    const left = GUTTER * this.target.r;
    return left + ((moment - t0) / (t1 - t0)) * (this.target.width - left);
  }

  paint(scene: LiveScene): void {
    const { context: c, width, height, r } = this.target;
    const theme = this.#theme;
    c.fillStyle = theme.paper;
    c.fillRect(0, 0, width, height);
    c.textBaseline = "middle";
    this.#paintAxis(scene);
    this.#clipped(0, AXIS * r, width, height - AXIS * r, () => {
      const shown = ({ top, height: high }: { top: number; height: number }) =>
        top + high > scene.scroll && top - scene.scroll < height / r - AXIS;
      for (const strip of scene.layout.lanes.filter(shown)) this.#paintLane(strip, scene);
      for (const strip of scene.layout.series.filter(shown)) this.#paintSeries(strip, scene);
    });
    this.#paintMarks(scene);
  }

  #clipped(x: number, y: number, width: number, height: number, paint: () => void): void {
    const { context: c } = this.target;
    c.save();
    c.beginPath();
    c.rect(x, y, width, height);
    c.clip();
    paint();
    c.restore();
  }

  #paintAxis(scene: LiveScene): void {
    const { context: c, width, height, r } = this.target;
    const [t0, t1] = scene.window;
    const ticks = timeTicks(t0, t1, (width / r - GUTTER) / TICK_ROOM);
    c.font = `${11 * r}px ${FONT}`;
    c.textAlign = "center";
    ticks.values.forEach((value, i) => {
      const x = Math.round(this.#x(value, scene));
      if (value < 0 && t0 < 0) return; // before the recording
      c.fillStyle = this.#theme.grid;
      c.fillRect(x, AXIS * r, Math.ceil(r), height);
      const half = c.measureText(ticks.labels[i]).width / 2;
      if (x - half < GUTTER * r || x + half > width) return;
      c.fillStyle = this.#theme.faint;
      c.fillText(ticks.labels[i], x, (AXIS / 2) * r);
    });
    c.textAlign = "left";
    c.fillStyle = this.#theme.faint;
    if (ticks.base) c.fillText(ticks.base, 4 * r, (AXIS / 2) * r);
  }

  #heading(top: number, height: number, name: string, detail: string): void {
    const { context: c, width, r } = this.target;
    c.fillStyle = this.#theme.line;
    c.fillRect(0, Math.round(top * r), width, Math.ceil(r / 2));
    this.#clipped(0, top * r, (GUTTER - 6) * r, height * r, () => {
      c.font = `${11 * r}px ${FONT}`;
      c.fillStyle = this.#theme.faint;
      const left = (GUTTER - 8) * r - c.measureText(detail).width;
      c.fillText(detail, left, (top + 15) * r);
      c.font = `${12 * r}px ${FONT}`;
      c.fillStyle = this.#theme.ink;
      c.fillText(fittingMiddle(c, plainText(name, 80), left - 12 * r), 4 * r, (top + 15) * r);
    });
  }

  #paintLane(strip: LaneStrip, scene: LiveScene): void {
    const { lane } = strip;
    const { width, r } = this.target;
    const top = AXIS + strip.top - scene.scroll;
    this.#heading(top, strip.height, lane.head.name, `${Math.round(lane.head.busy * 100)}%`);
    this.#clipped(GUTTER * r, top * r, width - GUTTER * r, strip.height * r, () => {
      this.#paintRows(strip, AXIS + strip.rows - scene.scroll, scene);
      this.#paintInstants(lane, top, scene);
    });
  }

  /** The spans of a lane: thin ones share pixels, of which each shows the longest; the others are drawn one by one. */
  #paintRows({ lane, depths }: LaneStrip, top: number, scene: LiveScene): void {
    const { context: c, width, r } = this.target;
    const up = (depth: number) => Math.round((top + depth * ROW) * r);
    const high = Math.round((ROW - 1) * r);
    const { longest, names } = this.#raster(depths * width);
    const { time, value, name, depth } = lane.spans.columns;
    const wide: [name: number, depth: number, left: number, right: number, isOpen: boolean][] = [];
    for (let row = lane.spans.added - 1; row >= lane.spans.first; row -= 1) {
      const at = lane.spans.at(row);
      const end = time[at] + value[at];
      if (end < scene.window[0]) break; // they lie by their ends
      if (depth[at] >= depths || time[at] > scene.window[1]) continue;
      const left = Math.max(Math.floor(this.#x(time[at], scene)), 0);
      const right = Math.min(Math.max(Math.ceil(this.#x(end, scene)), left + 1), width);
      if (right - left >= WIDE) wide.push([name[at], depth[at], left, right, false]);
      else
        for (let pixel = depth[at] * width + left; pixel < depth[at] * width + right; pixel += 1) {
          if (value[at] <= longest[pixel]) continue;
          longest[pixel] = value[at];
          names[pixel] = name[at];
        }
    }
    for (const open of lane.open) {
      if (open.depth >= depths || open.start > scene.window[1]) continue;
      const left = Math.floor(this.#x(open.start, scene));
      wide.push([open.name, open.depth, left, Math.max(Math.ceil(this.#x(scene.store.now, scene)), left + 1), true]);
    }
    for (let pixel = 0; pixel < depths * width; pixel += 1) {
      if (longest[pixel] < 0) continue;
      c.fillStyle = this.#paintOf(scene.store, names[pixel]).fill;
      c.fillRect(pixel % width, up(Math.floor(pixel / width)), 1, high);
    }
    const edge = GUTTER * r - 2;
    for (const [code, row, left, right, isOpen] of wide) {
      this.#paintSpan(scene.store, code, Math.max(left, edge), Math.min(right, width + 2), up(row), high, isOpen);
    }
  }

  #raster(pixels: number): { longest: Float64Array; names: Int32Array } {
    if (this.#longest.length < pixels) {
      this.#longest = new Float64Array(pixels);
      this.#name = new Int32Array(pixels);
    }
    this.#longest.fill(-1, 0, pixels);
    return { longest: this.#longest, names: this.#name };
  }

  #paintSpan(store: LiveStore, code: number, left: number, right: number, y: number, high: number, isOpen: boolean) {
    if (right <= left) return;
    const { context: c, r } = this.target;
    const paint = this.#paintOf(store, code);
    c.fillStyle = paint.fill;
    c.fillRect(left, y, right - left, high);
    c.fillStyle = paint.edge;
    if (right - left > 4 * r) c.fillRect(left, y, Math.max(Math.round(r / 2), 1), high);
    if (isOpen && right - left > 4 * r) paintOpenEnd(this.target, this.#theme.paper, left, right, y, high);
    if (right - left < LABEL_ROOM * r) return;
    c.font = `${11 * r}px ${FONT}`;
    c.fillStyle = paint.label;
    const text = plainText(store.nameOf(code));
    const room = right - left - 7 * r;
    c.fillText(fitting(c, text, c.measureText(text).width, room), left + 4 * r, y + high / 2 + r / 2);
  }

  #paintOf(store: LiveStore, code: number): Paint {
    const name = store.nameOf(code);
    let color = this.#colors.get(name);
    if (color === undefined) {
      color = colorIndex(name);
      this.#colors.set(name, color);
    }
    return this.#paints[color];
  }

  #paintInstants({ instants }: LiveLane, top: number, scene: LiveScene): void {
    const { context: c, r } = this.target;
    c.fillStyle = this.#theme.mark;
    let drawn = -1;
    for (let row = instants.added - 1; row >= instants.first; row -= 1) {
      const moment = instants.columns.time[instants.at(row)];
      if (moment < scene.window[0]) break;
      const x = Math.round(this.#x(moment, scene));
      if (x === drawn) continue;
      drawn = x;
      c.beginPath();
      c.moveTo(x - 3 * r, (top + 2) * r);
      c.lineTo(x + 3 * r, (top + 2) * r);
      c.lineTo(x, (top + 8) * r);
      c.fill();
    }
  }

  #paintSeries(strip: SeriesStrip, scene: LiveScene): void {
    const { width, r } = this.target;
    const { rows } = strip;
    const top = AXIS + strip.top - scene.scroll;
    const last = rows.columns.value[rows.at(rows.added - 1)];
    this.#heading(top, strip.height, scene.store.nameOf(strip.name), formatValue(last));
    this.#clipped(GUTTER * r, top * r, width - GUTTER * r, strip.height * r, () =>
      this.#paintSteps(rows, top + 4, strip.height - 6, scene, this.#paintOf(scene.store, strip.name).fill),
    );
  }

  /** A step line over its area, from the lowest to the highest value in sight. */
  #paintSteps(rows: Rows, top: number, height: number, scene: LiveScene, color: string): void {
    const { context: c, r } = this.target;
    const { time, value } = rows.columns;
    let first = rows.added - 1;
    while (first > rows.first && time[rows.at(first)] > scene.window[0]) first -= 1;
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = first; row < rows.added; row += 1) {
      low = Math.min(low, value[rows.at(row)]);
      high = Math.max(high, value[rows.at(row)]);
    }
    if (low === high) low = Math.min(low - 1, 0);
    const y = (level: number) => (top + height - ((level - low) / (high - low)) * height) * r;
    const line = new Path2D();
    let [x, level] = [this.#x(time[rows.at(first)], scene), y(value[rows.at(first)])];
    const start = x;
    // Of the samples that share a pixel the extremes are enough: a path of all takes a browser longer than a push.
    let [least, most] = [level, level];
    const leave = () => {
      if (least < level) line.lineTo(x, least);
      if (most > level) line.lineTo(x, most);
      line.lineTo(x, level);
    };
    line.moveTo(x, level);
    for (let row = first + 1; row < rows.added; row += 1) {
      const at = rows.at(row);
      const next = this.#x(time[at], scene);
      if (Math.floor(next) !== Math.floor(x)) {
        leave();
        line.lineTo(next, level);
        [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        x = next;
      }
      level = y(value[at]);
      least = Math.min(least, level);
      most = Math.max(most, level);
    }
    leave();
    x = this.#x(scene.store.now, scene);
    line.lineTo(x, level);
    const area = new Path2D(line);
    area.lineTo(x, (top + height) * r);
    area.lineTo(start, (top + height) * r);
    c.globalAlpha = 0.25;
    c.fillStyle = color;
    c.fill(area);
    c.globalAlpha = 1;
    c.strokeStyle = color;
    c.lineWidth = 1.2 * r;
    c.stroke(line);
  }

  #paintMarks(scene: LiveScene): void {
    const { context: c, width, height, r } = this.target;
    c.font = `${11 * r}px ${FONT}`;
    this.#clipped(GUTTER * r, 0, width, height, () => {
      for (const [moment, text] of scene.marks) {
        const x = Math.round(this.#x(moment, scene));
        const room = c.measureText(text).width + 6 * r;
        c.fillStyle = this.#theme.mark;
        c.fillRect(x, 0, Math.max(r, 1), height);
        c.fillRect(x, 2 * r, room, (AXIS - 5) * r);
        c.fillStyle = this.#theme.paper;
        c.fillText(text, x + 3 * r, (AXIS / 2) * r);
      }
    });
  }
}
