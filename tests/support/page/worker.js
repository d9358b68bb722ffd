// One device of the machine on a thread of its own, with its own ring.
import { Ring, buffersOf } from "./ring.js";

const ring = new Ring();
const name = self.name;
let silent = false;
let sequence = 0;
let ticks = 0;

const WORK = {
  cpu() {
    ring.begin("cpu:slice");
    ring.counter("instructions", (ticks += 1) * 4096);
    ring.end("cpu:slice");
  },
  gpu() {
    ring.begin("gpu:frame");
    ring.begin("draw");
    ring.end("draw");
    ring.counter("drawCalls", 3);
    ring.end("gpu:frame");
  },
  io() {
    ring.begin("disk:read");
    ring.end("disk:read");
    ring.counter("io:portReads", (ticks += 256));
  },
  jit() {
    ring.instant("jit:compile:begin", "t", { block: (ticks += 1) });
    ring.begin("jit:compile");
    ring.end("jit:compile");
    ring.instant("jit:compile:end");
  },
};

function busyUntil(end) {
  while (performance.now() < end);
}

// Records whose values tell their position: what is missing from an export can be named.
function fill(count, ms) {
  const end = performance.now() + ms;
  for (let i = 0; i < count; i += 1) {
    if (ms) busyUntil(end - (ms * (count - i)) / count);
    ring.counter("sequence", (sequence += 1));
  }
  return sequence;
}

// Nested spans, as many records as asked for: a busy machine.
function work(count) {
  for (let i = 0; i < count; i += 4) {
    ring.begin("cpu:slice");
    ring.begin("block");
    ring.end("block");
    ring.end("cpu:slice");
  }
  return count;
}

function boot() {
  // The real cpu worker ends these in another order than it began them.
  for (const step of ["worker:boot", "worker:init", "wasm:init"]) ring.begin(step);
  for (const step of ["worker:boot", "wasm:init", "worker:init"]) ring.end(step);
}

const COMMANDS = {
  fill: ({ count, ms }) => fill(count, ms ?? 0),
  work: ({ count }) => work(count),
  boot: () => boot(),
  silence: ({ on }) => { silent = on; },
  block: ({ ms }) => busyUntil(performance.now() + ms),
  resequence: () => { sequence = 0; },
};

self.addEventListener("message", ({ data }) => {
  if (data.kind === "perf:start") {
    ring.start(data.startUs);
  } else if (data.kind === "perf:stop") {
    ring.stop();
  } else if (data.kind === "perf:export") {
    if (silent) return;
    const snapshot = ring.snapshot();
    self.postMessage({ kind: "perf:snapshot", request: data.request, snapshot }, buffersOf(snapshot));
  } else if (data.kind === "command") {
    const answer = COMMANDS[data.command](data);
    self.postMessage({ kind: "done", request: data.request, answer });
  }
});

let pace = 8;
self.addEventListener("message", ({ data }) => {
  if (data.kind === "pace") pace = data.ms;
});
(function tick() {
  if (pace > 0) WORK[name]();
  setTimeout(tick, pace > 0 ? pace : 50);
})();
