// Counter rows: a step line; where many samples share a pixel, the range between their lowest and highest value.

const COUNTER_MODES = [["level", "counters: level"], ["rate", "counters: rate"], ["delta", "counters: delta"]];

/** The samples of one series in a mode: times in ns and values (level as recorded, delta, or delta per second). */
function counterSeries(store, band, mode) {
  const { time, value } = store.samples;
  const [first, last] = [band.first_item, band.first_item + band.items];
  if (mode === "level") return { time: time.subarray(first, last), value: value.subarray(first, last) };
  const times = time.slice(first + 1, last);
  const values = times.map((at, i) => {
    const delta = value[first + i + 1] - value[first + i];
    return mode === "delta" ? delta : delta / ((at - time[first + i]) / 1e9);
  });
  return { time: times, value: values };
}

class CounterCache {
  constructor(store) {
    this.store = store;
    this.series = new Map();
  }

  get(band, mode) {
    const key = `${band.number} ${mode}`;
    if (!this.series.has(key)) this.series.set(key, counterSeries(this.store, band, mode));
    return this.series.get(key);
  }
}

/** Per pixel: lowest, highest and last value. A level holds until the next sample; NaN where none is known. */
function counterColumns({ time, value }, t0, t1, width) {
  const low = new Float64Array(width).fill(Infinity);
  const high = new Float64Array(width).fill(-Infinity);
  const last = new Float64Array(width).fill(NaN);
  const scale = width / (t1 - t0);
  const from = Math.max(lowerBound(time, t0, 0, time.length) - 1, 0);
  for (let i = from; i < time.length && time[i] < t1; i += 1) {
    const p = Math.min(Math.max(Math.floor((time[i] - t0) * scale), 0), width - 1);
    const v = value[i];
    if (!Number.isFinite(v)) continue;
    if (v < low[p]) low[p] = v;
    if (v > high[p]) high[p] = v;
    last[p] = v;
  }
  return { low, high, last };
}

/** The lowest and highest value in sight, with 0 between or at the edge; null where nothing is known. */
function counterScale({ low, high, last }) {
  if (last.every(Number.isNaN)) return null;
  let [bottom, top] = [0, 0];
  for (let p = 0; p < low.length; p += 1) {
    if (low[p] < bottom) bottom = low[p];
    if (high[p] > top) top = high[p];
  }
  return [bottom, top];
}

/** Draw one counter into its strip; remembers the scale for the labels beside it. */
Painter.prototype.paintCounter = function paintCounter({ t0, t1, counterMode, counters }, strip, y) {
  const { context: c, canvas, r, theme } = this;
  const { band } = strip;
  const columns = counterColumns(counters.get(band, counterMode), t0, t1, canvas.width);
  strip.scale = counterScale(columns);
  if (!strip.scale) return;
  const [bottom, top] = strip.scale;
  const [floor, ceiling] = [(y + COUNTER_HEIGHT - 2) * r, (y + 6) * r];
  const at = (value) => Math.round(floor - ((value - bottom) / (top - bottom || 1)) * (floor - ceiling));
  const color = PALETTE[colorIndex(band.label)];
  const zero = at(0);
  c.fillStyle = mix(color, theme.paper, 0.25);
  let level = NaN;
  const path = [];
  for (let p = 0; p < canvas.width; p += 1) {
    const here = !Number.isNaN(columns.last[p]);
    if (here || !Number.isNaN(level)) {
      const value = here ? columns.last[p] : level;
      const edge = at(value);
      c.fillRect(p, Math.min(edge, zero), 1, Math.abs(edge - zero));
      const spread = here ? [at(columns.high[p]), at(columns.low[p])] : [edge, edge];
      const before = Number.isNaN(level) ? edge : at(level);
      path.push([p, Math.min(spread[0], before), Math.max(spread[1], before)]);
      level = value;
    }
  }
  c.fillStyle = color;
  const thick = Math.max(Math.round(r), 1);
  for (const [p, high, low] of path) c.fillRect(p, high, 1, low - high + thick);
};

/** The value of a counter at a time, as its step line shows it; NaN before its first sample. */
function counterAt({ time, value }, t) {
  const next = lowerBound(time, t, 0, time.length);
  const at = next < time.length && time[next] === t ? next : next - 1;
  return at >= 0 ? value[at] : NaN;
}
