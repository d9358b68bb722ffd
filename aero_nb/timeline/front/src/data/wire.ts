// What a timeline sends to its page. Written from aero_nb/timeline/wire.py by scripts/wire_types.py.

export type IntegerKey =
  | "start"
  | "duration"
  | "name"
  | "cat"
  | "parent"
  | "self_at"
  | "self_ns"
  | "instant_time"
  | "instant_name"
  | "instant_scope"
  | "sample_time"
  | "flow_from"
  | "flow_to"
  | "pair_at"
  | "pair_to"
  | "args_at";

export type FloatKey = "sample_value" | "flow_from_time" | "flow_to_time" | "axis_at" | "axis_to";

export type TextKey = "args_text";

/** A stretch without records: from and to in ns, and why. */
export type Lost = [number, number, string];

/** `count` integers in `width` byte planes; `exceptions` are places, and the values that did not fit there. */
export interface IntegerSection {
  offset: number;
  count: number;
  width: number;
  exceptions: [number[], number[]];
}

/** `count` float64 values in eight byte planes. */
export interface FloatSection {
  offset: number;
  count: number;
  width: number;
}

/** `count` bytes of UTF-8. */
export interface TextSection {
  offset: number;
  count: number;
  width: number;
}

/** Where each section lies, in bytes after the header. */
export interface Sections {
  start: IntegerSection;
  duration: IntegerSection;
  name: IntegerSection;
  cat: IntegerSection;
  parent: IntegerSection;
  self_at: IntegerSection;
  self_ns: IntegerSection;
  instant_time: IntegerSection;
  instant_name: IntegerSection;
  instant_scope: IntegerSection;
  sample_time: IntegerSection;
  sample_value: FloatSection;
  flow_from: IntegerSection;
  flow_from_time: FloatSection;
  flow_to: IntegerSection;
  flow_to_time: FloatSection;
  axis_at: FloatSection;
  axis_to: FloatSection;
  pair_at: IntegerSection;
  pair_to: IntegerSection;
  args_at?: IntegerSection;
  args_text?: TextSection;
}

/** A process and its heading; a closed one is at first only that. */
export interface Process {
  pid: string;
  title: string;
  closed: boolean;
}

/** One labelled lane: a thread with its rows and instants, an async track, or a counter series. */
export interface Band {
  kind: string;
  track: number;
  title: string;
  label: string;
  process: number;
  first_row: number;
  rows: number;
  folded: number;
  first_item: number;
  items: number;
  unit: string;
  part: number;
  lost: Lost[];
}

/** An axis besides host time; `bounds`: where in `axis_at` each part's map begins, then where the last ends. */
export interface Axis {
  name: string;
  unit: string;
  zero: number;
  length: number;
  bounds: number[];
}

/** The stretch that holds all but a few events, in ns since the timeline's zero, and what lies outside of it. */
export interface Opening {
  start_ns: number;
  end_ns: number;
  note: string;
}

/** What a trace has nothing of, and what to do about it. */
export interface Lack {
  what: string;
  advice: string;
}

/** The JSON before the sections; times in ns, `zero_us` is the trace's first moment in µs of the tables. */
export interface Header {
  version: number;
  zero_us: number;
  duration_ns: number;
  names: string[];
  cats: string[];
  processes: Process[];
  bands: Band[];
  axes: Axis[];
  opening?: Opening;
  lack?: Lack;
  row_start: number[];
  row_depth: number[];
  row_lane: number[];
  unfinished: number[];
  sections: Sections;
}
