// The overview strip: how busy the whole trace is over time, and the window that is in sight.

import type { Store } from "../data/store";
import { mix } from "../logic/colors";
import type { Found } from "../logic/raster";
import type { TimelineState } from "../logic/state";
import type { Canvas } from "./canvas";

const OVERVIEW_HEIGHT = 36;
const THINNEST = 0.02; // of a pixel, for spans without duration
const NEWLY_DRAWN = 1 / 300; // of the trace, from which a drag draws a window

type Grip = { kind: "window"; offset: number } | { kind: "draw"; from: number; drawn: boolean };

export class Overview {
  #picture: ImageData | null = null;
  /** The search's hits by pixel, and of which search they are. */
  #hits: { found: Found; pixels: Uint8Array } = { found: null, pixels: new Uint8Array(0) };

  constructor(
    readonly target: Canvas,
    private readonly state: TimelineState,
  ) {
    this.#listen();
  }

  /** One thin line for each band, of its top row: the share of each pixel that spans cover, as depth of colour. */
  draw(width: number, ratio: number): void {
    const { store, theme } = this.state;
    this.target.resize(width, OVERVIEW_HEIGHT, ratio);
    const { context: c, width: w, height: h } = this.target;
    c.fillStyle = theme.band;
    c.fillRect(0, 0, w, h);
    const bands = store.bands.filter((band) => band.rows);
    const high = Math.max(h / Math.max(bands.length, 1), 1);
    bands.forEach((band, n) => {
      const cover = coverOf(store, band.first_row, w);
      c.fillStyle = mix(theme.ink, theme.band, 0.8);
      for (let pixel = 0; pixel < w; pixel += 1) {
        if (cover[pixel] === 0) continue;
        c.globalAlpha = 0.25 + 0.75 * Math.min(cover[pixel], 1);
        c.fillRect(pixel, Math.floor(n * high), 1, Math.max(Math.ceil(high) - 1, 1));
      }
    });
    c.globalAlpha = 1;
    this.#picture = c.getImageData(0, 0, w, h);
    this.mark();
  }

  /** Show which part is in sight. */
  mark(): void {
    if (!this.#picture) return;
    const { context: c, width, height } = this.target;
    const { view, store, theme } = this.state;
    c.putImageData(this.#picture, 0, 0);
    const left = (view.t0 / store.end) * width;
    const right = Math.max((view.t1 / store.end) * width, left + 3);
    c.fillStyle = mix(theme.paper, theme.faint, 0.5);
    c.globalAlpha = 0.55;
    c.fillRect(0, 0, left, height);
    c.fillRect(right, 0, width - right, height);
    c.globalAlpha = 1;
    this.#markHits();
    c.strokeStyle = theme.select;
    c.lineWidth = 2;
    c.strokeRect(left + 1, 1, Math.max(right - left - 2, 1), height - 2);
  }

  /** Where a search found spans: marks along the lower edge. */
  #markHits(): void {
    const { found } = this.state.search;
    const { context: c, width, height, r } = this.target;
    if (found === null) return;
    if (this.#hits.found !== found || this.#hits.pixels.length !== width) {
      this.#hits = { found, pixels: hitPixels(this.state.store, found, width) };
    }
    c.fillStyle = this.state.theme.mark;
    const { pixels } = this.#hits;
    for (let x = 0; x < width; x += 1) if (pixels[x]) c.fillRect(x, height - 8 * r, Math.max(r, 1), 6 * r);
  }

  /** Drag the window along, or draw a new one beside it. */
  #listen(): void {
    const { element } = this.target;
    let grip: Grip | null = null;
    element.addEventListener("pointerdown", (event) => {
      grip = this.#gripAt(this.#timeAt(event));
      element.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    element.addEventListener("pointermove", (event) => {
      if (grip) this.#pull(grip, this.#timeAt(event));
    });
    element.addEventListener("pointerup", (event) => {
      if (grip?.kind === "draw" && !grip.drawn) this.#jump(this.#timeAt(event));
      grip = null;
    });
    element.addEventListener("lostpointercapture", () => {
      grip = null;
    });
  }

  #timeAt(event: PointerEvent): number {
    const box = this.target.element.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * this.state.store.end;
  }

  #gripAt(time: number): Grip {
    const { view, store } = this.state;
    const whole = view.duration > 0.98 * store.end;
    const inside = time >= view.t0 && time <= view.t1;
    return inside && !whole ? { kind: "window", offset: time - view.t0 } : { kind: "draw", from: time, drawn: false };
  }

  #pull(grip: Grip, time: number): void {
    const { view, store } = this.state;
    if (grip.kind === "window") view.show(time - grip.offset, time - grip.offset + view.duration);
    else if (Math.abs(time - grip.from) > store.end * NEWLY_DRAWN) {
      view.show(Math.min(time, grip.from), Math.max(time, grip.from));
      grip.drawn = true;
    }
  }

  #jump(time: number): void {
    const { view } = this.state;
    const half = view.duration / 2;
    view.show(time - half, time + half);
  }
}

function hitPixels({ start, end, size }: Store, found: Uint8Array, width: number): Uint8Array {
  const pixels = new Uint8Array(width);
  for (let i = 0; i < size; i += 1) if (found[i]) pixels[Math.floor((start[i] / end) * width)] = 1;
  return pixels;
}

/** Of each pixel of the whole trace, the share that a row's spans cover. */
function coverOf(store: Store, row: number, width: number): Float64Array {
  const cover = new Float64Array(width);
  const scale = width / store.end;
  for (let i = store.rowStart[row]; i < store.rowStart[row + 1]; i += 1) {
    const left = store.start[i] * scale;
    const right = Math.max(store.endOf(i) * scale, left + THINNEST);
    for (let pixel = Math.floor(left); pixel < right && pixel < width; pixel += 1) {
      cover[pixel] += Math.min(right, pixel + 1) - Math.max(left, pixel);
    }
  }
  return cover;
}
