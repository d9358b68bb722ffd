// Search by text or /regular expression/ over span and instant names, of chosen categories and threads.

import { lowerBound } from "../data/numbers";
import type { Store } from "../data/store";
import { formatCount } from "./format";
import type { Found } from "./raster";

/** Which texts an /expression/ matches, by query: found elsewhere, for an expression may take forever. */
export type Known = ReadonlyMap<string, ReadonlySet<string>>;

/** The expression of a query; null for a text. An unfinished /expression counts as text until it is valid. */
export function expressionOf(query: string): RegExp | null {
  const written = query.match(/^\/(.+)\/([imsu]*)$/);
  try {
    return written && new RegExp(written[1], written[2]);
  } catch {
    return null; // searched for as it stands
  }
}

/** Whether a query is an expression that may take long: without groups and repetition none can. */
export function mayBeSlow(query: string): boolean {
  return /[*+?{(]/.test(expressionOf(query)?.source ?? "");
}

/** A predicate for a query; null for an empty one. */
export function matcher(query: string, known?: Known): ((name: string) => boolean) | null {
  if (!query) return null;
  const matched = known?.get(query);
  if (matched) return (name) => matched.has(name);
  const pattern = expressionOf(query);
  if (pattern) return (name) => pattern.test(name);
  const wanted = query.toLowerCase();
  return (name) => name.toLowerCase().includes(wanted);
}

/** An argument that a span shall have: `key` is `text`, or without a key the text is somewhere in its arguments. */
export interface WantedArgument {
  key: string;
  text: string;
}

/** What a query asks for: `cat:io thread:"GPU main" draw` are texts of category, thread and name, all of which must be. */
interface Wanted {
  args: WantedArgument[];
  name: string;
  cat: string;
  thread: string;
}

const FIELD = /^\s*(cat|thread|arg):(?:"([^"]*)"|([^\s="]*="[^"]*")|(\S*))\s*/i;

/** `key=value`, `key="two words"`, or a text. */
function argument(written: string): WantedArgument {
  const equals = written.match(/^([^="]+)=(?:"(.*)"|(.*))$/);
  return equals ? { key: equals[1], text: equals[2] ?? equals[3] } : { key: "", text: written };
}

export function wantedBy(query: string): Wanted {
  const wanted: Wanted = { args: [], name: "", cat: "", thread: "" };
  let rest = query;
  for (let field = rest.match(FIELD); field; field = rest.match(FIELD)) {
    const text = field[2] ?? field[3] ?? field[4];
    const kind = field[1].toLowerCase() as "cat" | "thread" | "arg";
    if (kind !== "arg") wanted[kind] = text;
    else if (text) wanted.args.push(argument(text));
    rest = rest.slice(field[0].length);
  }
  wanted.name = rest;
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
  /** Said in place of how many were found: that the answer is not there yet, or cannot be. */
  note = "";

  constructor(private readonly store: Store) {}

  /** Another query is being answered: what was found before stays marked until then. */
  wait(query: string): void {
    this.query = query;
    this.note = "…";
    this.at = this.span = -1;
    this.count = 0;
  }

  /** The query cannot be answered, and why. */
  fail(note: string): void {
    this.found = this.foundNames = null;
    this.note = note;
  }

  /**
   * Note which spans match, and how many; `having` are those that have the arguments that were asked for, `known` what
   * expressions match.
   */
  find(query: string, having: Uint8Array | null = null, known?: Known): void {
    const { store } = this;
    this.query = query;
    this.note = "";
    this.at = -1;
    this.span = -1;
    this.count = 0;
    const wanted = wantedBy(query);
    const [name, cat, thread] = [wanted.name, wanted.cat, wanted.thread].map((one) => matcher(one, known));
    const any = name !== null || cat !== null || thread !== null || having !== null;
    this.found = any ? new Uint8Array(store.size) : null;
    this.foundNames = any ? Uint8Array.from(store.names, (text) => Number(name?.(text) ?? false)) : null;
    const cats = Uint8Array.from(store.cats, (text) => Number(cat?.(text) ?? true));
    const titles = store.bands.map((band) => thread?.(band.title) ?? true);
    for (let row = 0; any && row < store.rows; row += 1) {
      if (titles[store.bandOfRow[row]]) this.#findInRow(row, cats, name === null, having);
    }
  }

  #findInRow(row: number, cats: Uint8Array, anyName: boolean, having: Uint8Array | null): void {
    const { name, cat, rowStart } = this.store;
    for (let i = rowStart[row]; i < rowStart[row + 1]; i += 1) {
      if (!cats[cat[i]] || !(anyName || this.foundNames?.[name[i]]) || having?.[i] === 0) continue;
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

  /** The longest matches, longest first. */
  longest(most: number): number[] {
    const { duration } = this.store.host;
    const all: number[] = [];
    this.found?.forEach((hit, i) => {
      if (hit) all.push(i);
    });
    return all.sort((a, b) => duration[b] - duration[a] || a - b).slice(0, most);
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
    if (this.note) return this.note;
    if (!this.found) return "";
    if (!this.count) return "no match";
    const total = formatCount(this.count);
    return this.at < 0 ? `${total} found` : `${formatCount(this.at + 1)} of ${total}`;
  }
}
