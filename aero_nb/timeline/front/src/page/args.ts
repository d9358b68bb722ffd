// The args of a span as text.

import type { Store } from "../data/store";
import type { Ask } from "../logic/hosts";

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
