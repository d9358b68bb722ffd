// Numbers, times and names as people read them; the same rules as aero_nb/figures/units.py. Times are in ns.

const TIME_STEPS = [
  [1e3, 1, "ns"], [1e6, 1e3, "µs"], [1e9, 1e6, "ms"], [120e9, 1e9, "s"],
  [7200e9, 60e9, "min"], [172800e9, 3600e9, "h"], [Infinity, 86400e9, "d"],
];

/** A number to three significant digits, ties to even as Python rounds (toPrecision rounds them up). */
function rounded3(value) {
  const [mantissa, exponent] = Math.abs(value).toExponential(20).split("e");
  const digits = mantissa.replace(".", "");
  const rest = digits.slice(3);
  const half = "5".padEnd(rest.length, "0");
  const whole = Number(digits.slice(0, 3));
  const up = rest > half || (rest === half && whole % 2 === 1);
  return Number(`${whole + (up ? 1 : 0)}e${Number(exponent) - 2}`);
}

/** Three significant digits without an exponent: 1.20, 120. */
function threeDigits(value) {
  const rounded = rounded3(value);
  if (rounded === 0) return "0";
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded.toFixed(decimals);
}

function formatDuration(ns) {
  if (!Number.isFinite(ns)) return "?";
  const size = rounded3(ns);
  const [, scale, unit] = TIME_STEPS.find(([below]) => size < below) ?? TIME_STEPS.at(-1);
  return `${ns < 0 && size ? "-" : ""}${threeDigits(Math.abs(ns) / scale)} ${unit}`;
}

function formatCount(count) {
  return Math.round(count).toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

function formatValue(value, unit = "") {
  if (Number.isNaN(value)) return "?";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const size = rounded3(value);
  const [scale, prefix] = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]].find(([s]) => size >= s) ?? [1, ""];
  return `${value < 0 && size ? "-" : ""}${threeDigits(Math.abs(value) / scale)} ${prefix}${unit}`.trimEnd();
}

/** Microseconds with every nanosecond: "1,234.567 µs". */
function exactTime(ns) {
  const whole = Math.floor(Math.abs(ns) / 1000);
  const rest = Math.round(Math.abs(ns) - whole * 1000);
  const decimals = rest ? `.${String(rest).padStart(3, "0")}` : "";
  return `${ns < 0 ? "-" : ""}${formatCount(whole)}${decimals} µs`;
}

// What reorders or hides text (U+202E, zero width ...), and lone surrogates.
const HIDDEN = /(?!\u200d)[\p{Cf}\p{Cs}]/gu;
const BREAKING = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

/** A name from a trace as one short visible line; the result is text, never markup. */
function plainText(name, length = 80) {
  const start = String(name).slice(0, 2 * length + 2);
  const points = Array.from(start);
  const cut = points.length > length ? `${points.slice(0, length - 1).join("")}…` : start;
  return cut.replace(BREAKING, " ").replace(HIDDEN, "\ufffd") || "(empty name)";
}

/** The step between ticks: 1, 2 or 5 times a power of ten (whole minutes, hours, days above a minute). */
function tickStep(duration, most) {
  const wanted = duration / Math.max(most, 1);
  if (wanted > 30e9) {
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400];
    return 60e9 * (steps.find((minutes) => minutes * 60e9 >= wanted) ?? Math.ceil(wanted / 864e11) * 1440);
  }
  const power = 10 ** Math.floor(Math.log10(wanted));
  return Math.max([1, 2, 5, 10].find((m) => m * power >= wanted * 0.999) * power, 1e-3);
}

/**
 * Ticks of a window: values in ns and labels. Deep in a long trace labels count from `base`
 * (its label stands beside the axis), so that they stay short and differ.
 */
function timeTicks(t0, t1, most) {
  const step = tickStep(t1 - t0, most);
  const far = Math.max(Math.abs(t0), Math.abs(t1)) / step > 5000;
  const base = far ? Math.floor(t0 / (step * 1000)) * step * 1000 : 0;
  const values = [];
  for (let n = Math.ceil((t0 - base) / step); base + n * step <= t1; n += 1) values.push(base + n * step);
  const [, scale, unit] = TIME_STEPS.find(([below]) => Math.max(Math.abs(t1 - base), step) < below * 1.2);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step / scale) - 1e-9));
  const labels = values.map((value) => {
    const number = (value - base) / scale;
    return `${far ? "+" : ""}${number === 0 ? "0" : number.toFixed(Math.min(decimals, 9))} ${unit}`;
  });
  return { values, labels, base: far ? `${longTime(base)} +` : "", step };
}

/** A far time, as short as it can be said exactly: "3 d 4 h 12 min 5.25 s". */
function longTime(ns) {
  const parts = [];
  let rest = Math.abs(ns);
  for (const [size, unit] of [[864e11, "d"], [36e11, "h"], [6e10, "min"]]) {
    const count = Math.floor(rest / size);
    if (count) parts.push(`${count} ${unit}`);
    rest -= count * size;
  }
  const seconds = (rest / 1e9).toFixed(9).replace(/\.?0+$/, "");
  if (seconds !== "0" || !parts.length) parts.push(`${seconds} s`);
  return (ns < 0 ? "-" : "") + parts.join(" ");
}
