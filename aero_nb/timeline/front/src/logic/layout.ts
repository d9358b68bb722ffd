// Which bands are shown, in which order, and where: strips from top to bottom, in CSS pixels.

import type { Band, Store } from "../data/store";
import { formatCount } from "./format";

export const PROCESS_HEIGHT = 20;
export const INSTANTS_HEIGHT = 20; // of the lane above the rows, where a track has instants
const ROWS_TOP = 4; // above the rows of a track without them
export const ROW_HEIGHT = 16;
export const COUNTER_HEIGHT = 44;
const BAND_GAP = 4;
const LOWEST_BAND = 24;
export const FOLD_HEIGHT = 16; // of the line that says how many rows a track folds
const MOST_UNFOLDED = 20; // rows of a track that show before a click asks for the rest
const LEAST_FOLDED = 3; // rows; fewer are shown rather than counted
export const IDLE_HEIGHT = 20; // of the line that stands for the idle tracks of a process
const LEAST_IDLE = 2; // tracks; one takes hardly more room than a line

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
  /** Rows that can be folded, 0 where there are too few to; they are while `rows` has not all. */
  foldable: number;
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
  /** Where the last of its bands ends. */
  end: number;
}

/** The line that stands for tracks of a process with nothing in sight. */
export interface IdleStrip {
  kind: "idle";
  process: number;
  title: string;
  /** The tracks that it stands for; none while they are shown below it. */
  bands: Band[];
  pinned: false;
  y: number;
  height: number;
}

/** What has a name of its own. */
export type NamedStrip = BandStrip | ProcessStrip;
export type Strip = NamedStrip | IdleStrip;

/** Where the rows of an open track begin in its strip: below its instants, if it has any. */
function rowsTop(band: Band): number {
  return band.items ? INSTANTS_HEIGHT : ROWS_TOP;
}

function bandsOf(strip: Strip): Band[] {
  if (strip.kind === "band") return [strip.band];
  return strip.kind === "idle" ? strip.bands : [];
}

function nameOf({ bands, processes }: Store, number: number): string {
  return JSON.stringify([processes[bands[number].process].title, bands[number].title]);
}

