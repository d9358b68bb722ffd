// The widget's own module: shows the still picture, asks the kernel for the code and the trace, hands over.
// Kept this small because a notebook that saves its widgets' state holds a copy of it for each of them.

const WAIT = 6000; // ms without an answer before the still picture says so

async function render({ model, el }) {
  const root = document.createElement("div");
  const still = document.createElement("img");
  const word = document.createElement("div");
  still.alt = model.get("_alt");
  still.src = URL.createObjectURL(new Blob([model.get("_still")], { type: "image/png" }));
  still.onload = () => URL.revokeObjectURL(still.src);
  still.style.maxWidth = "100%";
  root.append(still, word);
  el.append(root);
  const { ask, stop } = asker(model);
  const late = setTimeout(() => { word.textContent = "A still picture: run the cell for the live timeline."; }, WAIT);
  let view = null;
  let ended = false;
  (async () => {
    try {
      const [code, data] = await Promise.all([codeModule(model, ask), ask({ ask: "data" })]);
      if (!ended) view = await code.mountModel(root, model, ask, bytesOf(data.buffers[0]));
    } catch (error) {
      word.textContent = `A still picture: ${error.message}`;
    } finally {
      clearTimeout(late);
    }
  })();
  return () => {
    ended = true;
    clearTimeout(late);
    stop();
    view?.stop();
  };
}

export default { render };
