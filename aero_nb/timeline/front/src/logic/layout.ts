// Which bands are shown, in which order, and where: strips from top to bottom, in CSS pixels.

import type { Band, Store } from "../data/store";

const PROCESS_HEIGHT = 20;
export const TITLE_HEIGHT = 20;
export const ROW_HEIGHT = 16;
export const COUNTER_HEIGHT = 44;
const BAND_GAP = 4;

/** Where a row of the store lies within its strip. */
export interface RowPlace {
  row: number;
  top: number;
  height: number;
}

export interface BandStrip {
  kind: "band";
  band: Band;
  pinned: boolean;
  rows: RowPlace[];
  y: number;
  height: number;
}

/** The heading of a process. */
export interface ProcessStrip {
  kind: "process";
  process: number;
  title: string;
  pinned: false;
  y: number;
  height: number;
}

export type Strip = BandStrip | ProcessStrip;

export class Layout {
  readonly hidden = new Set<number>();
  readonly pinned = new Set<number>();
  readonly collapsed = new Set<number>();
  readonly closed = new Set<number>(); // processes
  order: number[];
  strips: Strip[] = [];
  pinnedHeight = 0;
  height = 0;

  constructor(private readonly store: Store) {
    this.order = store.bands.map((band) => band.number);
    store.processes.forEach((process, number) => {
      if (process.closed) this.closed.add(number);
    });
    this.arrange();
  }

  /** Work out the strips: pinned bands first (they do not scroll), then process by process. */
  arrange(): void {
    const { bands, processes } = this.store;
    const shown = this.order.filter((number) => !this.hidden.has(number)).map((number) => bands[number]);
    this.strips = [];
    this.height = 0;
    for (const band of shown) if (this.pinned.has(band.number)) this.addBand(band, true);
    this.pinnedHeight = this.height;
    const rest = shown.filter((band) => !this.pinned.has(band.number));
    for (const process of new Set(rest.map((band) => band.process))) {
      const heading = { kind: "process", process, title: processes[process].title, pinned: false } as const;
      this.add({ ...heading, y: this.height, height: PROCESS_HEIGHT });
      if (this.closed.has(process)) continue;
      for (const band of rest) if (band.process === process) this.addBand(band, false);
    }
  }

  private addBand(band: Band, pinned: boolean): void {
    this.add({ kind: "band", band, pinned, rows: this.inside(band), y: this.height, height: this.heightOf(band) });
  }

  private add(strip: Strip): void {
    this.strips.push(strip);
    this.height += strip.height;
  }

  private heightOf(band: Band): number {
    if (this.collapsed.has(band.number)) return TITLE_HEIGHT + BAND_GAP;
    if (band.kind === "counter") return COUNTER_HEIGHT + BAND_GAP;
    return TITLE_HEIGHT + band.rows * ROW_HEIGHT + BAND_GAP;
  }

  private inside(band: Band): RowPlace[] {
    if (band.kind === "counter") return [];
    const collapsed = this.collapsed.has(band.number);
    const count = collapsed ? Math.min(band.rows, 1) : band.rows;
    return Array.from({ length: count }, (_, n) => ({
      row: band.first_row + n,
      top: collapsed ? 6 : TITLE_HEIGHT + n * ROW_HEIGHT,
      height: collapsed ? 10 : ROW_HEIGHT - 1,
    }));
  }

  /** The bands that are shown, from top to bottom. */
  get shownBands(): Band[] {
    return this.strips.flatMap((strip) => (strip.kind === "band" ? [strip.band] : []));
  }

  /** The strip at a height of the plot, and the height within it. */
  at(y: number, scroll: number): { strip: Strip; inner: number } | null {
    const content = y < this.pinnedHeight ? y : y + scroll;
    const strip = this.strips.find(({ y: top, height }) => content >= top && content < top + height);
    return strip ? { strip, inner: content - strip.y } : null;
  }

  stripOf(band: Band): BandStrip | undefined {
    return this.strips.find((strip): strip is BandStrip => strip.kind === "band" && strip.band === band);
  }

  toggle(set: Set<number>, key: number): void {
    if (!set.delete(key)) set.add(key);
    this.arrange();
  }

  collapseAll(collapsed: boolean): void {
    this.collapsed.clear();
    if (collapsed) for (const number of this.order) this.collapsed.add(number);
    this.arrange();
  }

  /** Make sure that a band is shown and open; true when that changed anything. */
  uncover(band: Band): boolean {
    const wasHidden = this.hidden.delete(band.number);
    const wasCollapsed = this.collapsed.delete(band.number);
    const wasClosed = this.closed.delete(band.process);
    const changed = wasHidden || wasCollapsed || wasClosed;
    if (changed) this.arrange();
    return changed;
  }

  /** Move a band one place up or down among the bands of its process. */
  move(band: Band, step: 1 | -1): void {
    const peers = this.order.filter((number) => this.store.bands[number].process === band.process);
    const to = peers[peers.indexOf(band.number) + step];
    if (to === undefined) return;
    const [i, j] = [this.order.indexOf(band.number), this.order.indexOf(to)];
    [this.order[i], this.order[j]] = [this.order[j], this.order[i]];
    this.arrange();
  }

  /** The tracks that are shown (numbers of trace.tracks), in order; null while all are, in theirs. */
  get shown(): number[] | null {
    const { bands } = this.store;
    const untouched = !this.hidden.size && this.order.every((number, i) => number === i);
    return untouched ? null : this.order.filter((number) => !this.hidden.has(number)).map((n) => bands[n].track);
  }

  /** Show just these tracks (numbers of trace.tracks), in this order; null shows all. */
  showOnly(tracks: number[] | null): void {
    const { bands } = this.store;
    const numbers = bands.map((band) => band.number);
    const chosen = tracks?.map((track) => bands.findIndex((band) => band.track === track)).filter((n) => n >= 0);
    this.hidden.clear();
    if (chosen) for (const number of numbers) if (!chosen.includes(number)) this.hidden.add(number);
    this.order = chosen ? [...chosen, ...this.hidden] : numbers;
    this.arrange();
  }
}
