// A Store made by hand: the packed stream of a few spans, as aero_nb/timeline/packing.py writes it.

import { Store } from "../src/data/store";
import type { Band } from "../src/data/wire";

export interface SmallSpan {
  name: string;
  start: number;
  duration: number;
  /** Place of the parent among the spans; a root without. */
  parent?: number;
  row?: number;
}

export interface SmallTrace {
  spans: SmallSpan[];
  samples?: [time: number, value: number][];
  instants?: [time: number, name: string][];
  flows?: [from: number, fromTime: number, to: number, toTime: number][];
  lost?: Band["lost"];
  selfTimes?: [place: number, ns: number][];
  args?: [place: number, json: string][];
  /** One axis, "guest": host times in ns and the instructions there. */
  axis?: [at: number, to: number][];
  pairs?: [place: number, other: number][];
}

interface Section {
  offset: number;
  count: number;
  width: number;
  exceptions?: [number[], number[]];
}

class Writer {
  readonly sections: Record<string, Section> = {};
  readonly bytes: number[] = [];

  integers(key: string, values: number[], width = 4): void {
    const limit = 256 ** width - 1;
    const over = values.flatMap((value, i) => (value < 0 || value >= limit ? [i] : []));
    const exceptions: [number[], number[]] = [over, over.map((i) => values[i])];
    this.sections[key] = { offset: this.bytes.length, count: values.length, width, exceptions };
    const fitting = values.map((value, i) => (over.includes(i) ? limit : value));
    for (let plane = 0; plane < width; plane += 1) {
      for (const value of fitting) this.bytes.push(Math.floor(value / 256 ** plane) % 256);
    }
  }

  floats(key: string, values: number[]): void {
    this.sections[key] = { offset: this.bytes.length, count: values.length, width: 8 };
    const raw = new Uint8Array(Float64Array.from(values).buffer);
    for (let plane = 0; plane < 8; plane += 1) {
      for (let i = 0; i < values.length; i += 1) this.bytes.push(raw[i * 8 + plane]);
    }
  }

  text(key: string, text: string): void {
    const raw = new TextEncoder().encode(text);
    this.sections[key] = { offset: this.bytes.length, count: raw.length, width: 1 };
    this.bytes.push(...raw);
  }
}

const steps = (values: number[]): number[] => values.map((value, i) => value - (i ? values[i - 1] : 0));

/** A Store with one thread "Main" that has all spans (sorted by row and start) and instants, and one counter. */
export function smallStore(trace: SmallTrace): Store {
  const {
    spans,
    samples = [],
    instants = [],
    flows = [],
    lost = [],
    selfTimes = [],
    args,
    axis = [],
    pairs = [],
  } = trace;
  const names = [...new Set([...spans.map((span) => span.name), ...instants.map(([, name]) => name)])];
  const rows = Math.max(0, ...spans.map((span) => (span.row ?? 0) + 1));
  const rowStart = Array.from({ length: rows + 1 }, (_, row) => spans.filter((span) => (span.row ?? 0) < row).length);
  const writer = new Writer();
  writer.integers("start", steps(spans.map((span) => span.start)));
  writer.integers(
    "duration",
    spans.map((span) => span.duration),
  );
  writer.integers(
    "name",
    spans.map((span) => names.indexOf(span.name)),
    1,
  );
  writer.integers(
    "cat",
    spans.map(() => 0),
    1,
  );
  writer.integers("parent", steps(spans.map((span) => (span.parent ?? -1) + 1)), 1);
  writer.integers("self_at", steps(selfTimes.map(([place]) => place)));
  writer.integers(
    "self_ns",
    selfTimes.map(([, ns]) => ns),
  );
  writer.integers("instant_time", steps(instants.map(([time]) => time)));
  writer.integers(
    "instant_name",
    instants.map(([, name]) => names.indexOf(name)),
    1,
  );
  writer.integers(
    "instant_scope",
    instants.map(() => 0),
    1,
  );
  writer.integers("sample_time", steps(samples.map(([time]) => time)));
  writer.floats(
    "sample_value",
    samples.map(([, value]) => value),
  );
  writer.integers(
    "flow_from",
    flows.map(([from]) => from + 1),
  );
  writer.floats(
    "flow_from_time",
    flows.map(([, time]) => time),
  );
  writer.integers(
    "flow_to",
    flows.map(([, , to]) => to + 1),
  );
  writer.floats(
    "flow_to_time",
    flows.map(([, , , time]) => time),
  );
  writer.floats(
    "axis_at",
    axis.map(([at]) => at),
  );
  writer.floats(
    "axis_to",
    axis.map(([, to]) => to - axis[0][1]),
  );
  writer.integers("pair_at", steps(pairs.map(([place]) => place)));
  writer.integers(
    "pair_to",
    pairs.map(([, other]) => other),
  );
  if (args) {
    writer.integers("args_at", steps(args.map(([place]) => place)));
    writer.text("args_text", args.map(([, json]) => json).join("\n"));
  }
  const band = {
    track: 0,
    process: 0,
    first_row: 0,
    rows: 0,
    folded: 0,
    first_item: 0,
    items: 0,
    unit: "",
    part: 0,
    lost: [],
  };
  const main = { ...band, kind: "thread", title: "Main", label: "Main", rows, items: instants.length, lost };
  const counter = {
    ...band,
    kind: "counter",
    track: 1,
    title: "bytes",
    label: "bytes",
    items: samples.length,
    unit: "B",
  };
  const header = {
    version: 1,
    zero_us: 0,
    duration_ns: Math.max(0, ...spans.map((span) => span.start + span.duration)),
    names,
    cats: [""],
    processes: [{ pid: "1", title: "process 1", closed: false }],
    bands: samples.length ? [main, counter] : [main],
    axes: axis.length
      ? [
          {
            name: "guest",
            unit: "instructions",
            zero: axis[0][1],
            length: axis[axis.length - 1][1] - axis[0][1],
            bounds: [0, axis.length],
          },
        ]
      : [],
    row_start: rowStart,
    row_depth: [],
    row_lane: [],
    unfinished: [],
    sections: writer.sections,
  };
  const encoded = new TextEncoder().encode(JSON.stringify(header));
  const stream = new Uint8Array(4 + encoded.length + writer.bytes.length);
  new DataView(stream.buffer).setUint32(0, encoded.length, true);
  stream.set(encoded, 4);
  stream.set(writer.bytes, 4 + encoded.length);
  return new Store(stream);
}
