// What is in sight as a PNG file: names, axis and rows.

import { type Canvas, FONT } from "../draw/canvas";
import { plainText } from "../logic/format";
import type { TimelineState } from "../logic/state";
import { el } from "./dom";
import type { TrackNames } from "./track_names";

const AXIS_HEIGHT = 24; // CSS pixels above the rows

/** Save names, axis and the layers of the plot as a PNG file. */
export function savePicture(state: TimelineState, names: TrackNames, layers: Canvas[]): void {
  const { width, gutter, plotWidth, plotHeight } = state.size;
  const ratio = layers[0].r;
  const canvas = el("canvas");
  canvas.width = width * ratio;
  canvas.height = (plotHeight + AXIS_HEIGHT) * ratio;
  const c = canvas.getContext("2d");
  if (!c) return;
  c.scale(ratio, ratio);
  c.fillStyle = state.theme.paper;
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.font = `11px ${FONT}`;
  c.fillStyle = state.theme.ink;
  const { values, labels } = state.ticks;
  values.forEach((value, i) => {
    const x = gutter + ((value - state.view.t0) / state.view.duration) * plotWidth;
    c.fillText(labels[i], x + 3, 15);
  });
  for (const { strip, y } of names.lines) {
    const title = strip.kind === "band" ? strip.band.title : strip.title;
    c.fillText(plainText(title, 24), 8, y + AXIS_HEIGHT + 14, gutter - 12);
  }
  for (const { element } of layers) c.drawImage(element, gutter, AXIS_HEIGHT, plotWidth, plotHeight);
  el("a", { href: canvas.toDataURL("image/png"), download: "timeline.png" }).click();
}
