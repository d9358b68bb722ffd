// Draws a timeline in place of its still picture as soon as the page has plotly.js: now, or when whoever brings it
// dispatches "aero-nb:plotly" on window. Nothing is ever fetched.

import { fromBase64 } from "../page/bytes";
import { importPacked } from "./asking";

declare global {
  interface Window {
    aeroNbTimelineModule?: ReturnType<typeof importPacked>;
  }
}

export function awaken(identity: string): void {
  const place = document.getElementById(identity);
  if (!place) return;
  const draw = async () => {
    if (!window.Plotly || place.dataset.alive) return;
    place.dataset.alive = "true";
    const still = place.innerHTML;
    const { module, trace, values } = place.dataset as Record<string, string>;
    try {
      window.aeroNbTimelineModule ??= importPacked(fromBase64(module));
      const { mountStatic } = await window.aeroNbTimelineModule;
      await mountStatic(place, fromBase64(trace), JSON.parse(values));
    } catch (error) {
      place.innerHTML = still; // our own still picture again
      console.error("aero_nb: this timeline stays still:", error);
    }
  };
  draw();
  window.addEventListener("aero-nb:plotly", draw);
  window.addEventListener("load", draw);
}
