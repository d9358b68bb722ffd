// Handing a trace to the Perfetto UI: its documented handshake, from tab to tab; nothing is uploaded.

import type { Ask } from "../logic/hosts";
import { bytesOf } from "./bytes";

const PERFETTO = "https://ui.perfetto.dev";
const BETWEEN_PINGS = 100; // ms
const LONGEST_WAIT = 120_000;

/** Open the UI in a new tab (in the click that asked for it) and give it the trace; resolves to a sentence. */
export async function openInPerfetto(ask: Ask): Promise<string> {
  const tab = window.open(PERFETTO);
  if (!tab) throw new Error("the browser blocked the new tab");
  const { buffers, title } = await ask({ ask: "trace" });
  await handOver(tab, bytesOf(buffers[0]), title ?? "trace");
  return "opened in Perfetto";
}

/** PING until PONG, then the trace; rejects after two minutes without an answer. */
function handOver(tab: Window, bytes: Uint8Array<ArrayBuffer>, title: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const ping = setInterval(() => tab.postMessage("PING", PERFETTO), BETWEEN_PINGS);
    const stop = () => {
      clearInterval(ping);
      clearTimeout(limit);
      window.removeEventListener("message", answer);
    };
    const limit = setTimeout(() => {
      stop();
      reject(new Error("its tab did not answer"));
    }, LONGEST_WAIT);
    const answer = (event: MessageEvent) => {
      if (event.source !== tab || event.origin !== PERFETTO || event.data !== "PONG") return;
      stop();
      tab.postMessage({ perfetto: { buffer: bytes.buffer, title, keepApiOpen: false } }, PERFETTO);
      resolve();
    };
    window.addEventListener("message", answer);
  });
}
