// What lies under the mouse in a live view.

import type { LiveLane, LiveStore } from "../data/live";
import { exactTime, formatDuration, formatValue, plainText } from "./format";
import { type LiveLayout, ROW } from "./live_layout";

/** Lines of text about what lies at a moment and a height, `slack` ns to both sides; null: nothing. */
export function liveHit(
  store: LiveStore,
  layout: LiveLayout,
  moment: number,
  y: number,
  slack: number,
): [string, string] | null {
  const series = layout.series.find(({ top, height }) => y >= top && y < top + height);
  if (series) {
    const at = lastBefore(series.rows, moment);
    return at < 0 ? null : [plainText(store.nameOf(series.name)), formatValue(series.rows.columns.value[at])];
  }
  const strip = layout.lanes.find(({ top, height }) => y >= top && y < top + height);
  if (!strip) return null;
  const depth = Math.floor((y - strip.rows) / ROW);
  if (depth < 0) return instantAt(store, strip.lane, moment, slack);
  return spanAt(store, strip.lane, depth, moment, slack);
}

function spanAt(store: LiveStore, lane: LiveLane, depth: number, moment: number, slack: number) {
  const open = lane.open.find((span) => span.depth === depth && span.start <= moment + slack);
  if (open && moment <= store.now) {
    return words(store, open.name, `open for ${formatDuration(store.now - open.start)}`, open.start);
  }
  const { spans } = lane;
  const { time, value, name, depth: depths } = spans.columns;
  let best = -1;
  for (let row = spans.added - 1; row >= spans.first; row -= 1) {
    const at = spans.at(row);
    if (time[at] + value[at] < moment - slack) break;
    if (depths[at] !== depth || time[at] > moment + slack) continue;
    if (best < 0 || value[at] > value[best]) best = at;
  }
  return best < 0 ? null : words(store, name[best], formatDuration(value[best]), time[best]);
}

function instantAt(store: LiveStore, { instants }: LiveLane, moment: number, slack: number): [string, string] | null {
  const reach = 4 * slack; // a pin is wider than its moment
  for (let row = instants.added - 1; row >= instants.first; row -= 1) {
    const at = instants.at(row);
    if (instants.columns.time[at] < moment - reach) break;
    if (instants.columns.time[at] <= moment + reach)
      return words(store, instants.columns.name[at], "instant", instants.columns.time[at]);
  }
  return null;
}

function words(store: LiveStore, name: number, what: string, start: number): [string, string] {
  return [plainText(store.nameOf(name)), `${what}, at ${exactTime(start)}`];
}

/** The place of the last sample at or before a moment; -1: none. */
function lastBefore(rows: LiveLane["spans"], moment: number): number {
  for (let row = rows.added - 1; row >= rows.first; row -= 1) {
    if (rows.columns.time[rows.at(row)] <= moment) return rows.at(row);
  }
  return -1;
}
