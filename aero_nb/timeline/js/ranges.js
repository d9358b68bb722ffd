// The numbers of a range: spans by name and counters, as pandas computes them.

/** Linear interpolation between the two nearest of sorted values, as pandas' and NumPy's default quantile. */
function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** Spans (whole) that touch [t0, t1) on the shown threads, by name; times in ns, as analysis.summary. */
function spansInRange(store, bands, t0, t1) {
  const parts = [];
  for (const band of bands) {
    if (band.kind !== "thread") continue;
    for (let row = band.first_row; row < band.first_row + band.rows; row += 1) parts.push(store.inRow(row, t0, t1));
  }
  const { name, duration, selfTime } = store;
  const counts = new Int32Array(store.names.length);
  for (const [from, to] of parts) for (let i = from; i < to; i += 1) counts[name[i]] += 1;
  const groups = Array.from(counts, (count) => ({ durations: new Float64Array(count), self: 0, filled: 0 }));
  for (const [from, to] of parts) {
    for (let i = from; i < to; i += 1) {
      const group = groups[name[i]];
      group.durations[group.filled] = duration[i];
      group.filled += 1;
      group.self += selfTime[i];
    }
  }
  const rows = groups.map(({ durations, self }, code) => {
    durations.sort();
    const total = durations.reduce((sum, ns) => sum + ns, 0);
    return {
      name: code, count: durations.length, total, self, mean: total / durations.length,
      p50: quantile(durations, 0.5), p95: quantile(durations, 0.95), max: durations.at(-1),
    };
  });
  return rows.filter((row) => row.count).sort((a, b) => b.self - a.self || a.name - b.name);
}

/** Samples in [t0, t1) of each counter: min, mean, max, delta (last less first) and delta per second. */
function countersInRange(store, bands, t0, t1) {
  const rows = [];
  for (const band of bands) {
    if (band.kind !== "counter") continue;
    const { time, value } = store.samples;
    const [first, last] = [band.first_item, band.first_item + band.items];
    const from = lowerBound(time, t0, first, last);
    const to = lowerBound(time, t1, from, last);
    const known = [];
    for (let i = from; i < to; i += 1) if (!Number.isNaN(value[i])) known.push(i);
    if (!known.length) continue;
    const values = known.map((i) => value[i]);
    const delta = values.at(-1) - values[0];
    const seconds = (time[known.at(-1)] - time[known[0]]) / 1e9;
    rows.push({
      band, count: known.length, min: values.reduce((a, b) => Math.min(a, b)),
      mean: values.reduce((a, b) => a + b) / values.length, max: values.reduce((a, b) => Math.max(a, b)),
      delta, rate: seconds > 0 ? delta / seconds : NaN,
    });
  }
  return rows;
}
