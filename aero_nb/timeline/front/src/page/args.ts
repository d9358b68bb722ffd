// The args of spans: as text, and which spans have those that were asked for.

import type { Store } from "../data/store";
import { hasArgument } from "../logic/has_argument";
import type { Ask } from "../logic/hosts";
import type { WantedArgument } from "../logic/search";
import { bytesOf } from "./bytes";

/** From the stream, else asked of the kernel, else a sentence. */
export async function argsText(store: Store, ask: Ask | null, span: number): Promise<string> {
  const own = store.argsText(span);
  if (own !== null) return own;
  if (!ask) return "";
  try {
    return (await ask({ ask: "args", span })).text ?? "";
  } catch {
    return "(the kernel did not answer: run the cell again to see the arguments)";
  }
}

/** Of each span, whether it has all the arguments: seen in the stream, else told by the kernel. */
export async function spansHaving(store: Store, ask: Ask | null, wanted: WantedArgument[]): Promise<Uint8Array> {
  const own = store.spansWithArgs((args) => wanted.every((one) => hasArgument(args, one)));
  if (own) return own;
  if (!ask) throw new Error("no arguments here");
  const times = new Uint8Array(store.size);
  for (const one of wanted) {
    const { buffers } = await ask({ ask: "find_args", ...one });
    const bytes = bytesOf(buffers[0]);
    for (const place of new Int32Array(bytes.slice().buffer)) times[place] += 1;
  }
  return times.map((count) => Number(count === wanted.length));
}
