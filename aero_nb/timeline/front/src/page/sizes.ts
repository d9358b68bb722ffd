// How a timeline shares its place: toolbar, overview, names and rows, in CSS pixels.

import type { Layout } from "../logic/layout";
import type { Size } from "../logic/state";
import { OVERVIEW_AND_TICKS, PLOT_RIGHT } from "./axis";

const GUTTER = 168;
const LARGEST_GUTTER = 0.3; // of the width
const NARROWEST_GUTTER = 60;
const WIDEST_GUTTER = 0.6; // of the width, by hand
const NARROWEST = 50;
const BAR = 26;
const HANDLE = 8; // the line that makes it taller
const MANY_ROWS = 470;
const ALL_ROWS = 560;
const LOWEST_PLOT = 60;
export const LOWEST_WHOLE = 150; // as Python's `height`
export const PANEL_HEIGHT = 230;
const WITH_PANEL = 560; // of rows and panel together, so that both are in sight of a small screen
const LEAST_STAGE = WITH_PANEL - PANEL_HEIGHT;

function gutterWidth(width: number, wanted: number | null): number {
  if (wanted === null) return Math.min(GUTTER, Math.round(width * LARGEST_GUTTER));
  return Math.round(Math.min(Math.max(wanted, NARROWEST_GUTTER), width * WIDEST_GUTTER));
}

/** The rows' height: all of them, or where they are many a part that scrolls. */
function rowsHeight({ height }: Layout): number {
  return height <= ALL_ROWS ? Math.max(height, LOWEST_PLOT) : MANY_ROWS;
}

/** What is left for toolbar and rows of a whole height while the panel is open; a low timeline gives nothing away. */
export function stageHeight(whole: number, panelOpen: boolean): number {
  return panelOpen ? Math.max(whole - PANEL_HEIGHT, Math.min(whole, LEAST_STAGE)) : whole;
}

/** The whole height for a stage of a height: the other way round. */
export function wholeHeight(stage: number, panelOpen: boolean): number {
  return panelOpen && stage > LEAST_STAGE ? stage + PANEL_HEIGHT : stage;
}

/** What was asked for: null for what fits. */
interface Wanted {
  height: number | null;
  gutter: number | null;
  panelOpen: boolean;
}

/** Measure the place and tell the style; null while it is too narrow to draw in (hidden, or not in the page yet). */
export function measure(root: HTMLElement, layout: Layout, barHeight: number, wanted: Wanted): Size | null {
  const width = Math.floor(root.clientWidth);
  if (width < NARROWEST) return null;
  const top = Math.max(barHeight, BAR) + 3 + OVERVIEW_AND_TICKS; // a narrow toolbar takes several lines
  const gutter = gutterWidth(width, wanted.gutter);
  const given = document.fullscreenElement === root ? root.clientHeight - HANDLE : wanted.height;
  const whole = Math.max(stageHeight(given ?? rowsHeight(layout) + top, wanted.panelOpen), top + LOWEST_PLOT);
  root.style.setProperty("--panel", `${PANEL_HEIGHT}px`);
  root.style.setProperty("--gutter", `${gutter}px`);
  root.style.setProperty("--top", `${top}px`);
  root.style.setProperty("--right", `${PLOT_RIGHT}px`);
  return {
    width,
    height: whole,
    gutter,
    top,
    plotWidth: width - gutter - PLOT_RIGHT,
    plotHeight: whole - top,
    ratio: window.devicePixelRatio || 1,
  };
}
