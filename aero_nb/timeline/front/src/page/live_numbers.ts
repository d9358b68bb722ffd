// The row of numbers of a live view, with the frame times of the last minute.

import type { LiveNumbers, LiveStore } from "../data/live";
import { Canvas } from "../draw/canvas";
import { BAD, type Theme } from "../logic/colors";
import { formatCount, formatValue, plainText } from "../logic/format";
import { el } from "./dom";

const MINUTE = 60e9;
const BUDGET = 1e9 / 60;
const HEIGHT = 38;
const WIDTH = 220;
/** What stands behind all counters, whenever those come. */
const LAST = new Set(["overwritten", "missed", "cost"]);

export class NumbersRow {
  readonly element = el("div", { class: "aero-live-numbers" });
  readonly #line = new Canvas(el("canvas", { class: "aero-live-line", role: "img" }));
  readonly #tiles = new Map<string, { tile: HTMLElement; value: HTMLElement; label: HTMLElement }>();

  constructor(private readonly store: LiveStore) {}

  update(theme: Theme, ratio: number): void {
    const { numbers } = this.store;
    if (!numbers) return;
    const known = new Set<string>();
    const tile = (key: string, value: string, label: string, bad = false) => {
      known.add(key);
      this.#tile(key, value, label, bad);
    };
    this.#frameTiles(numbers, tile);
    for (const { name, value, rate } of numbers.counters)
      tile(`counter ${name}`, formatValue(value, rate ? "/s" : ""), plainText(name, 32));
    if (numbers.overwritten) tile("overwritten", formatCount(numbers.overwritten), "records left the rings", true);
    if (numbers.missed) tile("missed", formatCount(numbers.missed), "not shown here");
    tile(
      "cost",
      `${(numbers.cpu * 100).toFixed(1)}%`,
      `of a core for this view, ${formatValue(numbers.bytes_per_s, "B/s")}`,
    );
    for (const [key, { tile: old }] of this.#tiles) {
      if (known.has(key)) continue;
      old.remove();
      this.#tiles.delete(key);
    }
    this.element.append(...[...this.#tiles.entries()].filter(([key]) => LAST.has(key)).map(([, { tile }]) => tile));
    this.#paintLine(theme, ratio);
  }

  #frameTiles(numbers: LiveNumbers, tile: (key: string, value: string, label: string, bad?: boolean) => void): void {
    if (numbers.fps === null) return;
    tile("fps", numbers.fps < 10 ? numbers.fps.toFixed(1) : formatCount(numbers.fps), "frames a second");
    if (!this.#line.element.parentElement) this.element.append(this.#line.element);
    tile("ms", numbers.frame_ms === null ? "none" : `${formatValue(numbers.frame_ms)} ms`, "a frame, last second");
    tile("low", numbers.low === null ? "?" : formatValue(numbers.low), "1% low, last minute");
    const share = numbers.frames ? (100 * numbers.late) / numbers.frames : 0;
    tile("late", `${formatCount(numbers.late)}`, `late of ${formatCount(numbers.frames)} (${share.toFixed(0)}%)`);
  }

  #tile(key: string, text: string, name: string, bad: boolean): void {
    let known = this.#tiles.get(key);
    if (!known) {
      const [value, label] = [el("b"), el("span")];
      known = { tile: el("div", { class: "aero-live-number", "data-number": key }, value, label), value, label };
      this.#tiles.set(key, known);
      this.element.append(known.tile);
    }
    known.tile.classList.toggle("aero-live-bad", bad);
    if (known.value.textContent !== text) known.value.textContent = text;
    if (known.label.textContent !== name) known.label.textContent = name;
  }

  /** The longest frame of each pixel of the last minute, and the time of one at 60 a second. */
  #paintLine(theme: Theme, ratio: number): void {
    const { frames, now } = this.store;
    if (!frames.added) return;
    this.#line.resize(WIDTH, HEIGHT, ratio);
    const { context: c, width, height, r } = this.#line;
    const longest = new Float64Array(width);
    let most = 2 * BUDGET;
    const tallest = 6 * BUDGET; // one hang must not flatten all others
    for (let row = frames.added - 1; row >= frames.first; row -= 1) {
      const at = frames.at(row);
      const [start, length] = [frames.columns.time[at], frames.columns.value[at]];
      const pixel = Math.floor((1 - (now - start) / MINUTE) * width);
      if (pixel < 0) break;
      longest[pixel] = Math.max(longest[pixel], length);
      most = Math.min(Math.max(most, length), tallest);
    }
    c.clearRect(0, 0, width, height);
    c.fillStyle = theme.band;
    c.fillRect(0, 0, width, height);
    longest.forEach((length, pixel) => {
      const high = Math.min(length / most, 1) * height;
      c.fillStyle = length > 1.1 * BUDGET ? BAD : theme.faint;
      if (length) c.fillRect(pixel, height - high, 1, high);
    });
    c.fillStyle = theme.mark;
    c.fillRect(0, Math.round(height * (1 - BUDGET / most)), width, Math.max(Math.round(r / 2), 1));
    const milliseconds = formatValue(most / 1e6);
    this.#line.element.title = `frame times of the last minute, to ${milliseconds} ms; the line is 1/60 s`;
    this.#line.element.setAttribute("aria-label", this.#line.element.title);
  }
}
