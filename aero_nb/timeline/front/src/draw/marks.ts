// Small marks on bands: instants, open ends, and hatching where records were lost. In device pixels.

import { lowerBound } from "../data/numbers";
import type { Band } from "../data/store";
import { mix } from "../logic/colors";
import { type BandStrip, INSTANTS_HEIGHT } from "../logic/layout";
import type { TimelineState } from "../logic/state";
import type { Canvas } from "./canvas";

const CROWDED = 0.4; // share of colour of instants too close for pins

/** Saw teeth at the right edge of a span whose end nobody recorded. */
export function paintOpenEnd(
  { context: c, r }: Canvas,
  paper: string,
  left: number,
  right: number,
  y: number,
  height: number,
): void {
  const tooth = Math.min(4 * r, (right - left) / 2);
  c.fillStyle = paper;
  c.beginPath();
  for (let top = y; top < y + height; top += 2 * tooth) {
    c.moveTo(right, top);
    c.lineTo(right - tooth, top + tooth);
    c.lineTo(right, top + 2 * tooth);
  }
  c.fill();
}

/**
 * A pin for each instant of a band; of those in one pixel one is drawn. Where pins would overlap each is a faint line:
 * a crowd is no louder than one.
 */
export function paintInstants({ context: c, width, r }: Canvas, state: TimelineState, band: Band, y: number): void {
  const { store, view, theme } = state;
  const { foundNames: found } = state.search;
  const { time, name } = store.instants;
  const last = band.first_item + band.items;
  const scale = width / view.duration;
  const half = 4 * r;
  const [top, bottom] = [(y + 3) * r, (y + INSTANTS_HEIGHT - 3) * r];
  const room = 2 * half;
  const faint = mix(theme.mark, theme.paper, CROWDED);
  const at = (i: number) => Math.round((time[i] - view.t0) * scale);
  let drawn = -room;
  for (let i = lowerBound(time, view.t0, band.first_item, last); i < last && time[i] <= view.t1; i += 1) {
    const x = at(i);
    if (x === drawn && !found) continue;
    const single = x - drawn >= room && (i + 1 === last || at(i + 1) - x >= room);
    drawn = x;
    const wanted = found === null || found[name[i]];
    c.fillStyle = wanted ? (single || found ? theme.mark : faint) : theme.line;
    c.fillRect(x, top, Math.max(Math.round(r), 1), bottom - top);
    if (!single) continue;
    c.beginPath();
    c.moveTo(x - half, top);
    c.lineTo(x + half + r, top);
    c.lineTo(x + r / 2, top + 1.6 * half);
    c.fill();
  }
}

/** Slanting lines where the recording is known to lack records. */
export function paintLost({ context: c, width, r }: Canvas, state: TimelineState, strip: BandStrip, y: number): void {
  const { view, theme } = state;
  const scale = width / view.duration;
  const [up, high] = [y * r, strip.height * r];
  for (const [from, to] of strip.band.lost) {
    const left = Math.max((from - view.t0) * scale, 0);
    const right = Math.min((to - view.t0) * scale, width);
    if (right <= left) continue;
    c.save();
    c.beginPath();
    c.rect(left, up, right - left, high);
    c.clip();
    c.strokeStyle = theme.lost;
    c.lineWidth = r;
    c.beginPath();
    for (let x = Math.floor((left - high) / (8 * r)) * 8 * r; x < right; x += 8 * r) {
      c.moveTo(x, up + high);
      c.lineTo(x + high, up);
    }
    c.stroke();
    c.restore();
  }
}
