// What aero_nb asks of a page. The whole object is sent with every call, so that the page keeps nothing of ours but
// the Blobs that are being moved out of it.
(() => {
  const PART = 1 << 19; // characters written at a time
  const EVENTS = 2048;
  const HELD = Symbol.for("aero_nb.held"); // id -> Blob
  const MOST_HELD = 4; // two clients may fetch at once; what an interrupted one left goes
  const epochUs = () => (performance.timeOrigin + performance.now()) * 1000;
  const kind = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

  function perf() {
    const found = globalThis.aero?.perf;
    if (typeof found?.exportTrace !== "function") throw new Error("aero.perf is not in this page");
    return found;
  }

  // JSON has no BigInt. rawJSON writes its digits as a number; an older browser gets them as a string.
  function counting() {
    const counted = { bigints: 0, unwritable: 0 };
    counted.replacer = (_, value) => {
      if (typeof value !== "bigint") return value;
      counted.bigints += 1;
      return JSON.rawJSON ? JSON.rawJSON(String(value)) : String(value);
    };
    return counted;
  }

  // The page's own text where it can write one; else the same events, each written as far as it can be.
  async function partsOfWholeTrace() {
    try {
      return partsOf(await perf().exportTrace({ asString: true }));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    return partsOfTrace(await perf().exportTrace());
  }

  const captureText = async () => JSON.stringify(await perf().export(), counting().replacer);

  // Parts of a text, never cut between the halves of a surrogate pair.
  function* partsOf(text) {
    if (typeof text !== "string") throw new Error(`expected a JSON string from the page, found ${kind(text)}`);
    for (let from = 0; from < text.length; ) {
      let to = Math.min(from + PART, text.length);
      const last = text.charCodeAt(to - 1);
      if (to < text.length && last >= 0xd800 && last < 0xdc00) to += 1;
      yield text.slice(from, to);
      from = to;
    }
  }

  function eventsText(events, counted) {
    const before = counted.bigints;
    try {
      return JSON.stringify(events, counted.replacer).slice(1, -1);
    } catch {
      counted.bigints = before;
    }
    return events.map((event) => eventText(event, counted)).join(",");
  }

  // An argument that JSON cannot hold (it refers to itself, it throws when it is read) becomes a note of why.
  function eventText(event, counted) {
    const before = counted.bigints;
    try {
      return JSON.stringify(event, counted.replacer);
    } catch {
      counted.bigints = before;
    }
    const args = Object.keys(event.args ?? {}).map((name) => {
      let text;
      try {
        text = JSON.stringify(event.args[name], counted.replacer) ?? "null";
      } catch (error) {
        text = JSON.stringify(`[cannot be written: ${String(error).split("\n")[0]}]`);
        counted.unwritable += 1;
      }
      return `${JSON.stringify(name)}:${text}`;
    });
    return `${JSON.stringify({ ...event, args: undefined }).slice(0, -1)},"args":{${args.join(",")}}}`;
  }

  // The same JSON, written a few events at a time: a page that is streamed keeps its frame rate.
  function* partsOfTrace(trace) {
    if (!Array.isArray(trace?.traceEvents)) throw new Error(`expected a trace object from the page, found ${kind(trace)}`);
    const counted = counting();
    const { traceEvents, ...rest } = trace;
    yield '{"traceEvents":[';
    for (let from = 0; from < traceEvents.length; from += EVENTS) {
      yield (from ? "," : "") + eventsText(traceEvents.slice(from, from + EVENTS), counted);
    }
    const ours = {
      ...rest.otherData?.aero_nb,
      ...(counted.bigints && { bigint_args: counted.bigints }),
      ...(counted.unwritable && { unwritable_args: counted.unwritable }),
    };
    yield `],"otherData":${JSON.stringify({ ...rest.otherData, aero_nb: ours }, counted.replacer)}}`;
  }

  // Let the page draw and answer. A timer would wait 4 ms; scheduler.yield goes on before the next frame is drawn.
  function breathe() {
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(null);
    });
  }

  // A string crosses the connection as JSON inside JSON; packed base64 crosses it several times quicker.
  async function hold(parts) {
    const encoder = new TextEncoder();
    const packing = new CompressionStream("gzip");
    const packed = new Response(packing.readable).blob();
    const writer = packing.writable.getWriter();
    let size = 0;
    for (const part of parts) {
      const bytes = encoder.encode(part);
      size += bytes.length;
      await writer.write(bytes);
      await breathe();
    }
    await writer.close();
    const blob = await packed;
    const held = (globalThis[HELD] ??= new Map());
    const id = crypto.getRandomValues(new Uint32Array(1))[0];
    held.set(id, blob);
    for (const old of [...held.keys()].slice(0, -MOST_HELD)) held.delete(old);
    return { id, size, packed: blob.size };
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
        now: epochUs(),
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
    readdress(url) {
      history.replaceState(history.state, "", url);
    },
    captureStart() {
      perf().captureReset();
      perf().captureStart();
    },
    captureStop() {
      perf().captureStop();
    },
    holdTrace: async () => hold(await partsOfWholeTrace()),
    holdTracePiece: async () => hold(partsOfTrace(await perf().exportTrace())),
    holdCapture: async () => hold(partsOf(await captureText())),
    piece(id, from, to) {
      const held = globalThis[HELD]?.get(id);
      if (!held) throw new Error("the page was reloaded while its trace was being moved");
      return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(held.slice(from, to));
      });
    },
    release(id) {
      globalThis[HELD]?.delete(id);
    },
  };
})()
