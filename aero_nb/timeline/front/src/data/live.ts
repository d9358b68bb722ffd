// What aero_nb/live/wire.py pushes, decoded, and what of it is kept: the newest spans of each lane. Times are ns since the
// start of the recording.

export interface LaneHead {
  name: string;
  source: string;
  busy: number;
  missed: number;
}

export interface CounterHead {
  name: string;
  value: number;
  rate: boolean;
}

export interface LiveNumbers {
  fps: number | null;
  frame_ms: number | null;
  low: number | null;
  late: number;
  frames: number;
  counters: CounterHead[];
  overwritten: number;
  missed: number;
  cpu: number;
  bytes_per_s: number;
}

export interface Push {
  number: number;
  recording: number;
  now: number;
  first: number;
  names: string[];
  lanes: LaneHead[];
  /** Lane, name, depth, begin. */
  open: [number, number, number, number][];
  numbers: LiveNumbers;
  /** Spans, instants, samples, frames. */
  counts: [number, number, number, number];
  marks: [number, string][];
}

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** The newest rows of some columns: at most `KEPT`, the oldest are overwritten. */
export class Newest<Columns extends Record<string, Column>> {
  static readonly KEPT = 65536;
  /** Rows that were ever added. */
  added = 0;
  #capacity = 256;

  constructor(readonly columns: Columns) {}

  static of(): Newest<{ time: Float64Array; value: Float64Array; name: Uint32Array; depth: Uint8Array }> {
    return new Newest({
      time: new Float64Array(256),
      value: new Float64Array(256),
      name: new Uint32Array(256),
      depth: new Uint8Array(256),
    });
  }

  get first(): number {
    return Math.max(0, this.added - this.#capacity);
  }

  /** Where row number `row` lies in the columns. */
  at(row: number): number {
    return row & (this.#capacity - 1);
  }

  /** Make a place for one more row and return it. */
  add(): number {
    if (this.added === this.#capacity && this.#capacity < Newest.KEPT) this.#grow();
    this.added += 1;
    return this.at(this.added - 1);
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const [key, column] of Object.entries(this.columns)) {
      const larger = new (column.constructor as new (length: number) => Column)(this.#capacity);
      larger.set(column);
      Object.assign(this.columns, { [key]: larger });
    }
  }
}

export type Rows = ReturnType<typeof Newest.of>;

export interface OpenSpan {
  name: number;
  depth: number;
  start: number;
}

/** One lane: `value` of a span is its duration; spans lie in the order of their ends. */
export class LiveLane {
  head: LaneHead = { name: "", source: "", busy: 0, missed: 0 };
  readonly spans = Newest.of();
  readonly instants = Newest.of();
  readonly series = new Map<number, Rows>();
  open: OpenSpan[] = [];
  depth = 0;
}

export class LiveStore {
  lanes: LiveLane[] = [];
  names: string[] = [];
  /** `value`: the ns until the next frame. */
  frames = Newest.of();
  now = 0;
  numbers: LiveNumbers | null = null;
  ended: string | null = null;
  /** Set by the kernel. */
  marks: [number, string][] = [];
  /** When the last push came, by the page's clock. */
  heard = 0;
  #recording = -1;

  /** Take a push in. */
  take(push: Push, data: DataView<ArrayBuffer>): void {
    if (push.recording !== this.#recording) this.#forget(push.recording);
    this.names.length = Math.max(this.names.length, push.first);
    this.names.splice(push.first, push.names.length, ...push.names);
    push.lanes.forEach((head, number) => {
      this.lanes[number] ??= new LiveLane();
      this.lanes[number].head = head;
      this.lanes[number].open = [];
    });
    for (const [lane, name, depth, start] of push.open) this.#lane(lane, depth).open.push({ name, depth, start });
    this.#takeColumns(push.counts, data);
    this.now = push.now;
    this.numbers = push.numbers;
    this.marks = push.marks;
  }

  nameOf(code: number): string {
    return this.names[code] ?? "…";
  }

  #forget(recording: number): void {
    this.#recording = recording;
    this.lanes = [];
    this.names = [];
    this.frames = Newest.of();
  }

  #lane(number: number, depth: number): LiveLane {
    const lane = this.lanes[number];
    lane.depth = Math.max(lane.depth, depth + 1);
    return lane;
  }

  #takeColumns([spans, instants, samples, frames]: Push["counts"], data: DataView<ArrayBuffer>): void {
    // A copy: what a message hands over need not be aligned.
    const buffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
    let at = 0;
    const column = <Type extends Column>(
      kind: new (buffer: ArrayBuffer, at: number, length: number) => Type,
      size: number,
      length: number,
    ) => {
      const found = new kind(buffer, at, length);
      at += size * length;
      return found;
    };
    const times = [spans, spans, instants, samples, samples, frames, frames].map((n) => column(Float64Array, 8, n));
    const names = [spans, instants, samples].map((n) => column(Uint32Array, 4, n));
    const lanes = [spans, instants, samples].map((n) => column(Uint16Array, 2, n));
    const depths = column(Uint8Array, 1, spans);
    for (let i = 0; i < spans; i += 1) {
      const rows = this.#lane(lanes[0][i], depths[i]).spans;
      put(rows, times[0][i], times[1][i], names[0][i], depths[i]);
    }
    for (let i = 0; i < instants; i += 1) put(this.lanes[lanes[1][i]].instants, times[2][i], 0, names[1][i], 0);
    for (let i = 0; i < samples; i += 1) {
      const { series } = this.lanes[lanes[2][i]];
      const rows = series.get(names[2][i]) ?? Newest.of();
      series.set(names[2][i], rows);
      put(rows, times[3][i], times[4][i], names[2][i], 0);
    }
    for (let i = 0; i < frames; i += 1) put(this.frames, times[5][i], times[6][i], 0, 0);
  }
}

function put(rows: Rows, time: number, value: number, name: number, depth: number): void {
  const at = rows.add();
  const { columns } = rows;
  columns.time[at] = time;
  columns.value[at] = value;
  columns.name[at] = name;
  columns.depth[at] = depth;
}
