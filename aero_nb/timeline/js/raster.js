// What each pixel of a row shows: the longest span in it, how many there are; and the spans wide enough to draw.

const WIDE = 3; // device pixels from which a span is drawn by itself
const BLOCK = 8; // spans whose longest is known beforehand, for windows with many of them in a pixel

/** Of each block of spans (aligned, rows or not) the longest. */
function longestOfBlocks({ duration, size }) {
  const longest = new Int32Array(Math.floor(size / BLOCK));
  for (let block = 0; block < longest.length; block += 1) {
    let best = block * BLOCK;
    for (let i = best + 1; i < (block + 1) * BLOCK; i += 1) if (duration[i] > duration[best]) best = i;
    longest[block] = best;
  }
  return longest;
}

class RowRaster {
  constructor(width) {
    this.width = width;
    this.longest = new Float64Array(width);
    this.span = new Int32Array(width);
    this.wide = [];
  }

  /**
   * Fill in one row of the store for the window [t0, t1). A pixel is filled where a span touches its interval; a
   * span without duration fills the pixel of its moment. `prefer` (by name code) outranks length: a search hit.
   */
  draw(store, row, t0, t1, prefer = null) {
    const { width, longest, span } = this;
    const { start, duration, name } = store;
    const blocks = prefer === null ? (store.blocks ??= longestOfBlocks(store)) : null;
    const scale = width / (t1 - t0);
    span.fill(-1);
    this.wide.length = 0;
    const [from, to] = store.inRow(row, t0, t1);
    for (let i = from; i < to; i += 1) {
      const x = (start[i] - t0) * scale;
      if (blocks !== null && i % BLOCK === 0 && i + BLOCK <= to && x >= 0) {
        const p = x | 0;
        const last = i + BLOCK - 1;
        if ((start[last] + duration[last] - t0) * scale <= p + 1 && p < width) {
          const best = blocks[i / BLOCK];
          if (span[p] < 0 || duration[best] > longest[p]) {
            longest[p] = duration[best];
            span[p] = best;
          }
          i = last;
          continue;
        }
      }
      const left = x > 0 ? Math.min(x | 0, width - 1) : 0;
      const ends = (start[i] + duration[i] - t0) * scale;
      const right = ends < width ? Math.max(Math.ceil(ends), left + 1) : width;
      if (right - left >= WIDE) this.wide.push(i, left, right);
      else {
        const rank = prefer !== null && prefer[name[i]] ? duration[i] + 1e18 : duration[i];
        for (let p = left; p < right; p += 1) {
          if (span[p] < 0 || rank > longest[p]) {
            longest[p] = rank;
            span[p] = i;
          }
        }
      }
    }
  }
}

/** Of one pixel: how many spans touch [t0, t1), and the name with the largest part of it. */
function pixelTotals(store, row, t0, t1) {
  const [from, to] = store.inRow(row, t0, t1);
  const totals = new Map();
  let busy = 0;
  for (let i = from; i < to; i += 1) {
    const part = Math.min(store.endOf(i), t1) - Math.max(store.start[i], t0);
    busy += part;
    totals.set(store.name[i], (totals.get(store.name[i]) ?? 0) + part);
  }
  let [most, time] = [-1, -1];
  for (const [name, total] of totals) if (total > time) [most, time] = [name, total];
  return { count: to - from, first: from, name: most, share: busy > 0 ? time / busy : 1 / Math.max(to - from, 1) };
}
