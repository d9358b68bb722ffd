// Selecting spans and ranges, by mouse, key and search, and bringing them into sight.

import { hitAt, type Place } from "../logic/hits";
import type { Interval } from "../logic/hosts";
import { PROCESS_HEIGHT, ROW_HEIGHT } from "../logic/layout";
import { sameNameBeside } from "../logic/same_name";
import type { TimelineState } from "../logic/state";
import { SHORTEST } from "../logic/viewport";
import type { Actions, SelectingActions } from "./actions";
import type { Panel } from "./panel";

const TINY = 3; // CSS pixels below which a span is zoomed to
const ROOM = 40; // times its duration that are shown around such a span

export class Selecting implements SelectingActions {
  constructor(
    private readonly state: TimelineState,
    private readonly panel: Panel,
    private readonly actions: Actions,
  ) {}

  at(place: Place): void {
    const hit = hitAt(this.state.picture, place);
    if (hit?.kind === "span") this.span(hit.span, false);
    else if (hit) this.panel.showInstant(hit.instant);
    else this.clear();
    this.actions.draw();
  }

  span(span: number, reveal: boolean): void {
    const { host } = this.actions;
    this.state.selected = span;
    this.state.range = null;
    this.state.rangeBands = null;
    host.set("selection_range", null);
    host.set("selection_tracks", null);
    host.set("_selected", span);
    this.panel.showSpan(span);
    if (reveal) this.#reveal(span);
    else this.#scrollToRow(span); // the panel may have taken its place
    this.actions.draw();
  }

  /** Bring a span into sight without more zoom than needed. */
  #reveal(span: number): void {
    const { store, layout, view, size } = this.state;
    if (layout.uncover(store.bandOf(span), store.rowOf(span))) this.actions.arranged();
    this.#scrollToRow(span);
    const [start, length] = [store.start[span], store.duration[span]];
    const pixels = (length / view.duration) * size.plotWidth;
    const outside = start >= view.t1 || start + length <= view.t0 || length > view.duration;
    if (outside) view.center(start, length);
    else if (pixels < TINY) {
      const middle = start + length / 2;
      const half = Math.max(length * ROOM, SHORTEST) / 2;
      view.show(middle - half, middle + half);
    }
  }

  #scrollToRow(span: number): void {
    const { store, layout, size, scroll } = this.state;
    const strip = layout.stripOf(store.bandOf(span));
    const place = strip?.rows.find(({ row }) => row === store.rowOf(span));
    if (!strip || !place || strip.pinned) return;
    const y = strip.y + place.top;
    const seen = y - scroll >= layout.pinnedHeight + PROCESS_HEIGHT && y + ROW_HEIGHT - scroll <= size.plotHeight;
    if (!seen) this.actions.scrollTo(y - size.plotHeight / 2);
  }

  range(range: Interval | null, finished: boolean, bands: ReadonlySet<number> | null = null): void {
    const { state, actions } = this;
    state.range = range;
    state.rangeBands = bands;
    state.selected = -1;
    actions.draw();
    if (!finished || !range) return;
    this.panel.showRange(...range);
    actions.host.set("_selected", -1);
    actions.host.set("selection_tracks", bands && state.layout.tracksOf(bands));
    actions.host.set("selection_range", [state.toUs(range[0]), state.toUs(range[1])]);
  }

  sight(): void {
    const { view, store } = this.state;
    this.range([Math.max(view.t0, 0), Math.min(view.t1, store.end)], true);
  }

  clear(): void {
    const { state, actions } = this;
    state.selected = -1;
    state.range = null;
    state.rangeBands = null;
    this.panel.clear();
    actions.host.set("_selected", -1);
    actions.host.set("selection_range", null);
    actions.host.set("selection_tracks", null);
    actions.draw();
  }

  stepSpan(step: 1 | -1): void {
    const { store, selected, view } = this.state;
    if (selected < 0) {
      view.pan(step * 0.1);
      return;
    }
    const to = selected + step;
    const inRow = to >= 0 && to < store.size && store.rowOf(to) === store.rowOf(selected);
    if (inRow) this.span(to, true);
  }

  stepName(step: 1 | -1): void {
    const { store, selected } = this.state;
    const to = selected < 0 ? -1 : sameNameBeside(store, selected, step);
    if (to >= 0) this.span(to, true);
    else if (selected >= 0) this.actions.say(`no ${step > 0 ? "later" : "earlier"} span of this name`);
  }

  stepFlow(step: 1 | -1): void {
    const { store, selected } = this.state;
    if (selected < 0) return;
    const { to, from } = store.flowsOf(selected);
    const [other] = step > 0 ? to : from;
    if (other !== undefined) this.span(other, true);
    else this.actions.say(step > 0 ? "no flow leads on from here" : "no flow comes here");
  }

  stepLevel(step: 1 | -1): void {
    const { store, selected, scroll } = this.state;
    if (selected < 0) {
      this.actions.scrollTo(scroll + step * 3 * ROW_HEIGHT);
      return;
    }
    const to = step < 0 ? store.parent[selected] : (store.children(selected)[0] ?? -1);
    if (to >= 0) this.span(to, true);
  }
}
