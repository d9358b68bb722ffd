// aero.perf: one ring on the page, one in each registered worker, and the per-frame capture.
import { Ring, eventsOf, nowUs } from "./ring.js";
import { FrameCapture } from "./frames.js";

const ANSWER_MS = 2000;

export class Perf {
  #ring = new Ring();
  #workers = []; // every worker ever registered: {worker, name, tid}
  #answers = new Map(); // request id -> resolve
  #requests = 0;
  #startUs = 0;
  #frames = new FrameCapture();

  get traceEnabled() { return this.#ring.enabled; }

  get ring() { return this.#ring; }

  registerWorker(worker, { threadName }) {
    this.#workers.push({ worker, name: threadName, tid: this.#workers.length + 2 });
    worker.addEventListener("message", ({ data }) => {
      if (data?.kind !== "perf:snapshot") return;
      this.#answers.get(data.request)?.(data.snapshot);
      this.#answers.delete(data.request);
    });
    if (this.traceEnabled) worker.postMessage({ kind: "perf:start", startUs: this.#startUs });
  }

  installWorkerPerfHandlers() {}

  traceStart() {
    this.#startUs = Math.round(nowUs() * 4) / 4;
    this.#ring.start(this.#startUs);
    for (const { worker } of this.#workers) worker.postMessage({ kind: "perf:start", startUs: this.#startUs });
  }

  traceStop() {
    this.#ring.stop();
    for (const { worker } of this.#workers) worker.postMessage({ kind: "perf:stop" });
  }

  #snapshotOf({ worker }) {
    const request = (this.#requests += 1);
    return new Promise((resolve) => {
      this.#answers.set(request, resolve);
      setTimeout(() => resolve(null), ANSWER_MS);
      worker.postMessage({ kind: "perf:export", request });
    });
  }

  async exportTrace({ asString = false } = {}) {
    const enabled = this.traceEnabled;
    const waiting = this.#workers.map((registered) => this.#snapshotOf(registered));
    const own = this.#ring.snapshot();
    const answers = await Promise.all(waiting);
    const trace = this.#assemble(enabled, own, answers);
    return asString ? JSON.stringify(trace) : trace;
  }

  #assemble(traceEnabled, own, answers) {
    const startTimeEpochUs = this.#startUs;
    const meta = (name, tid, args) => ({ name, ph: "M", ts: 0, pid: 1, tid, args });
    const head = [
      meta("process_name", 0, { name: "Aero" }),
      meta("aero_trace_start_time", 0, { startTimeEpochUs }),
      meta("thread_name", 1, { name: "Main" }),
      ...this.#workers.map(({ name, tid }) => meta("thread_name", tid, { name })),
    ];
    const lanes = [{ name: "Main", tid: 1, snapshot: own }];
    const timeouts = [];
    this.#workers.forEach(({ name, tid }, i) => {
      lanes.push({ name, tid, snapshot: answers[i] });
      if (!answers[i]) timeouts.push(name);
    });
    const events = lanes.flatMap(({ tid, snapshot }) => (snapshot ? eventsOf(snapshot, tid) : []));
    events.sort((a, b) => a.ts - b.ts || a.tid - b.tid);
    const counts = (column) => Object.fromEntries(lanes.map(({ name, snapshot }) => [name, snapshot?.[column] ?? 0]));
    const aero = {
      traceEnabled,
      startTimeEpochUs,
      droppedRecordsByThread: counts("dropped"),
      droppedStringsByThread: counts("droppedStrings"),
      workerExportTimeouts: timeouts,
    };
    return { traceEvents: head.concat(events), otherData: { aero } };
  }

  captureStart() { this.#frames.start(); }
  captureStop() { this.#frames.stop(); }
  captureReset() { this.#frames.reset(); }
  export() { return this.#frames.export(); }
  frame(figures) { this.#frames.frame(figures); }
}
