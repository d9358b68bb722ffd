// What a screen reader says: the picture and a span in words.

import type { Store } from "../data/store";
import { formatDuration, formatMany, plainText } from "./format";
import type { Layout } from "./layout";
import type { Viewport } from "./viewport";

export type MomentText = (time: number) => string;

/** "Timeline of 12 ms: 275 spans, 3 instants, 5 tracks. Press ? for its keys." */
export function traceInWords(store: Store): string {
  const spans = formatMany(store.size, "span");
  const instants = formatMany(store.instants.time.length, "instant");
  const tracks = formatMany(store.bands.length, "track");
  return `Timeline of ${formatDuration(store.durationNs)}: ${spans}, ${instants}, ${tracks}. Press ? for its keys.`;
}

/** "275 spans on 5 tracks, 133.6 ms to 267.4 ms". */
export function pictureInWords(store: Store, layout: Layout, view: Viewport, moment: MomentText): string {
  const bands = layout.shownBands;
  let count = 0;
  for (const band of bands) {
    for (let row = band.first_row; row < band.first_row + band.rows; row += 1) {
      const [from, to] = store.inRow(row, view.t0, view.t1);
      count += to - from;
    }
  }
  const window = `${moment(view.t0)} to ${moment(view.t1)}`;
  return `${formatMany(count, "span")} on ${formatMany(bands.length, "track")}, ${window}`;
}

/** "render, 11.9 ms on Main at 325.42 ms, depth 1". */
export function spanInWords(store: Store, span: number, moment: MomentText): string {
  const depth = store.ancestors(span).length;
  const where = `on ${plainText(store.bandOf(span).title)} at ${moment(store.start[span])}, depth ${depth}`;
  return `${plainText(store.nameOf(span))}, ${formatDuration(store.host.duration[span])} ${where}`;
}

/** "cpu · candidate: 12.4 ms, +0.8 ms": what a span's counterpart took, and how much more or less that is. */
export function againstOther(store: Store, span: number): string {
  const other = store.counterpart(span);
  const { duration } = store.host;
  const more = duration[other] - duration[span];
  const difference = `${more > 0 ? "+" : ""}${formatDuration(more)}`;
  return `${plainText(store.bandOf(other).title)}: ${formatDuration(duration[other])}, ${difference}`;
}
