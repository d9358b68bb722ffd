// What each pixel of a row shows: the longest span in it, how many there are; and the spans wide enough to draw.

import type { Store } from "../data/store";

const WIDE = 3; // device pixels from which a span is drawn by itself
const FIRST = 1e18; // ns; longer than any span, so that what is searched for outranks what is long

/** By place: 1 where a search found the span; null while nothing is searched for. */
export type Found = Uint8Array | null;

export class RowRaster {
  /** Of each pixel the span to show, -1 where none is. */
  readonly span: Int32Array;
  /** Spans drawn by themselves: triples of span, left and right pixel. */
  readonly wide: number[] = [];
  readonly #longest: Float64Array;

  constructor(readonly width: number) {
    this.#longest = new Float64Array(width);
    this.span = new Int32Array(width);
  }

  /**
   * Fill in one row of the store for the window [t0, t1). A pixel is filled where a span touches its interval; a
   * span without duration fills the pixel of its moment. `prefer` outranks length.
   */
  draw(store: Store, row: number, t0: number, t1: number, prefer: Found = null): void {
    const { width, span } = this;
    const { start, duration } = store;
    const blocks = prefer === null ? store.longestOfBlocks : null;
    const scale = width / (t1 - t0);
    span.fill(-1);
    this.wide.length = 0;
    const [from, to] = store.inRow(row, t0, t1);
    for (let i = from; i < to; i += 1) {
      const x = (start[i] - t0) * scale;
      if (blocks !== null && i % blocks.block === 0 && i + blocks.block <= to && x >= 0) {
        // A whole block within one pixel: only its longest can be seen.
        const pixel = x | 0;
        const last = i + blocks.block - 1;
        if ((start[last] + duration[last] - t0) * scale <= pixel + 1 && pixel < width) {
          const longest = blocks.longest[i / blocks.block];
          this.#claim(pixel, longest, duration[longest]);
          i = last;
          continue;
        }
      }
      const left = x > 0 ? Math.min(x | 0, width - 1) : 0;
      const ends = (start[i] + duration[i] - t0) * scale;
      const right = ends < width ? Math.max(Math.ceil(ends), left + 1) : width;
      if (right - left >= WIDE) this.wide.push(i, left, right);
      else {
        const rank = prefer?.[i] ? duration[i] + FIRST : duration[i];
        for (let pixel = left; pixel < right; pixel += 1) this.#claim(pixel, i, rank);
      }
    }
  }

  /** The pixel shows the span, unless it shows one of a higher rank. */
  #claim(pixel: number, span: number, rank: number): void {
    if (this.span[pixel] >= 0 && rank <= this.#longest[pixel]) return;
    this.#longest[pixel] = rank;
    this.span[pixel] = span;
  }
}

export interface PixelTotals {
  count: number;
  first: number;
  /** Code of the name with the largest part of the covered time, and that part. */
  name: number;
  share: number;
}

/** Of one pixel: how many spans touch [t0, t1), and the name with the largest part of it. */
export function pixelTotals(store: Store, row: number, t0: number, t1: number): PixelTotals {
  const [from, to] = store.inRow(row, t0, t1);
  const totals = new Map<number, number>();
  let covered = 0;
  for (let i = from; i < to; i += 1) {
    const part = Math.min(store.endOf(i), t1) - Math.max(store.start[i], t0);
    covered += part;
    totals.set(store.name[i], (totals.get(store.name[i]) ?? 0) + part);
  }
  let most = -1;
  let time = -1;
  for (const [name, total] of totals) {
    if (total > time) [most, time] = [name, total];
  }
  const share = covered > 0 ? time / covered : 1 / Math.max(to - from, 1);
  return { count: to - from, first: from, name: most, share };
}
