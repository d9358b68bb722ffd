// Draws a flame graph in place of its still picture; it needs nothing of the page.

import type { PackedFlames } from "../logic/flames";
import { drawFlames } from "../page/flame_figure";
import { unpackJson } from "../page/unpacking";

export async function awaken(identity: string): Promise<void> {
  const place = document.getElementById(identity);
  if (!place || place.dataset.alive) return;
  place.dataset.alive = "true";
  await mount(place, place.dataset.figure ?? "", place.dataset.title);
  place.setAttribute("role", "group"); // no longer a mere image
}

/** Draw into an element; where that fails, what is in it stays. */
export async function mount(place: HTMLElement, figure: string, title?: string): Promise<void> {
  try {
    const packed = await unpackJson<PackedFlames>(figure);
    window.Plotly?.purge(place); // of plotly's own page: it would resize what is gone
    drawFlames(place, packed, title || packed.title);
  } catch (error) {
    console.error("aero_nb: this figure stays still:", error);
  }
}
