// The view in a page's address: `#view=` and the JSON of what Python calls `state` (timeline/view_state.py). An address
// is written by anybody: what is no view, or of another trace, is left out, and said.

import type { Store } from "../data/store";
import type { Host, Interval, ModelKey, ModelNote, ModelValues } from "./hosts";

type Names = readonly [process: string, track: string];
type Values = Partial<ModelValues>;

const MARK = "#view=";
const LONGEST = 200_000; // characters of an address that are looked at

/** What differs from a timeline that was just opened. */
export function viewOf(host: Host, store: Store): Record<string, unknown> {
  const view: Record<string, unknown> = {};
  const seen = host.get("window");
  if (seen && !isOpening(seen, store)) view.window = seen;
  const range = host.get("selection_range");
  if (range) view.selection_range = range;
  for (const [key, usual] of USUAL) if ((host.get(key) ?? usual) !== usual) view[key] = host.get(key);
  if (store.axes.length) view.axis = host.get("axis") ?? "";
  if (host.get("notes")?.length) view.notes = host.get("notes");
  for (const key of ["shown", "selection_tracks"] as const) {
    const some = host.get(key);
    if (some) view[key] = namesOf(some, store);
  }
  for (const key of MARKED) {
    const tracks = host.get(key);
    if (tracks?.length) view[key] = namesOf(tracks, store);
  }
  const span = host.get("_selected") ?? -1;
  if (span >= 0 && span < store.size)
    view.selected = [store.nameOf(span), store.zeroUs + store.host.start[span] / 1000];
  return view;
}

/** The end of an address that opens on a view. */
export function linkOf(view: Record<string, unknown>): string {
  return MARK + encodeURIComponent(JSON.stringify(view));
}

/** The model's values that an address tells, and in words what of it is left out, or "". */
export function readLink(hash: string, store: Store): { values: Values; word: string } {
  if (!hash.startsWith(MARK)) return { values: {}, word: "" };
  const view = parsed(hash);
  if (!view) return { values: {}, word: "the view in this page's address cannot be read" };
  const values: Values = {};
  const left: string[] = [];
  for (const [key, value] of Object.entries(view)) {
    const read = Object.hasOwn(READ, key) ? READ[key] : null;
    if (!read?.(value, store, values)) left.push(key.slice(0, 20));
  }
  const word = left.length ? `left out of the view in this page's address: ${left.slice(0, 5).join(", ")}` : "";
  return { values, word };
}

function parsed(hash: string): Record<string, unknown> | null {
  if (hash.length > LONGEST) return null;
  try {
    const view: unknown = JSON.parse(decodeURIComponent(hash.slice(MARK.length)));
    return typeof view === "object" && view !== null && !Array.isArray(view) ? (view as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Tracks that are marked, none at first. */
const MARKED = ["pinned", "collapsed", "scale_fit", "scale_log"] as const;

const USUAL = [
  ["search", ""],
  ["color_by", "name"],
  ["counter_mode", "level"],
  ["wheel", "scroll"],
] as const;

/** Of each key, how its value becomes one of the model's; false where it cannot. */
type Read = (value: unknown, store: Store, values: Values) => boolean;

const READ: Record<string, Read> = {
  window: interval("window"),
  selection_range: interval("selection_range"),
  search: (value, _store, values) => typeof value === "string" && taken(values, "search", value),
  color_by: choice("color_by", ["name", "cat", "thread", "self"]),
  counter_mode: choice("counter_mode", ["level", "rate", "delta"]),
  wheel: choice("wheel", ["scroll", "zoom"]),
  axis: (value, { axes }, values) => {
    const known = value === "" || axes.some(({ name }) => name === value);
    return known && taken(values, "axis", value as string);
  },
  notes: (value, _store, values) => Array.isArray(value) && value.every(isNote) && taken(values, "notes", value),
  shown: tracks("shown"),
  selection_tracks: tracks("selection_tracks"),
  ...Object.fromEntries(MARKED.map((key) => [key, tracks(key)])),
  selected: (value, store, values) => {
    const span = isSelected(value) ? spanAt(store, ...value) : -1;
    return span >= 0 && taken(values, "_selected", span);
  },
};

function taken<K extends ModelKey>(values: Values, key: K, value: ModelValues[K]): true {
  values[key] = value;
  return true;
}

function choice<K extends "color_by" | "counter_mode" | "wheel">(key: K, known: readonly ModelValues[K][]): Read {
  return (value, _store, values) => {
    const one = known.find((each) => each === value);
    return one !== undefined && taken(values, key, one);
  };
}

function interval(key: "window" | "selection_range"): Read {
  return (value, store, values) => {
    if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isFinite)) return false;
    const [from, to] = value as [number, number];
    const length = store.durationNs / 1000;
    const [first, last] = [store.zeroUs, store.zeroUs + length];
    const near: Interval = [Math.max(from, first - length), Math.min(to, last + length)]; // no larger than can be drawn
    return from <= to && from <= last && to >= first && taken(values, key, near);
  };
}

/** Of tracks that are not there the others are taken: false only where nothing is left. */
function tracks(key: "shown" | "selection_tracks" | (typeof MARKED)[number]): Read {
  return (value, store, values) => {
    if (!Array.isArray(value) || !value.every(isNames)) return false;
    const names = value.map(([process, track]) => JSON.stringify([process, track]));
    const byName = new Map<string, number[]>();
    for (const band of store.bands) {
      const name = JSON.stringify([store.processes[band.process].title, band.title]);
      byName.set(name, [...(byName.get(name) ?? []), band.track]);
    }
    const found = [...new Set(names)].flatMap((name) => byName.get(name) ?? []);
    return (found.length > 0 || !names.length) && taken(values, key, found);
  };
}

function namesOf(numbers: readonly number[], store: Store): Names[] {
  const titles = new Map(store.bands.map((band) => [band.track, [store.processes[band.process].title, band.title]]));
  return numbers.flatMap((number) => (titles.has(number) ? [titles.get(number) as unknown as Names] : []));
}

function spanAt(store: Store, name: string, us: number): number {
  const wanted = (us - store.zeroUs) * 1000;
  return store.host.start.findIndex((start, span) => Math.abs(start - wanted) <= 1 && store.nameOf(span) === name);
}

function isOpening(seen: Interval, store: Store): boolean {
  const { opening, zeroUs } = store;
  if (!opening) return isWhole(seen, store);
  const [from, to] = [opening.start_ns, opening.end_ns].map((ns) => zeroUs + ns / 1000);
  return Math.abs(from - seen[0]) < 2e-3 && Math.abs(to - seen[1]) < 2e-3;
}

function isWhole([from, to]: readonly [number, number], store: Store): boolean {
  const [first, last] = [
    store.toHost(0),
    Math.min(store.toHost(store.axis?.length ?? store.durationNs), store.durationNs),
  ];
  return from <= store.zeroUs + first / 1000 + 1e-3 && to >= store.zeroUs + last / 1000 - 1e-3;
}

function isNames(value: unknown): value is Names {
  return Array.isArray(value) && value.length === 2 && value.every((text) => typeof text === "string");
}

function isSelected(value: unknown): value is [string, number] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && Number.isFinite(value[1]);
}

function isNote(value: unknown): value is ModelNote {
  if (typeof value !== "object" || value === null) return false;
  const { ts_us, dur_us = 0, text } = value as Record<string, unknown>;
  return Number.isFinite(ts_us) && Number.isFinite(dur_us) && typeof text === "string";
}
