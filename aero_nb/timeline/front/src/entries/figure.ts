// Draws a plotly figure in place of its still picture as soon as the page has plotly.js: now, or when whoever brings
// it dispatches "aero-nb:plotly" on window. Nothing is ever fetched.

import { unpackJson } from "../page/unpacking";

interface Figure {
  data: unknown[];
  layout: unknown;
  config: object;
}

export function awaken(identity: string): void {
  const place = document.getElementById(identity);
  if (!place) return;
  const draw = async () => {
    if (!window.Plotly || place.dataset.alive) return;
    place.dataset.alive = "true";
    const { data, layout, config } = await unpackJson<Figure>(place.dataset.figure ?? "");
    const live = document.createElement("div");
    live.style.height = `${place.dataset.height}px`;
    live.style.setProperty("--aero-nb-text", "currentcolor"); // of the page, also when its theme changes
    const still = place.firstChild as ChildNode;
    place.append(live);
    try {
      await window.Plotly.newPlot(live, data, layout, { ...config, responsive: true });
      still.remove();
      place.setAttribute("role", "group"); // no longer a mere image
    } catch (error) {
      live.remove(); // the still picture stays
      console.error("aero_nb: this figure stays still:", error);
    }
  };
  draw();
  window.addEventListener("aero-nb:plotly", draw);
  window.addEventListener("load", draw);
}
