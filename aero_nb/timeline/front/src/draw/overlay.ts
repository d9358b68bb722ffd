// What lies over the rows: crosshair, selection, flow arrows, notes. Cheap to redraw at each move of the mouse.

import { counterAt } from "../logic/counters";
import { formatValue, plainText } from "../logic/format";
import { COUNTER_HEIGHT } from "../logic/layout";
import type { Note, TimelineState } from "../logic/state";
import { type ArrowEnd, drawArrow } from "./arrow";
import { type Canvas, FONT } from "./canvas";

export interface Box {
  left: number;
  right: number;
  top: number;
  height: number;
}

/** An end of a flow's arrow; `beyond`: its span is out of sight. */
interface FlowEnd extends ArrowEnd {
  span: number;
  beyond: boolean;
}

export class Overlay {
  constructor(
    readonly target: Canvas,
    private readonly state: TimelineState,
  ) {}

  #x(time: number): number {
    const { t0, duration } = this.state.view;
    return ((time - t0) / duration) * this.target.width;
  }

  draw(): void {
    const { context: c, width, height, r } = this.target;
    const { notes, range, selected, pointer } = this.state;
    c.clearRect(0, 0, width, height);
    c.font = `${11 * r}px ${FONT}`;
    c.textBaseline = "middle";
    for (const note of notes) this.#drawNote(note);
    if (range) this.#drawRange(...range);
    if (selected >= 0) {
      this.#drawFlows(selected);
      this.#outline(selected);
    }
    if (pointer) this.#drawCrosshair(pointer.time);
  }

  #drawRange(from: number, to: number): void {
    const { context: c, r } = this.target;
    const { theme } = this.state;
    const [left, right] = [this.#x(from), this.#x(to)];
    const heights = this.#rangeHeights();
    for (const [top, height] of heights) {
      c.fillStyle = theme.shade;
      c.fillRect(left, top, right - left, height);
      c.fillStyle = theme.select;
      for (const x of [left, right]) c.fillRect(Math.round(x), top, Math.max(Math.round(r), 1), height);
    }
    const top = Math.max(heights[0]?.[0] ?? 0, 16 * r); // below the crosshair's time
    this.#flag(this.state.scale.length(to - from), (left + right) / 2, top + 10 * r, true);
  }

  /** [top, height] of all that the range is on. */
  #rangeHeights(): [number, number][] {
    const { height, r } = this.target;
    const { layout, rangeBands, scroll } = this.state;
    if (!rangeBands) return [[0, height]];
    return layout.strips.flatMap((strip): [number, number][] => {
      if (strip.kind !== "band" || !rangeBands.has(strip.band.number)) return [];
      const y = layout.topOf(strip, scroll);
      const top = strip.pinned ? y : Math.max(y, layout.pinnedHeight);
      return y + strip.height > top ? [[top * r, (y + strip.height - top) * r]] : [];
    });
  }

  #drawNote({ start, duration, text }: Note): void {
    const { context: c, width, height, r } = this.target;
    const { theme } = this.state;
    const [left, right] = [this.#x(start), this.#x(start + duration)];
    if (right < 0 || left > width) return;
    c.fillStyle = theme.shade;
    c.fillRect(left, 0, Math.max(right - left, 0), height);
    c.fillStyle = theme.mark;
    c.fillRect(Math.round(left), 0, Math.max(Math.round(1.5 * r), 1), height);
    this.#flag(plainText(text, 40), Math.max(left, 0) + 2 * r, height - 10 * r, false);
  }

  #drawCrosshair(time: number): void {
    const { context: c, height, r } = this.target;
    const x = Math.round(this.#x(time));
    c.fillStyle = this.state.theme.faint;
    c.fillRect(x, 0, Math.max(Math.round(r), 1), height);
    this.#flag(this.state.moment(time), x + 4 * r, 8 * r, false);
    this.#counterValues(time);
  }

  /** At the crosshair, the value of each counter in sight. */
  #counterValues(time: number): void {
    const { state } = this;
    const { height, r } = this.target;
    for (const strip of state.layout.strips) {
      if (strip.kind !== "band" || strip.band.kind !== "counter") continue;
      const y = state.layout.topOf(strip, state.scroll) + COUNTER_HEIGHT / 2;
      if (state.layout.collapsed.has(strip.band.number) || y < 0 || y * r > height) continue;
      const value = counterAt(state.counters.get(strip.band, state.counterMode), time);
      const text = formatValue(value, state.counterUnit(strip.band.unit));
      if (!Number.isNaN(value)) this.#flag(text, this.#x(time) + 4 * r, y * r, false);
    }
  }

  /** A short text on a plate, so that it reads over anything; kept inside the canvas. */
  #flag(text: string, x: number, y: number, centred: boolean): void {
    const { context: c, width: canvasWidth, r } = this.target;
    const { theme } = this.state;
    const width = c.measureText(text).width + 8 * r;
    const beside = x + width > canvasWidth ? x - width - 8 * r : x;
    const wanted = centred ? x - width / 2 : beside;
    const left = Math.min(Math.max(wanted, 0), Math.max(canvasWidth - width, 0));
    c.fillStyle = theme.band;
    c.fillRect(left, y - 8 * r, width, 16 * r);
    c.strokeStyle = theme.line;
    c.lineWidth = r;
    c.strokeRect(left, y - 8 * r, width, 16 * r);
    c.fillStyle = theme.ink;
    c.fillText(text, left + 4 * r, y + r / 2);
  }

  #outline(span: number): void {
    const box = this.boxOf(span);
    if (!box) return;
    const { context: c, r } = this.target;
    c.strokeStyle = this.state.theme.select;
    c.lineWidth = 2 * r;
    c.strokeRect(box.left - r, box.top - r, Math.max(box.right - box.left, r) + 2 * r, box.height + 2 * r);
  }

  /** Where a span lies on the canvas, or null while its band is hidden or closed. */
  boxOf(span: number): Box | null {
    const { store, layout, scroll } = this.state;
    const { width, r } = this.target;
    const row = store.rowOf(span);
    const strip = layout.stripOf(store.bands[store.bandOfRow[row]]);
    const place = strip?.rows.find((each) => each.row === row);
    if (!strip || !place) return null;
    const top = layout.topOf(strip, scroll) + place.top;
    const left = Math.max(this.#x(store.start[span]), -8);
    const right = Math.min(this.#x(store.endOf(span)), width + 8);
    return { left, right, top: top * r, height: place.height * r };
  }

  /** Arrows of the flows that begin or end at a span. */
  #drawFlows(span: number): void {
    const [from, to] = this.state.store.flows;
    for (let i = 0; i < from.span.length; i += 1) {
      if (from.span[i] !== span && to.span[i] !== span) continue;
      if (from.span[i] < 0 || to.span[i] < 0) continue;
      const start = this.#flowEnd(from.span[i], from.time[i], span);
      const end = this.#flowEnd(to.span[i], to.time[i], span);
      if (start && end) drawArrow(this.target, this.state.theme, { start, end });
      for (const far of [start, end]) if (far?.beyond) this.#nameBeyond(far);
    }
  }

  /** Where an arrow's end is drawn: at the edge, if it lies out of sight, or level with `near` if its track is hidden. */
  #flowEnd(span: number, time: number, near: number): FlowEnd | null {
    const { width, height } = this.target;
    const own = this.boxOf(span);
    const box = own ?? this.boxOf(near);
    if (!box) return null;
    const wanted = { x: this.#x(time), y: box.top + box.height / 2 };
    const x = Math.min(Math.max(wanted.x, 0), width);
    const y = Math.min(Math.max(wanted.y, 0), height);
    const beyond = span !== near && (own === null || x !== wanted.x || y !== wanted.y);
    return { x, y, span, beyond };
  }

  /** At the edge: the span that is out of sight. */
  #nameBeyond({ x, y, span }: FlowEnd): void {
    const { height, r } = this.target;
    const inside = Math.min(Math.max(y + 14 * r, 10 * r), height - 10 * r);
    this.#flag(plainText(this.state.store.nameOf(span), 40), x + 4 * r, inside, false);
  }
}
