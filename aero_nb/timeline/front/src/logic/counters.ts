// Counter series: a step line; where many samples share a pixel, the range between their lowest and highest value.

import { lowerBound } from "../data/numbers";
import type { Band, Store } from "../data/store";

export type CounterMode = "level" | "rate" | "delta";

/** Where the scale of a counter's strip begins and how it rises; "fit": with the values in sight. */
export type CounterScale = "zero" | "fit" | "log";

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

/**
 * The lowest and highest value in sight; null where nothing is known. "zero": with 0 between or at the edge; "log": of
 * those above zero.
 */
export function counterScale({ low, high, last }: Columns, kind: CounterScale = "zero"): [number, number] | null {
  if (last.every(Number.isNaN)) return null;
  let [bottom, top] = kind === "zero" ? [0, 0] : [Infinity, -Infinity];
  for (let pixel = 0; pixel < low.length; pixel += 1) {
    const lowest = kind === "log" && low[pixel] <= 0 ? high[pixel] : low[pixel];
    if (kind === "log" && !(lowest > 0)) continue;
    if (lowest < bottom) bottom = lowest;
    if (high[pixel] > top) top = high[pixel];
  }
  return bottom <= top ? [bottom, top] : null;
}

/** How far up a scale a value lies, 0 to 1; on a logarithmic one what is not above zero is at its bottom. */
export function heightOn([bottom, top]: [number, number], kind: CounterScale, value: number): number {
  if (kind !== "log") return (value - bottom) / (top - bottom || 1);
  return value > 0 ? Math.max(Math.log(value / bottom), 0) / (Math.log(top / bottom) || 1) : 0;
}

/** The value of a counter at a time, as its step line shows it; NaN before its first sample. */
export function counterAt({ time, value }: Series, t: number): number {
  const next = lowerBound(time, t, 0, time.length);
  const at = next < time.length && time[next] === t ? next : next - 1;
  return at >= 0 ? value[at] : Number.NaN;
}
