// A flow's arrow between two spans, in device pixels.

import type { Theme } from "../logic/colors";
import type { Canvas } from "./canvas";

export interface ArrowEnd {
  x: number;
  y: number;
}

export function drawArrow(
  { context: c, r }: Canvas,
  theme: Theme,
  { start, end }: { start: ArrowEnd; end: ArrowEnd },
): void {
  const { x: x0, y: y0 } = start;
  const { x: x1, y: y1 } = end;
  const curve = Math.max(Math.abs(x1 - x0) / 2, 20 * r);
  const head = 6 * r;
  // A wide line of paper under the arrow keeps it legible over spans.
  for (const [color, width] of [
    [theme.paper, 4 * r],
    [theme.select, 1.6 * r],
  ] as const) {
    c.strokeStyle = color;
    c.fillStyle = color;
    c.lineWidth = width;
    c.beginPath();
    c.moveTo(x0, y0);
    c.bezierCurveTo(x0 + curve, y0, x1 - curve, y1, x1 - head, y1);
    c.stroke();
  }
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x1 - head, y1 - head / 1.6);
  c.lineTo(x1 - head, y1 + head / 1.6);
  c.fill();
}
