// What the axis counts: host time, another run's time, or a counter of the guest.

import type { Axis } from "../data/wire";
import { formatCount, formatDuration, formatMoment, formatValue } from "./format";
import { type Ticks, timeTicks } from "./ticks";

/** How places on an axis are written. */
export interface Scale {
  length(places: number): string;
  /** A place, exact enough to tell it from its neighbours where `step` is one pixel. */
  moment(place: number, step: number): string;
  ticks(from: number, to: number, most: number): Ticks;
}

const TIME: Scale = { length: formatDuration, moment: formatMoment, ticks: timeTicks };

/** The scale of an axis; one without a unit, or none, is time in ns. */
export function scaleOf(axis: Axis | null): Scale {
  return axis?.unit ? countScale(axis.unit, axis.zero) : TIME;
}

/** A count's scale: its places are counted from `zero`, its words are of the count itself. */
function countScale(unit: string, zero: number): Scale {
  return {
    length: (places) => `${formatValue(places)} ${unit}`,
    moment: (place) => `${formatCount(zero + place)} ${unit}`,
    ticks: (from, to, most) => countTicks(from, to, zero, unit, most),
  };
}

const PREFIXES: readonly [number, string][] = [
  [1e12, " T"],
  [1e9, " G"],
  [1e6, " M"],
  [1e3, " k"],
  [1, ""],
];

/** Ticks at round counts; the unit stands once, beside the axis. */
function countTicks(from: number, to: number, zero: number, unit: string, most: number): Ticks {
  const wanted = Math.max((to - from) / Math.max(most, 1), 1);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= wanted * 0.999) ?? 10);
  const values: number[] = [];
  for (let n = Math.ceil((zero + from) / step); n * step <= zero + to; n += 1) values.push(n * step - zero);
  const [scale, prefix] = PREFIXES.find(([size]) => Math.max(Math.abs(zero + to), step) >= size) ?? [1, ""];
  const decimals = Math.min(Math.max(0, Math.ceil(-Math.log10(step / scale) - 1e-9)), 12);
  const labels = values.map((value) => (zero + value ? `${((zero + value) / scale).toFixed(decimals)}${prefix}` : "0"));
  return { values, labels, base: unit, step };
}
