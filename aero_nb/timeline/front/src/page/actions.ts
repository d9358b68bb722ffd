// What the parts of a timeline ask of the whole.

import type { Place } from "../logic/hits";
import type { ColorMode, Host, Interval } from "../logic/hosts";
import type { NamedStrip } from "../logic/layout";

export type DragMode = "pan" | "range" | "area" | "zoom";

/** Selecting spans and ranges. */
export interface SelectingActions {
  /** Select what lies at a place; nothing there clears the selection. */
  at(place: Place): void;
  /** Select a span, show its details; `reveal` also brings it into sight. */
  span(span: number, reveal: boolean): void;
  /** Select a range of time, on all tracks or on some bands; its numbers are shown once it is `finished`. */
  range(range: Interval | null, finished: boolean, bands?: ReadonlySet<number> | null): void;
  /** Select what is in sight: a range without a mouse. */
  sight(): void;
  clear(): void;
  /** Along the row; without a selection pan. */
  stepSpan(step: 1 | -1): void;
  /** To the previous or next span of the selected one's name. */
  stepName(step: 1 | -1): void;
  /** Along the first flow that leads on from the selected span, or back along the first that comes to it. */
  stepFlow(step: 1 | -1): void;
  /** Up to the parent, or down to the first child; without a selection scroll. */
  stepLevel(step: 1 | -1): void;
}

/** Searching, and stepping through what was found. */
export interface SearchingActions {
  find(query: string): void;
  /** Put a query into the box, too. */
  show(query: string): void;
  next(direction: 1 | -1): void;
  /** Show what was found as a table, longest first. */
  list(): void;
}

export interface Actions {
  readonly host: Host;
  readonly selecting: SelectingActions;
  readonly searching: SearchingActions;
  /** Paint in the next frame. */
  draw(): void;
  /** Lay out afresh: sizes, strips and names. */
  relayout(): void;
  /** Lay out afresh, and tell the model which tracks are shown, pinned and collapsed, and counters' scales. */
  arranged(): void;
  recolor(mode: ColorMode): void;
  scrollTo(y: number): void;
  setDrag(mode: DragMode): void;
  /** Let a screen reader say this once. */
  say(text: string): void;
  /** The mouse is at a place of the plot, or gone (null). */
  point(at: Place | null): void;
  fit(): void;
  /** Open the menu of a track's or process's name. */
  openLabel(strip: NamedStrip): void;
  /** Fold the tracks with nothing in sight, from now on, or show all of them again. */
  toggleIdle(): void;
  /** Escape: an open menu first, then the selection, then the search. */
  escape(): void;
  /** Fill the screen, or leave it; fails where the page may not (frames without that permission). */
  toggleFullscreen(): Promise<void>;
  savePicture(): void;
}
