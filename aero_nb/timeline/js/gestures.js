// Mouse, wheel and keys on the rows.

const CLICK_REACH = 4; // pixels a press may wander and still be a click

class Gestures {
  constructor(timeline, stage) {
    this.timeline = timeline;
    this.stage = stage;
    this.mode = "pan"; // pan, range (drag selects a range), or zoom (plotly's box)
    this.press = null;
    const listen = (type, action, options) => stage.addEventListener(type, action.bind(this), options);
    // In the capture phase, so that plotly's own wheel zoom, which waits, never sees it.
    listen("wheel", this.wheel, { capture: true, passive: false });
    listen("pointerdown", this.down, { capture: true });
    listen("pointermove", this.move);
    listen("pointerup", this.up);
    listen("pointercancel", this.cancel);
    listen("pointerleave", () => this.timeline.point(null));
    listen("dblclick", this.doubleClick);
  }

  /** Where an event lies: in the plot (x, y in CSS pixels from its corner), or null. */
  place(event) {
    const box = this.stage.getBoundingClientRect();
    const x = event.clientX - box.left - this.timeline.gutter;
    const y = event.clientY - box.top - this.timeline.top;
    const open = event.target.closest?.(".aero-menu, .aero-bar") === null; // a menu may lie over the rows
    const inside = open && x >= 0 && x < this.timeline.plotWidth && y >= 0 && y < this.timeline.plotHeight;
    return { x, y, inside, time: this.timeline.timeAt(x) };
  }

  wheel(event) {
    if (event.target.closest(".aero-menu")) return;
    const { x, y, inside, time } = this.place(event);
    const unit = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 300 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (inside && (event.shiftKey || Math.abs(dx) > Math.abs(dy))) this.timeline.pan((dx || dy) / 2);
    else if (inside) this.timeline.zoom(1.0016 ** dy, time);
    else if (x < 0 && y >= 0 && this.timeline.canScroll(dy)) this.timeline.scrollBy(dy);
    else return; // the notebook scrolls
    event.preventDefault();
    event.stopPropagation();
  }

  down(event) {
    const at = this.place(event);
    if (event.button !== 0 || !at.inside || this.mode === "zoom") return;
    this.stage.setPointerCapture(event.pointerId);
    this.timeline.root.focus({ preventScroll: true });
    const { t0, t1 } = this.timeline.view;
    const ranging = this.mode === "range" || event.shiftKey;
    this.press = { ...at, t0, t1, scroll: this.timeline.scroll, ranging, moved: false };
    event.preventDefault();
  }

  move(event) {
    const at = this.place(event);
    if (!this.press) {
      this.timeline.point(at.inside ? at : null);
      return;
    }
    const { press, timeline } = this;
    const [dx, dy] = [at.x - press.x, at.y - press.y];
    if (Math.hypot(dx, dy) > CLICK_REACH) press.moved = true;
    if (!press.moved) return;
    timeline.point(null);
    if (press.ranging) {
      const clamped = Math.min(Math.max(at.time, timeline.view.t0), timeline.view.t1);
      timeline.setRange([Math.min(press.time, clamped), Math.max(press.time, clamped)], false);
    } else {
      const shift = (dx / timeline.plotWidth) * (press.t1 - press.t0);
      timeline.setView(press.t0 - shift, press.t1 - shift);
      timeline.scrollTo(press.scroll - dy);
    }
  }

  up(event) {
    const { press, timeline } = this;
    this.press = null;
    if (!press) return;
    if (!press.moved) timeline.click(this.place(event));
    else if (press.ranging) timeline.setRange(timeline.range, true);
  }

  cancel() {
    this.press = null;
  }

  doubleClick(event) {
    if (this.mode !== "zoom" && this.place(event).inside && this.timeline.selected >= 0) this.timeline.fit();
  }
}

/** What each key does; the same list is the help text. */
const KEYS = [
  ["W", "w", "zoom in", (t) => t.zoom(0.7, t.middle)],
  ["S", "s", "zoom out", (t) => t.zoom(1 / 0.7, t.middle)],
  ["A", "a", "to the left", (t) => t.pan(-t.plotWidth * 0.2)],
  ["D", "d", "to the right", (t) => t.pan(t.plotWidth * 0.2)],
  ["F", "f", "fit the selection", (t) => t.fit()],
  ["R", "r", "numbers of the range in sight", (t) => t.selectSight()],
  ["0", "0", "show the whole trace", (t) => t.showAll()],
  ["← →", "ArrowLeft", "previous or next span of the row", (t) => t.stepSpan(-1)],
  ["", "ArrowRight", "", (t) => t.stepSpan(1)],
  ["↑ ↓", "ArrowUp", "parent or first child; without a selection scroll", (t) => t.stepLevel(-1)],
  ["", "ArrowDown", "", (t) => t.stepLevel(1)],
  ["/", "/", "search; Enter next, Shift+Enter previous", (t) => t.controls.search.focus()],
  ["N", "n", "note on the selection, or on the middle", (t) => t.controls.askNote()],
  ["Esc", "Escape", "clear selection, then search", (t) => t.escape()],
  ["?", "?", "this help", (t) => t.controls.toggleHelp()],
];

/** Handle a key of the timeline; true when it meant something. */
function pressKey(timeline, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const typing = event.target.matches("input, select, textarea");
  if (typing && event.key !== "Escape") return false;
  if ((event.key === "Enter" || event.key === " ") && event.target.closest("button")) return false;
  const wanted = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const binding = KEYS.find(([, key]) => key === wanted);
  if (!binding) return false;
  binding[3](timeline);
  return true;
}
