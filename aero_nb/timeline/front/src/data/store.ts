// The trace in the browser: typed arrays decoded from the packed stream.

import { AxisMap } from "./axes";
import { codes, floats, integers } from "./decode";
import { lowerBound, runningSum } from "./numbers";
import type { Axis, FloatKey, Header, IntegerKey, Lack, Opening, Process, TextKey, Band as WireBand } from "./wire";

export interface Band extends WireBand {
  number: number;
}

type Codes = ReturnType<typeof codes>;

const BLOCK = 8; // spans of which the longest is known beforehand, for windows with many of them in a pixel

/** Times as they were: in ns since the first moment of the trace. */
export interface HostTimes {
  start: Float64Array;
  duration: Float64Array;
  instants: Float64Array;
  samples: Float64Array;
}

/**
 * Spans lie row by row, in time order within a row. Where all is drawn (`start`, `duration`, ...) is host time (ns
 * since the first moment of the trace), or places on `axis`; what it took is in `host`.
 */
export class Store {
  readonly zeroUs: number;
  readonly durationNs: number;
  readonly names: string[];
  readonly cats: string[];
  readonly processes: Process[];
  readonly bands: Band[];
  readonly rowStart: number[];
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly name: Codes;
  readonly cat: Codes;
  readonly parent: Int32Array;
  readonly instants: { time: Float64Array; name: Float64Array; scope: Float64Array };
  readonly samples: { time: Float64Array; value: Float64Array };
  readonly flows: { span: Float64Array; time: Float64Array }[];
  readonly unfinished: Set<number>;
  readonly size: number;
  readonly rows: number;
  readonly bandOfRow: Int32Array;
  readonly end: number;
  readonly axes: Axis[];
  readonly axis: Axis | null;
  /** What to open on where that is not all of it. */
  readonly opening: Opening | null;
  readonly lack: Lack | null;
  readonly host: HostTimes;

  readonly #header: Header;
  readonly #bytes: Uint8Array;
  readonly #maps: AxisMap[];
  #selfTime: Float64Array | null = null;
  #longest: Int32Array | null = null;
  #pairs: { places: Float64Array; others: Float64Array } | null = null;
  #arguments: { lines: string[]; places: Float64Array } | null = null;

