// What lies at a place of the rows: a span, an instant, or a stretch where records were lost.

import { lowerBound } from "../data/numbers";
import type { Band, Store } from "../data/store";
import type { Lost } from "../data/wire";
import { INSTANTS_HEIGHT, type Layout } from "./layout";
import { type PixelTotals, pixelTotals } from "./raster";
import type { Viewport } from "./viewport";

/** A place of the plot: CSS pixels from its corner, and the time there. */
export interface Place {
  x: number;
  y: number;
  time: number;
}

export type Hit = { kind: "span"; span: number; totals: PixelTotals } | { kind: "instant"; instant: number };

/** What is needed to know what a pixel shows: `width` of the plot in CSS pixels, `ratio` device pixels for each. */
export interface Picture {
  store: Store;
  layout: Layout;
  view: Viewport;
  scroll: number;
  width: number;
  ratio: number;
}

const INSTANT_REACH = 5; // CSS pixels

/** The span or instant at a place, with the totals of its pixel; null where none is. */
export function hitAt(picture: Picture, { y, time }: Place): Hit | null {
  const { store, layout, view, scroll } = picture;
  const at = layout.at(y, scroll);
  if (at?.strip.kind !== "band" || at.strip.band.kind === "counter") return null;
  const { band, rows } = at.strip;
  if (band.items && at.inner < INSTANTS_HEIGHT) {
    const instant = instantNear(store, band, time, (INSTANT_REACH * view.duration) / picture.width);
    if (instant >= 0) return { kind: "instant", instant };
  }
  const place = rows.find(({ top, height }) => at.inner >= top && at.inner < top + height + 1);
  if (!place) return null;
  // The device pixel under the mouse, as the raster sees it; then one to each side.
  const pixel = view.duration / (picture.width * picture.ratio);
  const cell = view.t0 + Math.floor((time - view.t0) / pixel) * pixel;
  for (const from of [cell, cell - pixel, cell + pixel]) {
    const totals = pixelTotals(store, place.row, from, from + pixel);
    if (totals.count) return { kind: "span", span: longest(store, place.row, from, from + pixel), totals };
  }
  return null;
}

function longest(store: Store, row: number, t0: number, t1: number): number {
  const [from, to] = store.inRow(row, t0, t1);
  let best = from;
  for (let i = from; i < to; i += 1) if (store.duration[i] > store.duration[best]) best = i;
  return best;
}

function instantNear({ instants: { time: times } }: Store, band: Band, time: number, reach: number): number {
  const first = band.first_item;
  const last = first + band.items;
  const next = lowerBound(times, time, first, last);
  const near = [next - 1, next].filter((i) => i >= first && i < last && Math.abs(times[i] - time) <= reach);
  near.sort((a, b) => Math.abs(times[a] - time) - Math.abs(times[b] - time));
  return near[0] ?? -1;
}

/** The stretch without records at a place, and whose it is. */
export function lostAt({ layout, scroll }: Picture, { y, time }: Place): { lost: Lost; band: Band } | null {
  const strip = layout.at(y, scroll)?.strip;
  if (strip?.kind !== "band") return null;
  const lost = strip.band.lost.find(([from, to]) => time >= from && time < to);
  return lost ? { lost, band: strip.band } : null;
}
