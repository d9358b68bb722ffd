// A button that opens the trace in the Perfetto UI: browsers open a tab only in answer to a click.

import { asker, codeModule, type MessageModel } from "./asking";

function render({ model, el }: { model: MessageModel; el: HTMLElement }): () => void {
  const { ask, stop } = asker(model);
  const button = document.createElement("button");
  const status = document.createElement("span");
  button.textContent = "Open in Perfetto";
  button.className = "jupyter-widgets jupyter-button widget-button"; // ipywidgets' own look, of the page's theme
  button.style.width = "auto";
  button.title = "Opens ui.perfetto.dev in a new tab and hands it the trace there; nothing is uploaded";
  status.setAttribute("role", "status");
  status.style.marginLeft = "8px";
  const code = codeModule(model, ask); // before the click: a tab may only open while the click lasts
  button.addEventListener("click", async () => {
    try {
      status.textContent = await (await code).openInPerfetto(ask);
    } catch (error) {
      status.textContent = `not opened: ${(error as Error).message}`;
    }
  });
  el.append(button, status);
  return stop;
}

export default { render };
