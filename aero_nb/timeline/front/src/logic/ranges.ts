// The numbers of a range: spans by name and counters, as pandas computes them.

import { lowerBound, unsortedQuantile } from "../data/numbers";
import type { Band, Store } from "../data/store";

/** Times in ns, as in analysis.summary; `name` is the name's code. */
export interface SpanTotals {
  name: number;
  count: number;
  total: number;
  self: number;
  mean: number;
  p50: number;
  p95: number;
  max: number;
  /** The span with the largest part in the range. */
  longest: number;
}

export interface CounterTotals {
  band: Band;
  count: number;
  min: number;
  mean: number;
  max: number;
  /** Last less first, and that per second (NaN within one moment). */
  delta: number;
  rate: number;
}

/** Spans that touch [t0, t1) on the shown threads, cut to it, by name, most self time first. */
export function spansInRange(store: Store, bands: Band[], t0: number, t1: number): SpanTotals[] {
  const parts = partsInRange(store, bands, t0, t1);
  const { name } = store;
  const counts = new Int32Array(store.names.length);
  for (const [from, to] of parts) for (let i = from; i < to; i += 1) counts[name[i]] += 1;
  const groups = Array.from(counts, (count) => ({
    durations: new Float64Array(count),
    self: 0,
    filled: 0,
    longest: -1,
    most: -1,
  }));
  const cut = new CutSpans(store, t0, t1, parts);
  for (const [from, to] of parts) {
    for (let i = from; i < to; i += 1) {
      const group = groups[name[i]];
      const duration = cut.duration(i);
      if (duration > group.most) [group.longest, group.most] = [i, duration];
      group.durations[group.filled] = duration;
      group.filled += 1;
      group.self += cut.selfTime(i);
    }
  }
  const rows = groups.map(({ durations, self, longest }, code) => totalsOf(code, durations, self, longest));
  return rows.filter((row) => row.count).sort((a, b) => b.self - a.self || a.name - b.name);
}

/** The spans of the shown threads that touch [t0, t1), row by row as [from, to). */
export function partsInRange(store: Store, bands: Band[], t0: number, t1: number): [number, number][] {
  const parts: [number, number][] = [];
  for (const band of bands) {
    if (band.kind !== "thread") continue;
    for (let row = band.first_row; row < band.first_row + band.rows; row += 1) parts.push(store.inRow(row, t0, t1));
  }
  return parts;
}

/** Spans as they are within [t0, t1): those that reach out of it are shorter, and so may be their self time. */
export class CutSpans {
  readonly #reachesOut: Uint8Array;
  readonly #inside = new Map<number, number[]>(); // the children in the range of each span that reaches out of it
  readonly #range: [number, number][]; // of each part of the timeline, in host time

  constructor(
    private readonly store: Store,
    private readonly t0: number,
    private readonly t1: number,
    parts: [number, number][],
  ) {
    const count = Math.max(...store.bands.map((band) => band.part)) + 1;
    this.#range = Array.from({ length: count }, (_, part) => [store.toHost(t0, part), store.toHost(t1, part)]);
    this.#reachesOut = new Uint8Array(store.size);
    // Those of a row do not overlap, so that just its first and its last can.
    for (const [from, to] of parts) if (from < to) for (const span of [from, to - 1]) this.#mark(span);
    if (this.#inside.size) for (const [from, to] of parts) this.#sortIn(from, to);
  }

  #mark(span: number): void {
    if (this.store.start[span] >= this.t0 && this.store.endOf(span) <= this.t1) return;
    this.#reachesOut[span] = 1;
    this.#inside.set(span, []);
  }

  #sortIn(from: number, to: number): void {
    const { parent } = this.store;
    for (let i = from; i < to; i += 1) {
      if (parent[i] >= 0 && this.#reachesOut[parent[i]]) this.#inside.get(parent[i])?.push(i);
    }
  }

  #bounds(span: number): [number, number] {
    const { start, duration } = this.store.host;
    if (!this.#reachesOut[span]) return [start[span], start[span] + duration[span]];
    const [t0, t1] = this.#range[this.store.bandOf(span).part];
    return [Math.max(start[span], t0), Math.min(start[span] + duration[span], t1)];
  }

  duration(span: number): number {
    if (!this.#reachesOut[span]) return this.store.host.duration[span];
    const [start, end] = this.#bounds(span);
    return end - start;
  }

  selfTime(span: number): number {
    if (!this.#reachesOut[span]) return this.store.selfTime[span];
    const children = this.#inside.get(span) ?? [];
    const [start, end] = this.#bounds(span);
    let covered = 0;
    let reached = start;
    for (const child of children.sort((a, b) => this.store.host.start[a] - this.store.host.start[b])) {
      const [from, to] = this.#bounds(child);
      covered += Math.max(Math.min(to, end) - Math.max(from, reached), 0);
      reached = Math.max(reached, to);
    }
    return end - start - covered;
  }
}

function totalsOf(name: number, durations: Float64Array, self: number, longest: number): SpanTotals {
  const count = durations.length;
  let [total, max] = [0, 0];
  for (const ns of durations) {
    total += ns;
    if (ns > max) max = ns;
  }
  return {
    name,
    count,
    total,
    self,
    mean: total / count,
    p50: unsortedQuantile(durations, 0.5),
    p95: unsortedQuantile(durations, 0.95),
    max,
    longest,
  };
}

/** Samples in [t0, t1) of each counter that has any. */
export function countersInRange(store: Store, bands: Band[], t0: number, t1: number): CounterTotals[] {
  const rows = bands.filter((band) => band.kind === "counter").map((band) => counterInRange(store, band, t0, t1));
  return rows.filter((row) => row !== null);
}

function counterInRange(store: Store, band: Band, t0: number, t1: number): CounterTotals | null {
  const { time, value } = store.samples;
  const last = band.first_item + band.items;
  const from = lowerBound(time, t0, band.first_item, last);
  const to = lowerBound(time, t1, from, last);
  const known: number[] = [];
  for (let i = from; i < to; i += 1) if (!Number.isNaN(value[i])) known.push(i);
  if (!known.length) return null;
  const values = known.map((i) => value[i]);
  const delta = values[values.length - 1] - values[0];
  const host = store.host.samples;
  const seconds = (host[known[known.length - 1]] - host[known[0]]) / 1e9;
  return {
    band,
    count: known.length,
    min: values.reduce((a, b) => Math.min(a, b)),
    mean: values.reduce((a, b) => a + b) / values.length,
    max: values.reduce((a, b) => Math.max(a, b)),
    delta,
    rate: seconds > 0 ? delta / seconds : Number.NaN,
  };
}
