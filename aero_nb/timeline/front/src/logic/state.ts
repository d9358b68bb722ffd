// What a timeline shows at the moment; the parts that draw read it, the timeline alone changes it.

import type { Band, Store } from "../data/store";
import { THEMES, type Theme } from "./colors";
import { CounterCache, type CounterMode, type CounterScale } from "./counters";
import type { Picture, Place } from "./hits";
import type { Interval } from "./hosts";
import { Layout } from "./layout";
import { type Scale, scaleOf } from "./scale";
import { Search } from "./search";
import type { Ticks } from "./ticks";
import { Viewport } from "./viewport";

/** A note on a moment or, with a duration, on a stretch of time. */
export interface Note {
  start: number;
  duration: number;
  text: string;
}

/** In CSS pixels; `gutter` and `top` lie left of and above the plot, `ratio` is device pixels for each. */
export interface Size {
  width: number;
  height: number;
  gutter: number;
  top: number;
  plotWidth: number;
  plotHeight: number;
  ratio: number;
}

const TICK_ROOM = 110; // CSS pixels

export class TimelineState {
  readonly view: Viewport;
  readonly layout: Layout;
  readonly search: Search;
  readonly counters: CounterCache;
  readonly scale: Scale;
  theme: Theme = THEMES.light;
  size: Size = { width: 0, height: 0, gutter: 0, top: 0, plotWidth: 0, plotHeight: 0, ratio: 1 };
  /** The width of the names that was asked for, in CSS pixels; null for what fits. */
  gutter: number | null = null;
  scroll = 0;
  wheelZooms = false; // without Ctrl, too
  counterMode: CounterMode = "level";
  /** Of counter bands whose scale is not from zero on. */
  readonly counterScales = new Map<number, CounterScale>();
  /** The selected span, -1 without one; at most one of it and `range` is set. */
  selected = -1;
  range: Interval | null = null;
  /** The bands that the range is on; null for all that are shown. */
  rangeBands: ReadonlySet<number> | null = null;
  pointer: Place | null = null;
  notes: Note[] = [];
  /** Per counter band its scale in sight, once it was painted. */
  readonly scales = new Map<number, [number, number] | null>();

  constructor(
    readonly store: Store,
    moved: () => void,
  ) {
    this.view = new Viewport(store.end, moved);
    this.layout = new Layout(store);
    this.search = new Search(store);
    this.counters = new CounterCache(store);
    this.scale = scaleOf(store.axis);
  }

  get ticks(): Ticks {
    return this.scale.ticks(this.view.t0, this.view.t1, Math.max(this.size.plotWidth / TICK_ROOM, 1));
  }

  get picture(): Picture {
    const { store, layout, view, scroll, size } = this;
    return { store, layout, view, scroll, width: size.plotWidth, ratio: size.ratio };
  }

  get selectedInterval(): Interval | null {
    if (this.range) return this.range;
    return this.selected >= 0 ? [this.store.start[this.selected], this.store.endOf(this.selected)] : null;
  }

  /** What the numbers of the range are of. */
  get rangedBands(): Band[] {
    const { rangeBands } = this;
    return this.layout.shownBands.filter(({ number }) => rangeBands?.has(number) ?? true);
  }

  timeAt(x: number): number {
    return this.view.t0 + (x / this.size.plotWidth) * this.view.duration;
  }

  /** A place on the axis in words, exact enough for the present zoom. */
  moment(time: number): string {
    return this.scale.moment(time, this.view.duration / Math.max(this.size.plotWidth, 1));
  }

  counterUnit(unit: string): string {
    return unit + (this.counterMode === "rate" ? "/s" : "");
  }

  toUs(time: number): number {
    return this.store.zeroUs + this.store.toHost(time) / 1000;
  }

  fromUs(us: number): number {
    return this.store.toPlace(Math.round((us - this.store.zeroUs) * 1000));
  }
}
