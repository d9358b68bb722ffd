// What Python packed with zlib into an attribute of the page.

import { fromBase64 } from "./bytes";

export async function unpackJson<Content>(packed: string): Promise<Content> {
  const stream = new Blob([fromBase64(packed)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}
