// Search by text or /regular expression/ over span and instant names.

import { lowerBound } from "../data/numbers";
import type { Store } from "../data/store";
import { formatCount } from "./format";
import type { Found } from "./raster";

/** A predicate for a query; null for an empty one. An unfinished /expression counts as text until it is valid. */
function matcher(query: string): ((name: string) => boolean) | null {
  if (!query) return null;
  const expression = query.match(/^\/(.+)\/([imsu]*)$/);
  if (expression) {
    try {
      const pattern = new RegExp(expression[1], expression[2]);
      return (name) => pattern.test(name);
    } catch {
      // falls through: searched for as it stands
    }
  }
  const wanted = query.toLowerCase();
  return (name) => name.toLowerCase().includes(wanted);
}

export class Search {
  query = "";
  /** Which names match, by code; null while nothing is searched for. */
  found: Found = null;
  count = 0;
  /** The rank of the present match in time order, and its span; -1 before the first step. */
  at = -1;
  span = -1;

  constructor(private readonly store: Store) {}

  /** Note which names match, and how many spans have them. */
  find(query: string): void {
    const { store } = this;
    const matches = matcher(query);
    this.query = query;
    this.at = -1;
    this.span = -1;
    this.count = 0;
    this.found = matches && Uint8Array.from(store.names, (name) => (matches(name) ? 1 : 0));
    if (this.found) for (let i = 0; i < store.size; i += 1) this.count += this.found[store.name[i]];
  }

  /** The next match in time order after the last one, or at first the next at or after a time; wraps around. */
  step(direction: 1 | -1, time: number): number {
    if (!this.count) return -1;
    const { start } = this.store;
    let span = this.span < 0 ? this.beside(time, -1, direction) : this.beside(start[this.span], this.span, direction);
    // Around the end.
    if (span < 0) span = this.beside(direction > 0 ? -Infinity : Infinity, -1, direction);
    this.at = this.span < 0 ? this.rankOf(span) : (this.at + direction + this.count) % this.count;
    this.span = span;
    return span;
  }

  /** The first match after (or last before) a time, spans of equal start in order of place; -1 if none. */
  private beside(time: number, place: number, direction: 1 | -1): number {
    const { start } = this.store;
    const nearer = (i: number, j: number) => direction * (start[i] - start[j] || i - j) < 0;
    let best = -1;
    for (let row = 0; row < this.store.rows; row += 1) {
      const i = direction > 0 ? this.nextInRow(row, time, place) : this.previousInRow(row, time, place);
      if (i >= 0 && (best < 0 || nearer(i, best))) best = i;
    }
    return best;
  }

  private nextInRow(row: number, time: number, place: number): number {
    const { start, name, rowStart } = this.store;
    const end = rowStart[row + 1];
    for (let i = lowerBound(start, time, rowStart[row], end); i < end; i += 1) {
      const passed = start[i] === time && i <= place;
      if (this.found?.[name[i]] && !passed) return i;
    }
    return -1;
  }

  private previousInRow(row: number, time: number, place: number): number {
    const { start, name, rowStart } = this.store;
    const end = rowStart[row + 1];
    let i = lowerBound(start, time, rowStart[row], end);
    while (i < end && start[i] === time) i += 1;
    for (i -= 1; i >= rowStart[row]; i -= 1) {
      const passed = start[i] === time && i >= place;
      if (this.found?.[name[i]] && !passed) return i;
    }
    return -1;
  }

  private rankOf(span: number): number {
    const { start, name, size } = this.store;
    let rank = 0;
    for (let i = 0; i < size; i += 1) {
      const before = start[i] < start[span] || (start[i] === start[span] && i < span);
      if (this.found?.[name[i]] && before) rank += 1;
    }
    return rank;
  }

  /** "3 of 27", "27 found", "no match", or "". */
  get status(): string {
    if (!this.found) return "";
    if (!this.count) return "no match";
    const total = formatCount(this.count);
    return this.at < 0 ? `${total} found` : `${formatCount(this.at + 1)} of ${total}`;
  }
}
