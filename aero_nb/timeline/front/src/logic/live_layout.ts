// Where each lane and counter of a live view lies, in CSS pixels from its top.

import type { LiveLane, LiveStore, Rows } from "../data/live";

export const ROW = 17;
const PINS = 9; // above the rows, for instants
const SERIES = 34;
const MOST_ROWS = 12; // of a lane; what is deeper is in the timeline that follows

export interface LaneStrip {
  lane: LiveLane;
  top: number;
  height: number;
  /** Where its first row of spans lies. */
  rows: number;
  depths: number;
}

export interface SeriesStrip {
  lane: LiveLane;
  name: number;
  rows: Rows;
  top: number;
  height: number;
}

export interface LiveLayout {
  lanes: LaneStrip[];
  series: SeriesStrip[];
  height: number;
}

/** Lanes in their order, each with its counters below it; a lane without anything is left out. */
export function liveLayout(store: LiveStore): LiveLayout {
  const layout: LiveLayout = { lanes: [], series: [], height: 0 };
  for (const lane of store.lanes) {
    if (lane.depth || lane.instants.added) {
      const depths = Math.min(Math.max(lane.depth, 1), MOST_ROWS);
      const rows = layout.height + PINS;
      const height = PINS + depths * ROW + 5;
      layout.lanes.push({ lane, top: layout.height, height, rows, depths });
      layout.height += height;
    }
    for (const [name, rows] of lane.series) {
      layout.series.push({ lane, name, rows, top: layout.height, height: SERIES });
      layout.height += SERIES;
    }
  }
  return layout;
}