  /** Of a packed trace; all is drawn by the axis of that name, by host time where there is none. */
  constructor(
    private readonly stream: Uint8Array,
    axisName = "",
  ) {
    const length = new DataView(stream.buffer, stream.byteOffset).getUint32(0, true);
    const header: Header = JSON.parse(new TextDecoder().decode(stream.subarray(4, 4 + length)));
    this.#header = header;
    this.#bytes = stream.subarray(4 + length);
    this.zeroUs = header.zero_us;
    this.durationNs = header.duration_ns;
    this.names = header.names;
    this.cats = header.cats;
    this.processes = header.processes;
    this.bands = header.bands.map((band, number) => ({ ...band, number }));
    this.rowStart = header.row_start;
    this.unfinished = new Set(header.unfinished);

    const { sections } = header;
    this.start = runningSum(this.#integers("start"));
    this.duration = this.#integers("duration");
    this.name = codes(this.#integers("name"), this.names.length);
    this.cat = codes(this.#integers("cat"), this.cats.length);
    this.parent = Int32Array.from(runningSum(this.#integers("parent")), (place) => place - 1);
    this.instants = {
      time: runningSum(this.#integers("instant_time")),
      name: this.#integers("instant_name"),
      scope: this.#integers("instant_scope"),
    };
    this.samples = {
      time: runningSum(this.#integers("sample_time")),
      value: floats(this.#bytes, sections.sample_value),
    };
    const flowEnd = (span: IntegerKey, time: "flow_from_time" | "flow_to_time") => ({
      span: this.#integers(span).map((place) => place - 1),
      time: floats(this.#bytes, sections[time]),
    });
    this.flows = [flowEnd("flow_from", "flow_from_time"), flowEnd("flow_to", "flow_to_time")];

    this.size = this.start.length;
    this.rows = this.rowStart.length - 1;
    this.bandOfRow = new Int32Array(this.rows).fill(-1);
    for (const band of this.bands) {
      if (band.rows) this.bandOfRow.fill(band.number, band.first_row, band.first_row + band.rows);
    }
    this.axes = header.axes;
    this.axis = header.axes.find((axis) => axis.name === axisName) ?? null;
    this.opening = (!this.axis && header.opening) || null;
    this.lack = header.lack ?? null;
    this.#maps = this.#mapsOf(this.axis);
    const { start, duration, instants, samples } = this;
    this.host = { start, duration, instants: instants.time, samples: samples.time };
    if (this.axis) this.#place();
    const shown = this.axis?.length ?? this.durationNs;
    // A little more than the trace, so that what happens at its very end has a pixel.
    this.end = shown + Math.max(Math.ceil(shown / 500), 1);
  }

  /** The same trace drawn by another axis ("": host time). */
  drawnBy(axisName: string): Store {
    return new Store(this.stream, axisName);
  }

  #mapsOf(axis: Axis | null): AxisMap[] {
    if (!axis) return [];
    const [at, to] = [this.#floats("axis_at"), this.#floats("axis_to")];
    return axis.bounds.slice(1).map((last, part) => {
      const first = axis.bounds[part];
      return new AxisMap(at.subarray(first, last), to.subarray(first, last));
    });
  }

  /** Put all that is drawn where the axis has it, band by band. */
  #place(): void {
    const moved = (times: Float64Array, first: number, count: number, part: number) => {
      const map = this.#maps[part];
      for (let i = first; i < first + count; i += 1) times[i] = map.forward(times[i]);
    };
    const start = this.start.slice();
    const end = this.start.map((begin, i) => begin + this.duration[i]);
    const instants = this.instants.time.slice();
    const samples = this.samples.time.slice();
    for (const { first_row, rows, first_item, items, kind, part, lost } of this.bands) {
      const first = this.rowStart[first_row];
      const count = rows ? this.rowStart[first_row + rows] - first : 0;
      moved(start, first, count, part);
      moved(end, first, count, part);
      moved(kind === "counter" ? samples : instants, first_item, items, part);
      lost.forEach((one) => {
        one[0] = this.toPlace(one[0], part);
        one[1] = this.toPlace(one[1], part);
      });
    }
    const duration = end.map((until, i) => until - start[i]);
    Object.assign(this, { start, duration });
    this.instants.time = instants;
    this.samples.time = samples;
    for (const { span, time } of this.flows) {
      time.forEach((at, i) => {
        time[i] = this.toPlace(at, span[i] < 0 ? 0 : this.bandOf(span[i]).part);
      });
    }
  }

  /** Where a host time (ns) of a part of the trace is drawn. */
  toPlace(time: number, part = 0): number {
    return this.axis ? this.#maps[part].forward(time) : time;
  }

  /** The host time (ns) of a place. */
  toHost(place: number, part = 0): number {
    return this.axis ? this.#maps[part].back(place) : place;
  }

  /** The span that does the same in another run, -1 where none is known. */
  counterpart(span: number): number {
    this.#pairs ??= { places: runningSum(this.#integers("pair_at")), others: this.#integers("pair_to") };
    const { places, others } = this.#pairs;
    const at = lowerBound(places, span, 0, places.length);
    return places[at] === span ? others[at] : -1;
  }

  #floats(key: FloatKey): Float64Array {
    return floats(this.#bytes, this.#header.sections[key]);
  }

  #integers(key: IntegerKey): Float64Array {
    const section = this.#header.sections[key];
    if (!section) throw new Error(`the packed trace has no section "${key}"`);
    return integers(this.#bytes, section);
  }

  /** Self time in ns of every span; worked out when first asked for. */
  get selfTime(): Float64Array {
    this.#selfTime ??= this.#deriveSelfTime();
    return this.#selfTime;
  }

  #deriveSelfTime(): Float64Array {
    const { duration } = this.host;
    const self = Float64Array.from(duration);
    for (let i = 0; i < this.size; i += 1) if (this.parent[i] >= 0) self[this.parent[i]] -= duration[i];
    // What parents and durations do not tell (children that cross their parent) was sent.
    const places = runningSum(this.#integers("self_at"));
    this.#integers("self_ns").forEach((ns, i) => {
      self[places[i]] = ns;
    });
    return self;
  }

  /** Of each block of BLOCK spans (aligned, rows or not) the longest; worked out when first asked for. */
  get longestOfBlocks(): { block: number; longest: Int32Array } {
    this.#longest ??= this.#findLongestOfBlocks();
    return { block: BLOCK, longest: this.#longest };
  }

  #findLongestOfBlocks(): Int32Array {
    const { duration } = this;
    const longest = new Int32Array(Math.floor(this.size / BLOCK));
    for (let block = 0; block < longest.length; block += 1) {
      let best = block * BLOCK;
      for (let i = best + 1; i < (block + 1) * BLOCK; i += 1) if (duration[i] > duration[best]) best = i;
      longest[block] = best;
    }
    return longest;
  }

  rowOf(span: number): number {
    return lowerBound(this.rowStart, span + 1, 0, this.rowStart.length) - 1;
  }

  bandOf(span: number): Band {
    return this.bands[this.bandOfRow[this.rowOf(span)]];
  }

  endOf(span: number): number {
    return this.start[span] + this.duration[span];
  }

  nameOf(span: number): string {
    return this.names[this.name[span]];
  }

  /** The spans of a row that touch [t0, t1), as [from, to). */
  inRow(row: number, t0: number, t1: number): [number, number] {
    const first = this.rowStart[row];
    const to = lowerBound(this.start, t1, first, this.rowStart[row + 1]);
    let from = lowerBound(this.start, t0, first, to);
    if (from > first && this.endOf(from - 1) > t0) from -= 1;
    return [from, to];
  }

  /** Spans whose parent is `span`, in time order. */
  children(span: number): number[] {
    const band = this.bandOf(span);
    const found: number[] = [];
    for (let row = band.first_row; row < band.first_row + band.rows; row += 1) {
      const last = this.rowStart[row + 1];
      const from = lowerBound(this.start, this.start[span], this.rowStart[row], last);
      for (let i = from; i < last && this.start[i] <= this.endOf(span); i += 1) {
        if (this.parent[i] === span) found.push(i);
      }
    }
    return found.sort((a, b) => this.start[a] - this.start[b] || a - b);
  }

  /** The flows of a span: to what it leads, and from what it comes, in time order. */
  flowsOf(span: number): { to: number[]; from: number[] } {
    const [begin, end] = this.flows;
    const found = { to: [] as number[], from: [] as number[] };
    for (let i = 0; i < begin.span.length; i += 1) {
      if (begin.span[i] === span && end.span[i] >= 0) found.to.push(end.span[i]);
      if (end.span[i] === span && begin.span[i] >= 0) found.from.push(begin.span[i]);
    }
    for (const spans of [found.to, found.from]) spans.sort((a, b) => this.start[a] - this.start[b]);
    return found;
  }

  /** From the root down to the span's parent. */
  ancestors(span: number): number[] {
    const line: number[] = [];
    for (let up = this.parent[span]; up >= 0; up = this.parent[up]) line.unshift(up);
    return line;
  }

  /** The args of a span where the stream holds them (a saved page): text, or null where it holds none at all. */
  argsText(span: number): string | null {
    if (!this.#header.sections.args_text) return null;
    this.#arguments ??= {
      lines: this.#text("args_text").split("\n"),
      places: runningSum(this.#integers("args_at")),
    };
    const { lines, places } = this.#arguments;
    const at = lowerBound(places, span, 0, places.length);
    return places[at] === span ? JSON.stringify(JSON.parse(lines[at]), null, 1) : "";
  }

  /** Of each span, whether its args, an object decoded from JSON, are as wanted; null where the stream holds none. */
  spansWithArgs(wanted: (args: unknown) => boolean): Uint8Array | null {
    if (this.argsText(0) === null || !this.#arguments) return null;
    const { lines, places } = this.#arguments;
    const found = new Uint8Array(this.size);
    places.forEach((place, n) => {
      found[place] = Number(wanted(JSON.parse(lines[n])));
    });
    return found;
  }

  #text(key: TextKey): string {
    const section = this.#header.sections[key];
    if (!section) return "";
    return new TextDecoder().decode(this.#bytes.subarray(section.offset, section.offset + section.count));
  }
}
