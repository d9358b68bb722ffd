// Ticks of the time axis. Times are in ns.

import { timeStep } from "./format";

export interface Ticks {
  values: number[];
  labels: string[];
  /** From which far moment the labels count: "3 h 12 min +", or "". */
  base: string;
  step: number;
}

const LONG_STEPS_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400];
const MINUTE = 60e9;
const DAY = 864e11;
const FAR = 5000; // steps from zero at which labels would get long and alike

/** The step between ticks: 1, 2 or 5 times a power of ten (whole minutes, hours, days above a minute). */
function tickStep(duration: number, most: number): number {
  const wanted = duration / Math.max(most, 1);
  if (wanted > 30e9) {
    const minutes = LONG_STEPS_MINUTES.find((each) => each * MINUTE >= wanted);
    return MINUTE * (minutes ?? Math.ceil(wanted / DAY) * 1440);
  }
  const power = 10 ** Math.floor(Math.log10(wanted));
  const times = [1, 2, 5].find((each) => each * power >= wanted * 0.999) ?? 10;
  return Math.max(times * power, 1e-3);
}

/**
 * Ticks of a window, `most` of them about. Deep in a long trace labels count from `base` (its label stands beside the
 * axis), so that they stay short and differ.
 */
export function timeTicks(t0: number, t1: number, most: number): Ticks {
  const step = tickStep(t1 - t0, most);
  const far = Math.max(Math.abs(t0), Math.abs(t1)) / step > FAR;
  const base = far ? Math.floor(t0 / (step * 1000)) * step * 1000 : 0;
  const values: number[] = [];
  for (let n = Math.ceil((t0 - base) / step); base + n * step <= t1; n += 1) values.push(base + n * step);
  const [, scale, unit] = timeStep(Math.max(Math.abs(t1 - base), step) / 1.2);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step / scale) - 1e-9));
  const labels = values.map((value) => {
    const number = (value - base) / scale;
    return `${far ? "+" : ""}${number === 0 ? "0" : number.toFixed(Math.min(decimals, 9))} ${unit}`;
  });
  return { values, labels, base: far ? `${longTime(base)} +` : "", step };
}

/** A far time, as short as it can be said exactly: "3 d 4 h 12 min 5.25 s". */
function longTime(ns: number): string {
  const parts: string[] = [];
  let rest = Math.abs(ns);
  for (const [size, unit] of [
    [DAY, "d"],
    [36e11, "h"],
    [MINUTE, "min"],
  ] as const) {
    const count = Math.floor(rest / size);
    if (count) parts.push(`${count} ${unit}`);
    rest -= count * size;
  }
  const seconds = (rest / 1e9).toFixed(9).replace(/\.?0+$/, "");
  if (seconds !== "0" || !parts.length) parts.push(`${seconds} s`);
  return (ns < 0 ? "-" : "") + parts.join(" ");
}
