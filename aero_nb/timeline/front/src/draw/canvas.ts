// A canvas with its size in device pixels.

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

export class Canvas {
  readonly context: CanvasRenderingContext2D;
  /** Device pixels for each CSS pixel. */
  r = 1;

  constructor(
    readonly element: HTMLCanvasElement,
    options: CanvasRenderingContext2DSettings = {},
  ) {
    const context = element.getContext("2d", options);
    if (!context) throw new Error("this browser draws no canvas");
    this.context = context;
  }

  get width(): number {
    return this.element.width;
  }

  get height(): number {
    return this.element.height;
  }

  /** Take a size in CSS pixels; true when it is new (a canvas that is resized is empty). */
  resize(width: number, height: number, ratio: number): boolean {
    const [w, h] = [Math.max(Math.round(width * ratio), 1), Math.max(Math.round(height * ratio), 1)];
    const changed = this.width !== w || this.height !== h || this.r !== ratio;
    this.r = ratio;
    if (changed) Object.assign(this.element, { width: w, height: h });
    return changed;
  }
}

/** A text where it fits, else its beginning and its end: names of one kind differ at the end. */
export function fittingMiddle(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  const letters = Array.from(text);
  const cut = (count: number) =>
    `${letters.slice(0, Math.ceil(count / 2)).join("")}…${letters.slice(-Math.floor(count / 2)).join("")}`;
  let [low, high] = [2, letters.length]; // of letters that stay: `low` do at least
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (context.measureText(cut(middle)).width <= room) low = middle;
    else high = middle;
  }
  return cut(low);
}

/** A text where it fits, cut with an ellipsis where a few letters do, nothing where none would. */
export function fitting(context: CanvasRenderingContext2D, text: string, width: number, room: number): string {
  if (width <= room) return text;
  const letters = Array.from(text);
  const cut = (count: number) => `${letters.slice(0, count).join("")}…`;
  let count = Math.floor((letters.length * room) / width);
  while (count >= 2 && context.measureText(cut(count)).width > room) count -= 1;
  return count >= 2 ? cut(count) : "";
}
