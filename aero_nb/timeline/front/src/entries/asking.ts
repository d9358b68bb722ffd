// Questions to the kernel by custom message, and the timeline's module, loaded once a page.

import type { Answer, Ask, WidgetModel } from "../logic/hosts";
import { bytesOf } from "../page/bytes";

export interface MessageModel extends WidgetModel {
  send(content: unknown): void;
  on(event: string, listener: (content: Reply, buffers: DataView<ArrayBuffer>[]) => void): void;
  off(event: string, listener: (content: Reply, buffers: DataView<ArrayBuffer>[]) => void): void;
}

interface Reply {
  id?: string;
  error?: string;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

type Code = typeof import("./timeline");

declare global {
  var aeroNbTimelines: Map<string, Promise<Code>> | undefined;
}

/** A way to ask a widget's kernel, and how to stop listening for answers. */
export function asker(model: MessageModel): { ask: Ask; stop: () => void } {
  const waiting = new Map<string, Waiting>();
  const hear = (content: Reply, buffers: DataView<ArrayBuffer>[]) => {
    const asked = waiting.get(content?.id ?? "");
    if (!asked || !content.id) return;
    waiting.delete(content.id);
    if (content.error) asked.reject(new Error(content.error));
    else asked.resolve({ ...content, buffers });
  };
  model.on("msg:custom", hear);
  const ask: Ask = (request) =>
    new Promise((resolve, reject) => {
      const id = `${Date.now()}-${Math.random()}`;
      waiting.set(id, { resolve, reject });
      model.send({ ...request, id });
    });
  return { ask, stop: () => model.off("msg:custom", hear) };
}

const PATIENCE = 5000; // ms for another view's question; it may have been closed before its answer came

/**
 * The timeline's module, asked of the kernel once for each version in a page. A failure is not remembered, and what
 * another view asked for and never got is asked for again.
 */
export async function codeModule(model: MessageModel, ask: Ask): Promise<Code> {
  globalThis.aeroNbTimelines ??= new Map();
  const shared = globalThis.aeroNbTimelines;
  const version = String(model.get("_version"));
  const asked = shared.get(version);
  const known = asked && (await Promise.race([asked, after(PATIENCE)]));
  if (known) return known;
  const loaded = ask({ ask: "module" }).then(({ buffers }) => importPacked(bytesOf(buffers[0])));
  loaded.catch(() => shared.delete(version));
  shared.set(version, loaded);
  return loaded;
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, ms, null));
}

/** Run a gzipped module. */
export async function importPacked(packed: Uint8Array<ArrayBuffer>): Promise<Code> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const code = await new Response(stream).text();
  return import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
}
