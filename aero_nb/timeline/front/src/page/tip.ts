// What the mouse is told: the span, the instant or the loss under it.

import { formatCount, formatDuration, plainText } from "../logic/format";
import { type Hit, hitAt, lostAt, type Place } from "../logic/hits";
import type { TimelineState } from "../logic/state";
import { againstOther } from "../logic/words";
import { el } from "./dom";

export class Tip {
  constructor(
    private readonly element: HTMLElement,
    private readonly state: TimelineState,
  ) {}

  /** Show what lies at the pointer, beside it; nothing where nothing lies. */
  show(): void {
    const at = this.state.pointer;
    const { lines } = this;
    this.element.hidden = !lines;
    if (!at || !lines) return;
    this.element.replaceChildren(...lines.map((text, n) => el(n ? "div" : "b", {}, text)));
    const { gutter, top, width, height } = this.state.size;
    const left = Math.min(gutter + at.x + 14, width - this.element.offsetWidth - 4);
    const below = top + at.y + 18;
    const fits = below + this.element.offsetHeight < height;
    const above = Math.max(top + at.y - this.element.offsetHeight - 10, 0);
    this.element.style.left = `${Math.max(left, 0)}px`;
    this.element.style.top = `${fits ? below : above}px`;
  }

  /** What there is to say of the pointer's place; null for nothing. */
  get lines(): string[] | null {
    const at = this.state.pointer;
    if (!at) return null;
    const hit = hitAt(this.state.picture, at);
    return hit ? hitLines(this.state, hit) : this.#lostLines(at);
  }

  /** Over hatching: what is missing there and why. */
  #lostLines(at: Place): string[] | null {
    const found = lostAt(this.state.picture, at);
    if (!found) return null;
    const [from, to, why] = found.lost;
    return [why, `${plainText(found.band.title)}, ${this.state.scale.length(to - from)}`];
  }
}

function hitLines(state: TimelineState, hit: Hit): string[] {
  const { store } = state;
  if (hit.kind === "instant") {
    const { name, time } = store.instants;
    return [plainText(store.names[name[hit.instant]]), `instant at ${state.moment(time[hit.instant])}`];
  }
  const { span, totals } = hit;
  const open = store.unfinished.has(span) ? " so far: not ended in this trace" : "";
  const name = plainText(store.nameOf(span));
  const duration = `${formatDuration(store.host.duration[span])}${open}`;
  const where = `${plainText(store.bandOf(span).title)}, at ${state.moment(store.start[span])}`;
  if (totals.count === 1) {
    const other = store.counterpart(span) < 0 ? [] : [againstOther(store, span)];
    return [name, duration, `self ${formatDuration(store.selfTime[span])}`, where, ...other];
  }
  const share = Math.round(100 * totals.share);
  const mostly = plainText(store.names[totals.name]);
  return [`${formatCount(totals.count)} spans, mostly ${mostly} (${share}%)`, `longest: ${name}, ${duration}`, where];
}
