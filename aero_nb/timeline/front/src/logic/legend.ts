// What the colours mean: the largest names (categories, threads) by self time.

import type { Store } from "../data/store";
import type { ColorMode } from "./hosts";

export interface LegendLine {
  text: string;
  time: number; // ns of self time
}

/** The `most` texts with the largest self time; none where colours are shares of self time. */
export function largest(store: Store, mode: ColorMode, most: number): LegendLine[] {
  if (mode === "self") return [];
  const texts = mode === "name" ? store.names : mode === "cat" ? store.cats : store.bands.map(({ title }) => title);
  const times = new Float64Array(texts.length);
  const codes = mode === "cat" ? store.cat : store.name;
  for (let row = 0; row < store.rows; row += 1) {
    for (let i = store.rowStart[row]; i < store.rowStart[row + 1]; i += 1) {
      times[mode === "thread" ? store.bandOfRow[row] : codes[i]] += Math.max(store.selfTime[i], 0);
    }
  }
  const lines = texts.map((text, code) => ({ text, time: times[code] })).filter(({ time }) => time > 0);
  return lines.sort((a, b) => b.time - a.time).slice(0, most);
}