export class Layout {
  readonly hidden = new Set<number>();
  readonly pinned = new Set<number>();
  readonly collapsed = new Set<number>();
  readonly unfolded = new Set<number>(); // bands that show all their rows
  readonly closed = new Set<number>(); // processes
  /** The bands with nothing in sight, which fold into a line for each process; null: they do not. */
  idle: ReadonlySet<number> | null = null;
  readonly idleOpen = new Set<number>(); // processes that show theirs nevertheless
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
      const { title } = processes[process];
      const [y, height] = [this.height, PROCESS_HEIGHT];
      const heading: ProcessStrip = { kind: "process", process, title, pinned: false, y, height, end: 0 };
      this.add(heading);
      const own = this.closed.has(process) ? [] : rest.filter((band) => band.process === process);
      this.addBands(own);
      heading.end = this.height;
    }
  }

  private addBands(bands: Band[]): void {
    const idle = bands.filter(({ number }) => this.idle?.has(number));
    const folds = idle.length >= LEAST_IDLE;
    for (const band of bands) if (!folds || !this.idle?.has(band.number)) this.addBand(band, false);
    if (!folds) return;
    const { process } = idle[0];
    const open = this.idleOpen.has(process);
    const title = `${formatCount(idle.length)} idle: ${idle.map((band) => band.title).join(", ")}`;
    const [y, height] = [this.height, IDLE_HEIGHT];
    this.add({ kind: "idle", process, title, bands: open ? [] : idle, pinned: false, y, height });
    if (open) for (const band of idle) this.addBand(band, false);
  }

  /** Fold these bands as idle, none with null; true when that changed what is shown. */
  foldIdle(idle: ReadonlySet<number> | null): boolean {
    const key = (set: ReadonlySet<number> | null) => set && [...set].join();
    if (key(idle) === key(this.idle)) return false;
    if (!idle) this.idleOpen.clear();
    this.idle = idle;
    this.arrange();
    return true;
  }

  private addBand(band: Band, pinned: boolean): void {
    const rows = this.inside(band);
    const foldable = this.foldable(band);
    const height = this.heightOf(band, rows, foldable);
    this.add({ kind: "band", band, pinned, rows, foldable, y: this.height, height });
  }

  private add(strip: Strip): void {
    this.strips.push(strip);
    this.height += strip.height;
  }

  private heightOf(band: Band, rows: RowPlace[], foldable: number): number {
    if (this.collapsed.has(band.number)) return LOWEST_BAND;
    if (band.kind === "counter") return COUNTER_HEIGHT + BAND_GAP;
    const fold = foldable ? FOLD_HEIGHT : 0;
    return Math.max(rowsTop(band) + rows.length * ROW_HEIGHT + fold + BAND_GAP, LOWEST_BAND);
  }

  private foldable(band: Band): number {
    if (band.kind === "counter" || this.collapsed.has(band.number)) return 0;
    return band.rows >= MOST_UNFOLDED + LEAST_FOLDED ? band.rows - MOST_UNFOLDED : 0;
  }

  private inside(band: Band): RowPlace[] {
    if (band.kind === "counter") return [];
    const collapsed = this.collapsed.has(band.number);
    const folded = this.unfolded.has(band.number) ? 0 : this.foldable(band);
    const count = collapsed ? Math.min(band.rows, 1) : band.rows - folded;
    return Array.from({ length: count }, (_, n) => ({
      row: band.first_row + n,
      top: collapsed ? 6 : rowsTop(band) + n * ROW_HEIGHT,
      height: collapsed ? 10 : ROW_HEIGHT - 1,
    }));
  }

  /** The bands that are shown, from top to bottom, or folded as idle. */
  get shownBands(): Band[] {
    return this.strips.flatMap(bandsOf);
  }

  /** The strip at a height of the plot, and the height within it. */
  at(y: number, scroll: number): { strip: Strip; inner: number } | null {
    const covers = (strip: Strip) => y >= this.topOf(strip, scroll) && y < this.topOf(strip, scroll) + strip.height;
    const within = this.strips.filter((strip) => strip.pinned === y < this.pinnedHeight && covers(strip));
    const strip = within.find(({ kind }) => kind === "process") ?? within[0]; // headings lie over what scrolls
    return strip ? { strip, inner: y - this.topOf(strip, scroll) } : null;
  }

  /** Where a strip lies in the plot: pinned ones stay, headings stick at the top while anything of theirs is below. */
  topOf(strip: Strip, scroll: number): number {
    if (strip.pinned) return strip.y;
    const y = strip.y - scroll;
    if (strip.kind !== "process") return y;
    return Math.max(y, Math.min(this.pinnedHeight, strip.end - strip.height - scroll));
  }

  /** The bands that lie between two heights of the plot, those of a process where only its heading does; null without. */
  bandsBetween(one: number, other: number, scroll: number): Set<number> | null {
    const [top, bottom] = [Math.min(one, other), Math.max(one, other)];
    const touched = this.strips.filter((strip) => {
      const y = this.topOf(strip, scroll);
      return y <= bottom && y + strip.height > Math.max(top, strip.pinned ? 0 : this.pinnedHeight);
    });
    const bands = touched.flatMap(bandsOf);
    const processes = touched.map((strip) => (strip.kind === "process" ? strip.process : -1));
    const found = bands.length ? bands : this.shownBands.filter(({ process }) => processes.includes(process));
    return found.length ? new Set(found.map(({ number }) => number)) : null;
  }

  stripOf(band: Band): BandStrip | undefined {
    return this.strips.find((strip): strip is BandStrip => strip.kind === "band" && strip.band === band);
  }

  toggle(set: Set<number>, key: number): void {
    if (!set.delete(key)) set.add(key);
    this.arrange();
  }

  /** Close and unfold what is closed and unfolded in another layout, maybe of other tracks: by title. */
  foldAs(other: Layout): void {
    const closed = new Map(other.store.processes.map(({ title }, number) => [title, other.closed.has(number)]));
    this.store.processes.forEach(({ title }, number) => {
      if (closed.get(title) === true) this.closed.add(number);
      if (closed.get(title) === false) this.closed.delete(number);
    });
    const unfolded = new Set([...other.unfolded].map((number) => nameOf(other.store, number)));
    for (const { number } of this.store.bands) if (unfolded.has(nameOf(this.store, number))) this.unfolded.add(number);
    this.arrange();
  }

  collapseAll(collapsed: boolean): void {
    this.collapsed.clear();
    if (collapsed) for (const number of this.order) this.collapsed.add(number);
    this.arrange();
  }

  /** Make sure that a row of a band is shown; true when that changed anything. */
  uncover(band: Band, row: number): boolean {
    const wasHidden = this.hidden.delete(band.number);
    const wasCollapsed = this.collapsed.delete(band.number);
    const wasClosed = this.closed.delete(band.process);
    const wasIdle = this.idle?.has(band.number) ?? false;
    if (this.idle && wasIdle) this.idle = new Set([...this.idle].filter((number) => number !== band.number));
    const deep = row - band.first_row >= band.rows - this.foldable(band) && !this.unfolded.has(band.number);
    if (deep) this.unfolded.add(band.number);
    const changed = wasHidden || wasCollapsed || wasClosed || wasIdle || deep;
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

  /** The tracks (numbers of trace.tracks) of a set of bands. */
  tracksOf(numbers: Iterable<number>): number[] {
    return [...numbers].map((number) => this.store.bands[number].track);
  }

  /** Let a set of bands (pinned, collapsed) be those of these tracks. */
  mark(set: Set<number>, tracks: readonly number[]): void {
    set.clear();
    for (const { number, track } of this.store.bands) if (tracks.includes(track)) set.add(number);
    this.arrange();
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
