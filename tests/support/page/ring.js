// One thread's records: a fixed ring that overwrites the oldest, and a table of at most 2,048 names.

export const RECORDS = 32768;
export const STRINGS = 2048;
export const UNKNOWN = "<unknown>";
const PHASES = ["B", "E", "i", "C"];

export const nowUs = () => (performance.timeOrigin + performance.now()) * 1000;

export class Ring {
  constructor() {
    this.enabled = false;
    this.startUs = 0;
    this.phases = new Uint8Array(RECORDS);
    this.names = new Uint16Array(RECORDS);
    this.times = new Float64Array(RECORDS);
    this.values = new Float64Array(RECORDS);
    this.extras = new Map(); // slot -> {s, args} of an instant
    this.clear();
  }

  clear() {
    this.written = 0;
    this.droppedStrings = 0;
    this.strings = [UNKNOWN];
    this.ids = new Map();
    this.extras.clear();
  }

  start(startUs) {
    this.clear();
    this.startUs = startUs;
    this.enabled = true;
    this.instant("traceStart", "p", { startTimeEpochUs: startUs });
  }

  stop() {
    if (!this.enabled) return;
    this.instant("traceStop", "p");
    this.enabled = false;
  }

  begin(name) { this.write(0, name); }
  end(name) { this.write(1, name); }
  counter(name, value) { this.write(3, name, value); }
  instant(name, s = "t", args = undefined) { this.write(2, name, 0, { s, args }); }

  write(phase, name, value = 0, extra = undefined) {
    if (!this.enabled) return;
    const slot = this.written % RECORDS;
    if (this.written >= RECORDS) this.extras.delete(slot);
    this.phases[slot] = phase;
    this.names[slot] = this.intern(name);
    this.times[slot] = nowUs() - this.startUs;
    this.values[slot] = value;
    if (extra) this.extras.set(slot, extra);
    this.written += 1;
  }

  intern(name) {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    if (this.strings.length > STRINGS) {
      this.droppedStrings += 1;
      return 0;
    }
    this.strings.push(name);
    this.ids.set(name, this.strings.length - 1);
    return this.strings.length - 1;
  }

  // Everything kept, oldest first, ready to be posted.
  snapshot() {
    const kept = Math.min(this.written, RECORDS);
    const first = this.written - kept;
    const straight = (column) => {
      const at = first % RECORDS;
      const result = new column.constructor(kept);
      const head = Math.min(kept, RECORDS - at);
      result.set(column.subarray(at, at + head));
      result.set(column.subarray(0, kept - head), head);
      return result;
    };
    const extras = [...this.extras].map(([slot, extra]) => [(slot - (first % RECORDS) + RECORDS) % RECORDS, extra]);
    return {
      phases: straight(this.phases),
      names: straight(this.names),
      times: straight(this.times),
      values: straight(this.values),
      extras,
      strings: this.strings,
      dropped: first,
      droppedStrings: this.droppedStrings,
    };
  }
}

export const buffersOf = (snapshot) =>
  ["phases", "names", "times", "values"].map((column) => snapshot[column].buffer);

export function eventsOf(snapshot, tid) {
  const { phases, names, times, values, strings } = snapshot;
  const extras = new Map(snapshot.extras);
  const events = new Array(phases.length);
  for (let i = 0; i < phases.length; i += 1) {
    const ph = PHASES[phases[i]];
    const name = strings[names[i]];
    const ts = times[i];
    if (ph === "C") {
      events[i] = { name: "counters", cat: "aero", ph, ts, pid: 1, tid, args: { [name]: values[i] } };
    } else if (ph === "i") {
      const { s, args } = extras.get(i);
      const event = { name, cat: "aero", ph, s, ts, pid: 1, tid };
      if (args !== undefined) event.args = args;
      events[i] = event;
    } else {
      events[i] = { name, cat: "aero", ph, ts, pid: 1, tid };
    }
  }
  return events;
}
