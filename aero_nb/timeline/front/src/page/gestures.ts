// Mouse and wheel on the rows.

import type { Place } from "../logic/hits";
import type { TimelineState } from "../logic/state";
import type { Actions, DragMode } from "./actions";

const CLICK_REACH = 4; // pixels a press may wander and still be a click
const EDGE_REACH = 5; // pixels within which an edge of the range is taken
const WHEEL_ZOOM = 1.0016; // times the duration in sight for each pixel of the wheel
// Pixels for each unit of WheelEvent.deltaMode: pixels, lines, pages.
const WHEEL_UNITS = [1, 18, 300];

interface Press extends Place {
  t0: number;
  t1: number;
  scroll: number;
  ranging: boolean;
  /** On which bands; "area": on those that the press passes over. */
  bands: ReadonlySet<number> | "area" | null;
  moved: boolean;
}

export class Gestures {
  mode: DragMode = "pan";
  #press: Press | null = null;

  constructor(
    private readonly stage: HTMLElement,
    private readonly state: TimelineState,
    private readonly actions: Actions,
    private readonly focus: () => void,
  ) {
    // In the capture phase, so that plotly's own wheel zoom, which waits, never sees it.
    stage.addEventListener("wheel", (event) => this.#wheel(event), { capture: true, passive: false });
    stage.addEventListener("pointerdown", (event) => this.#down(event), { capture: true });
    stage.addEventListener("pointermove", (event) => this.#move(event));
    stage.addEventListener("pointerup", (event) => this.#up(event));
    stage.addEventListener("pointercancel", () => {
      this.#press = null;
    });
    stage.addEventListener("pointerleave", () => this.actions.point(null));
    stage.addEventListener("dblclick", (event) => this.#doubleClick(event));
  }

  /** Where an event lies in the plot, and whether that is inside it. */
  #place(event: MouseEvent): Place & { inside: boolean } {
    const { gutter, top, plotWidth, plotHeight } = this.state.size;
    const box = this.stage.getBoundingClientRect();
    const x = event.clientX - box.left - gutter;
    const y = event.clientY - box.top - top;
    const covered = (event.target as Element).closest?.(".aero-menu, .aero-bar"); // a menu may lie over the rows
    const inside = covered === null && x >= 0 && x < plotWidth && y >= 0 && y < plotHeight;
    return { x, y, inside, time: this.state.timeAt(x) };
  }

  #wheel(event: WheelEvent): void {
    if ((event.target as Element).closest(".aero-menu")) return;
    const { x, y, inside, time } = this.#place(event);
    const unit = WHEEL_UNITS[event.deltaMode] ?? 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const { view, size, scroll } = this.state;
    const zooms = event.ctrlKey || event.metaKey || this.state.wheelZooms;
    if (inside && (event.shiftKey || Math.abs(dx) > Math.abs(dy))) view.pan((dx || dy) / 2 / size.plotWidth);
    else if (inside && zooms) view.zoom(WHEEL_ZOOM ** dy, time);
    else if ((inside || x < 0) && y >= 0 && this.#canScroll(dy)) this.actions.scrollTo(scroll + dy);
    else return; // the notebook scrolls
    event.preventDefault();
    event.stopPropagation();
  }

  #canScroll(by: number): boolean {
    const { layout, size, scroll } = this.state;
    const most = layout.height - size.plotHeight;
    return most > 0 && (by > 0 ? scroll < most : scroll > 0);
  }

  #down(event: PointerEvent): void {
    const at = this.#place(event);
    if (event.button !== 0 || !at.inside || this.mode === "zoom") return;
    this.stage.setPointerCapture(event.pointerId);
    this.focus();
    const { view, scroll } = this.state;
    const held = event.shiftKey ? null : this.#otherEdge(at.x); // with Shift it is a new range
    const area = this.mode === "area" || (event.shiftKey && (event.ctrlKey || event.metaKey));
    const ranging = held !== null || area || this.mode === "range" || event.shiftKey;
    const bands = held !== null ? this.state.rangeBands : area ? "area" : null;
    this.#press = { ...at, time: held ?? at.time, t0: view.t0, t1: view.t1, scroll, ranging, bands, moved: false };
    event.preventDefault();
  }

  /** Where an edge of the selected range lies at `x`, the time of its other edge. */
  #otherEdge(x: number): number | null {
    const { range, view, size } = this.state;
    if (!range) return null;
    const distances = range.map((time) => Math.abs(((time - view.t0) / view.duration) * size.plotWidth - x));
    const near = distances[0] < distances[1] ? 0 : 1;
    return distances[near] <= EDGE_REACH ? range[1 - near] : null;
  }

  #move(event: PointerEvent): void {
    const at = this.#place(event);
    const press = this.#press;
    if (!press) {
      this.stage.classList.toggle("aero-at-edge", at.inside && this.#otherEdge(at.x) !== null);
      this.actions.point(at.inside ? at : null);
      return;
    }
    const [dx, dy] = [at.x - press.x, at.y - press.y];
    if (Math.hypot(dx, dy) > CLICK_REACH) press.moved = true;
    if (!press.moved) return;
    this.actions.point(null);
    if (press.ranging) this.#range(press, at);
    else this.#pan(press, dx, dy);
  }

  #range(press: Press, at: Place): void {
    const { view, layout, scroll } = this.state;
    const clamped = Math.min(Math.max(at.time, view.t0), view.t1);
    const bands = press.bands === "area" ? layout.bandsBetween(press.y, at.y, scroll) : press.bands;
    this.actions.selecting.range([Math.min(press.time, clamped), Math.max(press.time, clamped)], false, bands);
  }

  #pan(press: Press, dx: number, dy: number): void {
    const shift = (dx / this.state.size.plotWidth) * (press.t1 - press.t0);
    this.state.view.show(press.t0 - shift, press.t1 - shift);
    this.actions.scrollTo(press.scroll - dy);
  }

  #up(event: PointerEvent): void {
    const press = this.#press;
    this.#press = null;
    if (!press) return;
    if (!press.moved) this.actions.selecting.at(this.#place(event));
    else if (press.ranging) this.actions.selecting.range(this.state.range, true, this.state.rangeBands);
  }

  #doubleClick(event: MouseEvent): void {
    const selected = this.state.selected >= 0;
    if (this.mode !== "zoom" && selected && this.#place(event).inside) this.actions.fit();
  }
}
