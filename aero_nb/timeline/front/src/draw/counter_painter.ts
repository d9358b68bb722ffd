// A counter in its strip: a filled step line. In device pixels.

import { colorIndex, mix, PALETTE } from "../logic/colors";
import { counterColumns, counterScale, heightOn } from "../logic/counters";
import { type BandStrip, COUNTER_HEIGHT } from "../logic/layout";
import type { TimelineState } from "../logic/state";
import type { Canvas } from "./canvas";

/** Draw one counter into its strip; remembers the scale for the labels beside it. */
export function paintCounter(
  { context: c, width, r }: Canvas,
  state: TimelineState,
  { band }: BandStrip,
  y: number,
): void {
  const { view, theme } = state;
  const columns = counterColumns(state.counters.get(band, state.counterMode), view.t0, view.t1, width);
  const kind = state.counterScales.get(band.number) ?? "zero";
  const scale = counterScale(columns, kind);
  state.scales.set(band.number, scale);
  if (!scale) return;
  const [floor, ceiling] = [(y + COUNTER_HEIGHT - 2) * r, (y + 6) * r];
  const heightOf = (value: number) => Math.round(floor - heightOn(scale, kind, value) * (floor - ceiling));
  const color = PALETTE[colorIndex(band.label)];
  const zero = kind === "zero" ? heightOf(0) : floor;
  const line: [number, number, number][] = []; // pixel, highest and lowest edge
  let level = Number.NaN;
  c.fillStyle = mix(color, theme.paper, 0.25);
  for (let pixel = 0; pixel < width; pixel += 1) {
    const sampled = !Number.isNaN(columns.last[pixel]);
    if (!sampled && Number.isNaN(level)) continue;
    const value = sampled ? columns.last[pixel] : level;
    const edge = heightOf(value);
    c.fillRect(pixel, Math.min(edge, zero), 1, Math.abs(edge - zero));
    const [high, low] = sampled ? [heightOf(columns.high[pixel]), heightOf(columns.low[pixel])] : [edge, edge];
    const before = Number.isNaN(level) ? edge : heightOf(level);
    line.push([pixel, Math.min(high, before), Math.max(low, before)]);
    level = value;
  }
  c.fillStyle = color;
  const thick = Math.max(Math.round(r), 1);
  for (const [pixel, high, low] of line) c.fillRect(pixel, high, 1, low - high + thick);
}
