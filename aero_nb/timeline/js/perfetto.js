// Handing a trace to the Perfetto UI: its documented handshake, from tab to tab; nothing is uploaded.

const PERFETTO = "https://ui.perfetto.dev";

/** Open the UI in a new tab (in the click that asked for it) and give it the trace; resolves to a sentence. */
async function openInPerfetto(ask) {
  const tab = window.open(PERFETTO);
  if (!tab) throw new Error("the browser blocked the new tab");
  const { buffers: [bytes], title } = await ask({ ask: "trace" });
  await handToPerfetto(tab, copyOf(bytes), title);
  return "opened in Perfetto";
}

/** PING until PONG, then the trace; rejects after two minutes without an answer. */
function handToPerfetto(tab, bytes, title) {
  return new Promise((resolve, reject) => {
    const ping = setInterval(() => tab.postMessage("PING", PERFETTO), 100);
    const done = (end, value) => {
      clearInterval(ping);
      clearTimeout(limit);
      window.removeEventListener("message", answer);
      end(value);
    };
    const limit = setTimeout(() => done(reject, new Error("its tab did not answer")), 120000);
    const answer = (event) => {
      if (event.source !== tab || event.origin !== PERFETTO || event.data !== "PONG") return;
      tab.postMessage({ perfetto: { buffer: bytes.buffer, title, keepApiOpen: false } }, PERFETTO);
      done(resolve);
    };
    window.addEventListener("message", answer);
  });
}

/** Bytes of a message in a buffer of their own. */
function copyOf(view) {
  return new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}
