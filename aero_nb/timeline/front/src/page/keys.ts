// What each key does; the same list is the help text.

import type { Viewport } from "../logic/viewport";
import type { Actions } from "./actions";

const ZOOM = 0.7; // of the duration in sight
const PAN = 0.2;

/** What keys act on. */
export interface KeyTarget {
  readonly view: Viewport;
  readonly actions: Actions;
  readonly toolbar: { focusSearch(): void; askNote(): void; toggleHelp(): void };
}

interface Binding {
  /** The key as the help shows it; "" where another binding's line tells of it. */
  shown: string;
  key: string;
  meaning: string;
  act(target: KeyTarget): void;
}

export const KEYS: readonly Binding[] = [
  { shown: "W", key: "w", meaning: "zoom in", act: ({ view }) => view.zoom(ZOOM, view.middle) },
  { shown: "S", key: "s", meaning: "zoom out", act: ({ view }) => view.zoom(1 / ZOOM, view.middle) },
  { shown: "A", key: "a", meaning: "to the left", act: ({ view }) => view.pan(-PAN) },
  { shown: "D", key: "d", meaning: "to the right", act: ({ view }) => view.pan(PAN) },
  { shown: "F", key: "f", meaning: "fit the selection", act: ({ actions }) => actions.fit() },
  { shown: "R", key: "r", meaning: "numbers of the range in sight", act: ({ actions }) => actions.selecting.sight() },
  { shown: "0", key: "0", meaning: "show the whole trace", act: ({ view }) => view.showAll() },
  {
    shown: "← →",
    key: "ArrowLeft",
    meaning: "previous or next span of the row",
    act: ({ actions }) => actions.selecting.stepSpan(-1),
  },
  { shown: "", key: "ArrowRight", meaning: "", act: ({ actions }) => actions.selecting.stepSpan(1) },
  {
    shown: "↑ ↓",
    key: "ArrowUp",
    meaning: "parent or first child; without a selection scroll",
    act: ({ actions }) => actions.selecting.stepLevel(-1),
  },
  { shown: "", key: "ArrowDown", meaning: "", act: ({ actions }) => actions.selecting.stepLevel(1) },
  {
    shown: "[ ]",
    key: "[",
    meaning: "previous or next span of the same name",
    act: ({ actions }) => actions.selecting.stepName(-1),
  },
  { shown: "", key: "]", meaning: "", act: ({ actions }) => actions.selecting.stepName(1) },
  {
    shown: ", .",
    key: ",",
    meaning: "back or on along a flow",
    act: ({ actions }) => actions.selecting.stepFlow(-1),
  },
  { shown: "", key: ".", meaning: "", act: ({ actions }) => actions.selecting.stepFlow(1) },
  {
    shown: "/",
    key: "/",
    meaning: "search; Enter next, Shift+Enter previous",
    act: ({ toolbar }) => toolbar.focusSearch(),
  },
  {
    shown: "L",
    key: "l",
    meaning: "list what was found, longest first",
    act: ({ actions }) => actions.searching.list(),
  },
  {
    shown: "I",
    key: "i",
    meaning: "fold tracks with nothing in sight, or show them",
    act: ({ actions }) => actions.toggleIdle(),
  },
  {
    shown: "N",
    key: "n",
    meaning: "note on the selection, or on the middle",
    act: ({ toolbar }) => toolbar.askNote(),
  },
  { shown: "Esc", key: "Escape", meaning: "clear selection, then search", act: ({ actions }) => actions.escape() },
  { shown: "?", key: "?", meaning: "this help", act: ({ toolbar }) => toolbar.toggleHelp() },
];

type Line = readonly [shown: string, meaning: string];

/** What the mouse does, for the help. */
export const HANDS: readonly Line[] = [
  ["Ctrl+wheel", "zoom at the mouse"],
  ["wheel", "scroll the tracks, at their end the page"],
  ["Shift+wheel", "pan"],
  ["drag", "pan and scroll"],
  ["Shift+drag", "select a range"],
  ["Ctrl+Shift+drag", "select a range on the tracks it passes over"],
  ["drag an edge", "make the range longer or shorter"],
  ["right click a name", "pin, hide, show only that track or process"],
  ["click", "details of a span"],
  ["double click", "fit the span"],
];
export const SAVING: Line = ["saving", "keep the picture in the notebook: Settings → Save Widget State Automatically"];

/** Handle a key of the timeline; true when it meant something. */
export function pressKey(target: KeyTarget, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const node = event.target as Element;
  const typing = node.matches("input, select, textarea");
  if (typing && event.key !== "Escape") return false;
  if ((event.key === "Enter" || event.key === " ") && node.closest("button")) return false;
  const wanted = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const binding = KEYS.find(({ key }) => key === wanted);
  binding?.act(target);
  return binding !== undefined;
}
