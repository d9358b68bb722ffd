// What the parts of a timeline ask of the whole.

import type { Place } from "../logic/hits";
import type { ColorMode, Host } from "../logic/hosts";
import type { Searching } from "./searching";
import type { Selecting } from "./selecting";

export type DragMode = "pan" | "range" | "zoom";

export interface Actions {
  readonly host: Host;
  readonly selecting: Selecting;
  readonly searching: Searching;
  /** Paint in the next frame. */
  draw(): void;
  /** Lay out afresh: sizes, strips and names. */
  relayout(): void;
  recolor(mode: ColorMode): void;
  scrollTo(y: number): void;
  setDrag(mode: DragMode): void;
  /** Let a screen reader say this once. */
  say(text: string): void;
  /** The mouse is at a place of the plot, or gone (null). */
  point(at: Place | null): void;
  fit(): void;
  /** Escape: an open menu first, then the selection, then the search. */
  escape(): void;
  savePicture(): void;
}
