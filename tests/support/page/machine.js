// A machine for tests: it keeps the contract of window.aero.perf with real workers, and does on command (testing.*)
// what a real machine does on a bad day. ?trace records from here on; ?late=MS and ?never hold aero.perf back.
import { Perf } from "./perf.js";

const options = new URLSearchParams(location.search);
const perf = new Perf();
if (options.has("trace")) perf.traceStart();
perf.ring.instant("boot:main:start", "p");

const NAMES = ["cpu", "gpu", "io", "jit"];
const workers = new Map();
const waiting = new Map();
let requests = 0;

function spawn(name) {
  const worker = new Worker(`${name}.worker.js`, { type: "module", name });
  worker.addEventListener("message", ({ data }) => {
    if (data.kind === "done") waiting.get(data.request)?.(data.answer);
  });
  workers.set(name, worker);
  perf.registerWorker(worker, { threadName: name });
  return command(name, "boot");
}

function command(name, what, details = {}) {
  const request = (requests += 1);
  workers.get(name).postMessage({ kind: "command", command: what, request, ...details });
  return new Promise((resolve) => waiting.set(request, resolve));
}

const everyone = (what, details) => Promise.all(NAMES.map((name) => command(name, what, details)));

const screen = document.getElementById("screen").getContext("2d");
let frames = 0;
let last = performance.now();
let quiet = false;
let load = 0; // records that a frame writes besides its own
let instructionsAFrame = 100_000n;

function frame(now) {
  requestAnimationFrame(frame);
  frames += 1;
  const ring = perf.ring;
  if (!quiet) {
    ring.begin("frame");
    ring.begin("render");
    screen.fillStyle = `hsl(${frames % 360} 60% 40%)`;
    screen.fillRect(0, 0, 320, 200);
    ring.begin("present");
    ring.end("present");
    ring.end("render");
    ring.counter("textureUploadBytes", 320 * 200 * 4);
    ring.end("frame");
  }
  for (let i = 0; i < load; i += 2) {
    ring.begin("poll");
    ring.end("poll");
  }
  perf.frame({ frameTimeMs: now - last, instructions: instructionsAFrame, drawCalls: 3, ioBytes: 512 });
  last = now;
}
requestAnimationFrame(frame);

function fillMain(count) {
  for (let i = 1; i <= count; i += 1) perf.ring.counter("sequence", i);
  return count;
}

const LIES = {
  number: async () => 42,
  object: async ({ asString } = {}) => (asString ? { traceEvents: [] } : "nothing"),
  html: async () => "<html>not a trace</html>",
  rejects: async () => { throw new Error("the exporter fell over"); },
  never: () => new Promise(() => {}),
};
const truthful = perf.exportTrace.bind(perf);

globalThis.testing = {
  get frames() { return frames; },
  everyone,
  command,
  fillMain,
  quiet(on) {
    quiet = on;
    for (const worker of workers.values()) worker.postMessage({ kind: "pace", ms: on ? 0 : 8 });
  },
  load(records) { load = records; },
  pace(ms) { for (const worker of workers.values()) worker.postMessage({ kind: "pace", ms }); },
  restart(name) {
    workers.get(name).terminate();
    return spawn(name);
  },
  lie(kind) { perf.exportTrace = LIES[kind]; },
  tellTheTruth() { perf.exportTrace = truthful; },
  exportText(text) { perf.exportTrace = async () => text; },
  oddValues() {
    const ring = perf.ring;
    ring.counter("odd", NaN);
    ring.counter("odd", Infinity);
    ring.begin("");
    ring.end("");
    ring.instant("half a pair: \ud800", "g", { text: "\udc00", nested: { list: [1, [2, { deep: null }]] } });
  },
  bigInt() { perf.ring.instant("cycles", "t", { cycles: 2n ** 64n + 1n }); },
  manyNames(count) {
    for (let i = 0; i < count; i += 1) perf.ring.instant(`name ${i}`);
  },
  instructions(text) { instructionsAFrame = BigInt(text); },
};

document.getElementById("power").addEventListener("click", () => {
  document.getElementById("log").textContent = "powered";
  console.log("power button");
});

await Promise.all(NAMES.map(spawn));
if (options.has("late")) await new Promise((resolve) => setTimeout(resolve, Number(options.get("late"))));
if (!options.has("never")) globalThis.aero = { perf };
