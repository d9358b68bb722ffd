// The widget's own module: shows the still picture, asks the kernel for the code and the trace, hands over.
// Kept this small because a notebook that saves its widgets' state holds a copy of it for each of them.

import { bytesOf } from "../page/bytes";
import type { Mounted } from "../page/mount";
import { asker, codeModule, type MessageModel } from "./asking";

const WAIT = 6000; // ms without an answer before the still picture says so

function render({ model, el }: { model: MessageModel; el: HTMLElement }): () => void {
  const root = document.createElement("div");
  const still = stillPicture(model);
  const word = document.createElement("div");
  root.append(still, word);
  el.append(root);
  const { ask, stop } = asker(model);
  const late = setTimeout(() => {
    word.textContent = "A still picture: run the cell for the live timeline.";
  }, WAIT);
  let timeline: Mounted | null = null;
  let ended = false;
  const comeAlive = async () => {
    const [code, data] = await Promise.all([codeModule(model, ask), ask({ ask: "data" })]);
    if (!ended) timeline = await code.mountModel(root, model, ask, bytesOf(data.buffers[0]));
  };
  comeAlive()
    .catch((error) => {
      word.textContent = `A still picture: ${error.message}`;
    })
    .finally(() => clearTimeout(late));
  return () => {
    ended = true;
    clearTimeout(late);
    stop();
    timeline?.stop();
  };
}

function stillPicture(model: MessageModel): HTMLImageElement {
  const still = document.createElement("img");
  still.alt = String(model.get("_alt"));
  still.src = URL.createObjectURL(new Blob([model.get("_still") as DataView<ArrayBuffer>], { type: "image/png" }));
  still.onload = () => URL.revokeObjectURL(still.src);
  still.style.maxWidth = "100%";
  return still;
}

export default { render };
