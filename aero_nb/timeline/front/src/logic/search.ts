// Search by text or /regular expression/ over span and instant names, of chosen categories and threads.

import { lowerBound } from "../data/numbers";
import type { Store } from "../data/store";
import { formatCount } from "./format";
import type { Found } from "./raster";

/** A predicate for a query; null for an empty one. An unfinished /expression counts as text until it is valid. */
export function matcher(query: string): ((name: string) => boolean) | null {
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

/** What a query asks for: `cat:io thread:"GPU main" draw` are texts of category, thread and name, all of which must be. */
interface Wanted {
  name: ((text: string) => boolean) | null;
  cat: ((text: string) => boolean) | null;
  thread: ((text: string) => boolean) | null;
}

const FIELD = /^\s*(cat|thread):(?:"([^"]*)"|(\S*))\s*/i;

function wantedBy(query: string): Wanted {
  const wanted: Wanted = { name: null, cat: null, thread: null };
  let rest = query;
  for (let field = rest.match(FIELD); field; field = rest.match(FIELD)) {
    wanted[field[1].toLowerCase() as "cat" | "thread"] = matcher(field[2] ?? field[3]);
    rest = rest.slice(field[0].length);
  }
  wanted.name = matcher(rest);
  return wanted;
}

export class Search {
  query = "";
  /** Which spans match; null while nothing is searched for. */
  found: Found = null;
  /** Which names match, by code: of instants. */
  foundNames: Uint8Array | null = null;
  count = 0;
  /** The rank of the present match in time order, and its span; -1 before the first step. */
  at = -1;
  span = -1;

  constructor(private readonly store: Store) {}

  /** Note which spans match, and how many. */
  find(query: string): void {
    const { store } = this;
    this.query = query;
    this.at = -1;
    this.span = -1;
    this.count = 0;
    const { name, cat, thread } = wantedBy(query);
    const any = name !== null || cat !== null || thread !== null;
    this.found = any ? new Uint8Array(store.size) : null;
    this.foundNames = any ? Uint8Array.from(store.names, (text) => Number(name?.(text) ?? false)) : null;
    const cats = Uint8Array.from(store.cats, (text) => Number(cat?.(text) ?? true));
    const titles = store.bands.map((band) => thread?.(band.title) ?? true);
    for (let row = 0; any && row < store.rows; row += 1) {
      if (titles[store.bandOfRow[row]]) this.#findInRow(row, cats, name === null);
    }
  }

  #findInRow(row: number, cats: Uint8Array, anyName: boolean): void {
    const { name, cat, rowStart } = this.store;
    for (let i = rowStart[row]; i < rowStart[row + 1]; i += 1) {
      if (!cats[cat[i]] || !(anyName || this.foundNames?.[name[i]])) continue;
      if (this.found) this.found[i] = 1;
      this.count += 1;
    }
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
    const { start, rowStart } = this.store;
    const end = rowStart[row + 1];
    for (let i = lowerBound(start, time, rowStart[row], end); i < end; i += 1) {
      const passed = start[i] === time && i <= place;
      if (this.found?.[i] && !passed) return i;
    }
    return -1;
  }

  private previousInRow(row: number, time: number, place: number): number {
    const { start, rowStart } = this.store;
    const end = rowStart[row + 1];
    let i = lowerBound(start, time, rowStart[row], end);
    while (i < end && start[i] === time) i += 1;
    for (i -= 1; i >= rowStart[row]; i -= 1) {
      const passed = start[i] === time && i >= place;
      if (this.found?.[i] && !passed) return i;
    }
    return -1;
  }

  private rankOf(span: number): number {
    const { start, size } = this.store;
    let rank = 0;
    for (let i = 0; i < size; i += 1) {
      const before = start[i] < start[span] || (start[i] === start[span] && i < span);
      if (this.found?.[i] && before) rank += 1;
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
