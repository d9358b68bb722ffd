// Counter series: a step line; where many samples share a pixel, the range between their lowest and highest value.

import { lowerBound } from "../data/numbers";
import type { Band, Store } from "../data/store";

export type CounterMode = "level" | "rate" | "delta";

export interface Series {
  time: Float64Array;
  value: Float64Array;
}

/** The samples of one series in a mode: times in ns and values (level as recorded, delta, or delta per second). */
export function counterSeries(store: Store, band: Band, mode: CounterMode): Series {
  const { time, value } = store.samples;
  const first = band.first_item;
  const last = first + band.items;
  if (mode === "level") return { time: time.subarray(first, last), value: value.subarray(first, last) };
  const times = time.slice(first + 1, last);
  const host = store.host.samples; // a rate is one a second, whatever the axis
  const values = times.map((_, i) => {
    const delta = value[first + i + 1] - value[first + i];
    return mode === "delta" ? delta : delta / ((host[first + i + 1] - host[first + i]) / 1e9);
  });
  return { time: times, value: values };
}

/** Each series in each mode, worked out once. */
export class CounterCache {
  readonly #series = new Map<string, Series>();

  constructor(private readonly store: Store) {}

  get(band: Band, mode: CounterMode): Series {
    const key = `${band.number} ${mode}`;
    const known = this.#series.get(key);
    if (known) return known;
    const series = counterSeries(this.store, band, mode);
    this.#series.set(key, series);
    return series;
  }
}

/** Of each pixel the lowest, highest and last value. */
export interface Columns {
  low: Float64Array;
  high: Float64Array;
  last: Float64Array;
}

/** A level holds until the next sample; NaN in `last` where none is known. */
export function counterColumns({ time, value }: Series, t0: number, t1: number, width: number): Columns {
  const low = new Float64Array(width).fill(Infinity);
  const high = new Float64Array(width).fill(-Infinity);
  const last = new Float64Array(width).fill(Number.NaN);
  const scale = width / (t1 - t0);
  const from = Math.max(lowerBound(time, t0, 0, time.length) - 1, 0);
  for (let i = from; i < time.length && time[i] < t1; i += 1) {
    const pixel = Math.min(Math.max(Math.floor((time[i] - t0) * scale), 0), width - 1);
    if (!Number.isFinite(value[i])) continue;
    if (value[i] < low[pixel]) low[pixel] = value[i];
    if (value[i] > high[pixel]) high[pixel] = value[i];
    last[pixel] = value[i];
  }
  return { low, high, last };
}

/** The lowest and highest value in sight, with 0 between or at the edge; null where nothing is known. */
export function counterScale({ low, high, last }: Columns): [number, number] | null {
  if (last.every(Number.isNaN)) return null;
  let bottom = 0;
  let top = 0;
  for (let pixel = 0; pixel < low.length; pixel += 1) {
    if (low[pixel] < bottom) bottom = low[pixel];
    if (high[pixel] > top) top = high[pixel];
  }
  return [bottom, top];
}

/** The value of a counter at a time, as its step line shows it; NaN before its first sample. */
export function counterAt({ time, value }: Series, t: number): number {
  const next = lowerBound(time, t, 0, time.length);
  const at = next < time.length && time[next] === t ? next : next - 1;
  return at >= 0 ? value[at] : Number.NaN;
}
