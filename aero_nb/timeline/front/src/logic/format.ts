// Numbers, times and names as people read them; the same rules as aero_nb/figures/units.py. Times are in ns.

/** Below which size (ns) a time is written in which unit: [below, ns of the unit, unit]. */
export const TIME_STEPS: readonly [number, number, string][] = [
  [1e3, 1, "ns"],
  [1e6, 1e3, "µs"],
  [1e9, 1e6, "ms"],
  [120e9, 1e9, "s"],
  [7200e9, 60e9, "min"],
  [172800e9, 3600e9, "h"],
  [Number.POSITIVE_INFINITY, 86400e9, "d"],
];
const DAYS = TIME_STEPS[TIME_STEPS.length - 1];

/** The row of TIME_STEPS for a size in ns. */
export function timeStep(size: number): readonly [number, number, string] {
  return TIME_STEPS.find(([below]) => size < below) ?? DAYS;
}

/** A number to three significant digits, ties to even as Python rounds (toPrecision rounds them up). */
function rounded3(value: number): number {
  const [mantissa, exponent] = Math.abs(value).toExponential(20).split("e");
  const digits = mantissa.replace(".", "");
  const rest = digits.slice(3);
  const half = "5".padEnd(rest.length, "0");
  const whole = Number(digits.slice(0, 3));
  const up = rest > half || (rest === half && whole % 2 === 1);
  return Number(`${whole + (up ? 1 : 0)}e${Number(exponent) - 2}`);
}

/** Three significant digits without an exponent: 1.20, 120. */
export function threeDigits(value: number): string {
  const rounded = rounded3(value);
  if (rounded === 0) return "0";
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded.toFixed(decimals);
}

export function formatDuration(ns: number): string {
  if (!Number.isFinite(ns)) return "?";
  const size = rounded3(ns);
  const [, scale, unit] = timeStep(size);
  return `${ns < 0 && size ? "-" : ""}${threeDigits(Math.abs(ns) / scale)} ${unit}`;
}

export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 span", "275 spans". */
export function formatMany(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const PREFIXES: readonly [number, string][] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

export function formatValue(value: number, unit = ""): string {
  if (Number.isNaN(value)) return "?";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const size = rounded3(value);
  const [scale, prefix] = PREFIXES.find(([from]) => size >= from) ?? [1, ""];
  return `${value < 0 && size ? "-" : ""}${threeDigits(Math.abs(value) / scale)} ${prefix}${unit}`.trimEnd();
}

/** Microseconds with every nanosecond: "1,234.567 µs". */
export function exactTime(ns: number): string {
  const whole = Math.floor(Math.abs(ns) / 1000);
  const rest = Math.round(Math.abs(ns) - whole * 1000);
  const decimals = rest ? `.${String(rest).padStart(3, "0")}` : "";
  return `${ns < 0 ? "-" : ""}${formatCount(whole)}${decimals} µs`;
}

/** A moment, exact enough to tell it from its neighbours where `step` ns are one pixel. */
export function formatMoment(time: number, step: number): string {
  const [, scale, unit] = timeStep(Math.abs(time));
  const wanted = Math.max(Math.ceil(-Math.log10(step / scale)), 0);
  const decimals = Math.min(wanted, Math.round(Math.log10(scale)), 9);
  return `${(time / scale).toFixed(decimals)} ${unit}`;
}

// What reorders or hides text (U+202E, zero width ...), and lone surrogates.
const HIDDEN = /(?!\u200d)[\p{Cf}\p{Cs}]/gu;
const BREAKING = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

/** A name from a trace as one short visible line; the result is text, never markup. */
export function plainText(name: string, length = 80): string {
  const start = String(name).slice(0, 2 * length + 2);
  const points = Array.from(start);
  const cut = points.length > length ? `${points.slice(0, length - 1).join("")}…` : start;
  return cut.replace(BREAKING, " ").replace(HIDDEN, "\ufffd") || "(empty name)";
}
