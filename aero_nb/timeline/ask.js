// Questions to the kernel by custom message, and the code, loaded once a page. Joined before each widget's own module.

function asker(model) {
  const waiting = new Map();
  const hear = (content, buffers) => {
    const answer = waiting.get(content?.id);
    if (!answer) return;
    waiting.delete(content.id);
    if (content.error) answer.reject(new Error(content.error));
    else answer.resolve({ ...content, buffers });
  };
  model.on("msg:custom", hear);
  const ask = (request) => new Promise((resolve, reject) => {
    const id = `${Date.now()}-${Math.random()}`;
    waiting.set(id, { resolve, reject });
    model.send({ ...request, id });
  });
  return { ask, stop: () => model.off("msg:custom", hear) };
}

const bytesOf = (view) => new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

function codeModule(model, ask) {
  const shared = (globalThis.aeroNbTimelines ??= new Map());
  const version = model.get("_version");
  if (!shared.has(version)) {
    const loaded = ask({ ask: "module" }).then(async ({ buffers: [packed] }) => {
      const stream = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
      const code = await new Response(stream).text();
      return import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    });
    loaded.catch(() => shared.delete(version));
    shared.set(version, loaded);
  }
  return shared.get(version);
}

