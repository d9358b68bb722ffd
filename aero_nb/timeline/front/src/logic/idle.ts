// Which tracks have nothing in a stretch of time.

import { lowerBound } from "../data/numbers";
import type { Band, Store } from "../data/store";

/** The numbers of the bands without a span, an instant or a loss in [t0, t1); a counter always has its level. */
export function idleBands(store: Store, t0: number, t1: number): Set<number> {
  return new Set(store.bands.filter((band) => !hasAnything(store, band, t0, t1)).map(({ number }) => number));
}

function hasAnything(store: Store, band: Band, t0: number, t1: number): boolean {
  if (band.kind === "counter" || band.lost.some(([from, to]) => from < t1 && to >= t0)) return true;
  for (let row = band.first_row; row < band.first_row + band.rows; row += 1) {
    const [from, to] = store.inRow(row, t0, t1);
    if (from < to) return true;
  }
  const { time } = store.instants;
  const end = band.first_item + band.items;
  const next = lowerBound(time, t0, band.first_item, end);
  return next < end && time[next] < t1;
}
