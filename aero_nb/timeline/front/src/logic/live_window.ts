// Which time a live view shows: the newest seconds, or, paused, where one looks. Times are ns since the recording's start.

import type { LiveStore, Rows } from "../data/live";

const AROUND = 0.15; // of a frame's length, to both sides of one that is shown
const SHORTEST = 1e3;

export class LiveWindow {
  /** Where one looks; null: at the newest. */
  paused: [number, number] | null = null;

  constructor(
    private readonly store: LiveStore,
    readonly seconds: number,
  ) {}

  /** What is shown, `width` pixels wide: while it rolls, whole pixels at a time, or thin spans would flicker. */
  shown(width: number): [number, number] {
    if (this.paused) return this.paused;
    const duration = this.seconds * 1e9;
    const step = duration / Math.max(width, 1);
    const end = Math.max(Math.ceil(this.store.now / step) * step, duration);
    return [end - duration, end];
  }

  pause(width: number): void {
    this.paused ??= this.shown(width);
  }

  resume(): void {
    this.paused = null;
  }

  /** Show `factor` of the time in sight, keeping the moment at `share` of the width where it is. */
  zoom(factor: number, share: number, width: number): void {
    const [t0, t1] = this.shown(width);
    const fixed = t0 + share * (t1 - t0);
    const duration = Math.min(Math.max((t1 - t0) * factor, SHORTEST), this.longest);
    this.#look(fixed - share * duration, duration);
  }

  pan(share: number, width: number): void {
    const [t0, t1] = this.shown(width);
    this.#look(t0 + share * (t1 - t0), t1 - t0);
  }

  /** Show the frame before (-1) or after (1) the one in the middle. */
  stepFrame(direction: -1 | 1, width: number): void {
    const { frames } = this.store;
    const [t0, t1] = this.shown(width);
    const at = frameAt(frames, (t0 + t1) / 2);
    const row = this.paused ? at + direction : frames.added - 1;
    if (row < frames.first || row >= frames.added) return;
    const place = frames.at(row);
    const [start, length] = [frames.columns.time[place], frames.columns.value[place]];
    this.#look(start - AROUND * length, length * (1 + 2 * AROUND));
  }

  get longest(): number {
    return Math.max(this.store.now, this.seconds * 1e9);
  }

  #look(t0: number, duration: number): void {
    const latest = Math.max(this.store.now - 0.85 * duration, 0);
    const start = Math.min(Math.max(t0, 0), latest);
    this.paused = [start, start + duration];
  }
}

/** The row of the last frame that began at or before a moment; one before the first where none did. */
export function frameAt(frames: Rows, moment: number): number {
  let low = frames.first;
  let high = frames.added;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames.columns.time[frames.at(middle)] <= moment) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
