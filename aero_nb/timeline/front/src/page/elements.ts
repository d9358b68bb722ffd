// The elements of a timeline, from the stage with its canvases down to what a screen reader hears.

import { Canvas } from "../draw/canvas";
import { type Attributes, el } from "./dom";

export interface Elements {
  root: HTMLElement;
  stage: HTMLDivElement;
  rows: Canvas;
  over: Canvas;
  overview: Canvas;
  base: HTMLDivElement;
  names: HTMLDivElement;
  plot: HTMLDivElement;
  scroller: HTMLDivElement;
  bar: HTMLDivElement;
  menu: HTMLDivElement;
  notice: HTMLDivElement;
  empty: HTMLDivElement;
  tip: HTMLDivElement;
  handle: HTMLDivElement;
  edge: HTMLDivElement;
  panel: HTMLDivElement;
  said: HTMLDivElement;
}

/** Fill `root` with a timeline's elements. */
export function buildElements(root: HTMLElement): Elements {
  const part = (name: string, more: Attributes = {}) => el("div", { class: `aero-${name}`, ...more });
  // Hidden from screen readers but for the rows, whose label says what is in sight.
  const canvas = (name: string, more: Attributes) => el("canvas", { class: `aero-${name}`, ...more });
  const rows = canvas("rows", { role: "img" });
  const over = canvas("over", { "aria-hidden": "true" });
  const title = "the whole trace: drag the window, or draw a new one";
  const overview = canvas("overview", { "aria-hidden": "true", title });
  const elements = {
    root,
    stage: part("stage", { "data-drag": "pan" }),
    rows: new Canvas(rows, { alpha: false }),
    over: new Canvas(over),
    overview: new Canvas(overview, { willReadFrequently: true }),
    base: part("base"),
    names: part("names"),
    plot: part("plot"),
    scroller: part("scroller", { tabindex: "0", role: "group", "aria-label": "scroll the tracks" }),
    bar: part("bar", { role: "toolbar", "aria-label": "timeline" }),
    menu: part("menu", { role: "dialog", hidden: true }),
    notice: part("notice", { role: "status", hidden: true }),
    empty: part("empty", { hidden: true }),
    tip: part("tip", { role: "tooltip", hidden: true }),
    // A document to read within the application: its tables and facts are text.
    panel: part("panel", { role: "document", tabindex: "-1", hidden: true }),
    edge: part("edge", {
      role: "separator",
      tabindex: "0",
      "aria-orientation": "vertical",
      "aria-valuenow": "0",
      "aria-label": "width of the names",
      title: "drag to give the names more room; double click: as it was",
    }),
    handle: part("handle", {
      role: "separator",
      tabindex: "0",
      "aria-orientation": "horizontal",
      "aria-valuenow": "0",
      "aria-label": "height of the timeline",
      title: "drag to make it taller or lower; double click: as it was",
    }),
    said: part("said", { role: "status" }),
  };
  const { stage, base, names, plot, scroller, bar, menu, empty, tip, edge, handle, panel, said } = elements;
  scroller.append(el("div"));
  const gutter = el("div", { class: "aero-gutter" }, names);
  stage.append(rows, over, overview, base, gutter, plot, edge, scroller, empty, bar, menu, tip);
  root.replaceChildren(stage, handle, panel, said);
  return elements;
}
