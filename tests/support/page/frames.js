// The per-frame perf capture, version 2 of its format.

const MOST_FRAMES = 12000;

const summed = (values) => values.reduce((sum, value) => sum + value, 0);

function statistics(values) {
  if (values.length === 0) return { frames: 0, meanMs: null, p50Ms: null, p95Ms: null, p99Ms: null };
  const sorted = values.toSorted((a, b) => a - b);
  const at = (p) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
  return { frames: values.length, meanMs: summed(values) / values.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

const decimal = (count) => (count > BigInt(Number.MAX_SAFE_INTEGER) ? String(count) : Number(count));

export class FrameCapture {
  constructor() { this.reset(); }

  reset() {
    this.running = false;
    this.records = [];
    this.dropped = 0;
    this.startMs = null;
    this.endMs = null;
  }

  start() {
    this.reset();
    this.running = true;
    this.startMs = Date.now();
    this.began = performance.now();
    this.endMs = null;
  }

  stop() {
    if (!this.running) return;
    this.running = false;
    this.endMs = Date.now();
  }

  frame({ frameTimeMs, instructions, drawCalls, ioBytes, cpuMs = null, gpuMs = null, ioMs = null, jitMs = null }) {
    if (!this.running) return;
    if (this.records.length === MOST_FRAMES) {
      this.dropped += 1;
      return;
    }
    const tMs = performance.now() - this.began;
    const record = { tMs, frameTimeMs, instructions: decimal(instructions), cpuMs, gpuMs, ioMs, jitMs, drawCalls, ioBytes };
    this.records.push(record);
  }

  export() {
    const endMs = this.endMs ?? (this.startMs === null ? null : Date.now());
    const isolated = globalThis.crossOriginIsolated;
    const stats = statistics(this.records.map((record) => record.frameTimeMs));
    const kept = this.records.length;
    return {
      kind: "aero-perf-capture",
      version: 2,
      build: { git_sha: null, mode: null, features: null },
      env: {
        now_epoch_ms: performance.timeOrigin + performance.now(),
        userAgent: navigator.userAgent,
        platform: navigator.platform,
        hardwareConcurrency: navigator.hardwareConcurrency,
        devicePixelRatio,
        webgpu: "gpu" in navigator,
      },
      capture: { startUnixMs: this.startMs, endUnixMs: endMs, durationMs: endMs === null ? null : endMs - this.startMs },
      capture_control: {
        startFrameId: isolated && kept ? 1 : null,
        endFrameId: isolated && kept ? kept + 1 : null,
        droppedRecords: this.dropped,
        records: kept,
      },
      buffers: isolated ? [{ workerKind: 0, worker: "main", capacity: 2048, recordSize: 64, droppedRecords: 0, drainedRecords: kept }] : [],
      guestRamBytes: null,
      memory: {},
      summary: { frameTime: stats, mipsAvg: null },
      frameTime: { summary: stats, stats },
      responsiveness: {},
      jit: { enabled: false },
      records: this.records,
      benchmarks: {},
    };
  }
}
