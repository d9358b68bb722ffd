// Light or dark, by the background that is really behind the timeline; the colours of both, for style sheets.

import { THEMES, type Theme } from "../logic/colors";
import { debounced, el } from "./dom";

const LATER = 50; // ms
const FOLLOWING = ["load", "transitionend"]; // what may bring the new theme's colours
const OPAQUE = 127; // of 255: what is more transparent shows what lies behind it

const DARK = "aero-dark";
const ROOTS = ":is(.aero-timeline,.aero-live,.aero-flame-figure)";

/** What the style sheets call colours, `--ink` and so on: they hold none of their own. */
const THEME_STYLE = `${ROOTS}{${properties(THEMES.light)}}\n${ROOTS}.${DARK}{${properties(THEMES.dark)}}`;

function properties(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, color]) => `--${name}:${color}`)
    .join(";");
}

/** Add a style sheet and the colours it takes, once a document (or shadow root). */
export function addStyle(place: Node, id: string, style: string): void {
  const head = place instanceof Document ? place.head : (place as ShadowRoot);
  if (!head.querySelector(`#${id}`)) head.append(el("style", { id }, `${THEME_STYLE}\n${style}`));
}

/** Let what is in `root`, one of the elements above, be light or dark as what lies behind `around`; returns its theme. */
export function takeTheme(root: HTMLElement, around: Element): Theme {
  const dark = isDark(around);
  root.classList.toggle(DARK, dark);
  return dark ? THEMES.dark : THEMES.light;
}

/** The background behind an element, as [r, g, b]. */
function backgroundOf(element: Element): number[] {
  for (let node: Element | null | undefined = element; node; node = node.parentElement ?? hostOf(node)) {
    const [r, g, b, alpha] = channelsOf(getComputedStyle(node).backgroundColor);
    if (alpha > OPAQUE) return [r, g, b];
  }
  return [255, 255, 255];
}

/** Any CSS colour (rgb(), color(srgb ...), oklch() ...) as red, green, blue and alpha of 255: a canvas knows them all. */
function channelsOf(color: string): Uint8ClampedArray {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  if (!context) return new Uint8ClampedArray(4);
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
}

function hostOf(node: Element): Element | null {
  const root = node.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

export function isDark(element: Element): boolean {
  const [r, g, b] = backgroundOf(element);
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

/** Call `changed` when the page's theme may have; returns how to stop that. */
export function watchTheme(changed: () => void): () => void {
  const attributes = new MutationObserver(changed);
  const attributeFilter = ["class", "style", "data-jp-theme-name", "data-theme"];
  for (const node of [document.documentElement, document.body]) {
    attributes.observe(node, { attributes: true, attributeFilter });
  }
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  // The page's own style follows later: a new style sheet has to load, a colour to fade into another.
  const later = debounced(changed, LATER);
  scheme.addEventListener("change", later);
  for (const event of FOLLOWING) document.addEventListener(event, later, true);
  return () => {
    attributes.disconnect();
    scheme.removeEventListener("change", later);
    for (const event of FOLLOWING) document.removeEventListener(event, later, true);
  };
}
