// The spans of one name: the next one in time, and where one stands among their durations.

import { quantile } from "../data/numbers";
import type { Store } from "../data/store";

const BINS = 28;

/** The next (1) or previous (-1) span of the same name by start, of equal ones by place; -1 if there is none. */
export function sameNameBeside({ name, start, size }: Store, span: number, direction: 1 | -1): number {
  const order = (i: number, j: number) => direction * (start[i] - start[j] || i - j);
  let best = -1;
  for (let i = 0; i < size; i += 1) {
    if (name[i] !== name[span] || order(i, span) <= 0) continue;
    if (best < 0 || order(i, best) < 0) best = i;
  }
  return best;
}

/** Durations in ns: `bins` counts them in steps of equal ratio from `least` to `most`, `own` is the span's bin. */
export interface Distribution {
  count: number;
  longer: number; // than the span
  least: number;
  median: number;
  most: number;
  bins: number[];
  own: number;
}

/** How the durations of the span's name lie, and the span's own place. */
export function distributionOf({ name, host: { duration }, size }: Store, span: number): Distribution {
  const times: number[] = [];
  for (let i = 0; i < size; i += 1) if (name[i] === name[span]) times.push(duration[i]);
  const sorted = Float64Array.from(times).sort();
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  const [low, high] = [Math.log(Math.max(least, 1)), Math.log(Math.max(most, 1))];
  const bin = (ns: number) =>
    high > low ? Math.min(Math.floor(((Math.log(Math.max(ns, 1)) - low) / (high - low)) * BINS), BINS - 1) : 0;
  const bins = new Array<number>(high > low ? BINS : 1).fill(0);
  for (const ns of sorted) bins[bin(ns)] += 1;
  const longer = times.filter((ns) => ns > duration[span]).length;
  const median = quantile(sorted, 0.5);
  return { count: times.length, longer, least, median, most, bins, own: bin(duration[span]) };
}
