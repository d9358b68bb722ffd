// What aero_nb asks of a page. The whole object is sent with every call, so that the page keeps nothing of ours but
// the one Blob that is being moved out of it.
(() => {
  const HELD = Symbol.for("aero_nb.held");
  const epochUs = () => (performance.timeOrigin + performance.now()) * 1000;
  const kind = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

  function perf() {
    const found = globalThis.aero?.perf;
    if (typeof found?.exportTrace !== "function") throw new Error("aero.perf is not in this page");
    return found;
  }

  // JSON has no BigInt. rawJSON writes its digits as a number; an older browser gets them as a string.
  function counting() {
    const counted = { bigints: 0 };
    counted.replacer = (_, value) => {
      if (typeof value !== "bigint") return value;
      counted.bigints += 1;
      return JSON.rawJSON ? JSON.rawJSON(String(value)) : String(value);
    };
    return counted;
  }

  async function traceText() {
    try {
      return { text: await perf().exportTrace({ asString: true }), bigints: 0 };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    const { otherData, ...rest } = await perf().exportTrace();
    const counted = counting();
    // toJSON is asked last, after every event has passed the replacer.
    const ours = { ...otherData?.aero_nb, bigint_args: { toJSON: () => counted.bigints } };
    const marked = { ...rest, otherData: { ...otherData, aero_nb: ours } };
    return { text: JSON.stringify(marked, counted.replacer), bigints: counted.bigints };
  }

  async function captureText() {
    const counted = counting();
    return { text: JSON.stringify(await perf().export(), counted.replacer), bigints: counted.bigints };
  }

  // A string crosses the connection as JSON inside JSON; packed base64 crosses it eight times quicker.
  async function hold({ text, bigints }) {
    if (typeof text !== "string") throw new Error(`expected a JSON string from the page, found ${kind(text)}`);
    const plain = new Blob([text]);
    const packing = plain.stream().pipeThrough(new CompressionStream("gzip"));
    const packed = await new Response(packing).blob();
    globalThis[HELD] = packed;
    return { size: plain.size, packed: packed.size, bigints };
  }

  return {
    state() {
      const found = globalThis.aero?.perf;
      return {
        ready: typeof found?.exportTrace === "function",
        aero: kind(globalThis.aero),
        perf: kind(found),
        enabled: found?.traceEnabled,
        document: performance.timeOrigin,
        url: location.href,
        title: document.title,
      };
    },
    start() {
      const before = epochUs();
      perf().traceStart();
      return { before, after: epochUs(), enabled: perf().traceEnabled, document: performance.timeOrigin };
    },
    stop() {
      const enabled = perf().traceEnabled;
      perf().traceStop();
      return { enabled, document: performance.timeOrigin };
    },
    captureStart() {
      perf().captureReset();
      perf().captureStart();
    },
    captureStop() {
      perf().captureStop();
    },
    now: epochUs,
    holdTrace: async () => hold(await traceText()),
    holdCapture: async () => hold(await captureText()),
    piece(from, to) {
      const held = globalThis[HELD];
      if (!held) throw new Error("the page was reloaded while its trace was being moved");
      return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(held.slice(from, to));
      });
    },
    release() {
      delete globalThis[HELD];
    },
  };
})()
