// Light or dark: by the background that is really behind the timeline.

/** The background behind an element, as [r, g, b]. */
function backgroundOf(element: Element): number[] {
  for (let node: Element | null | undefined = element; node; node = node.parentElement ?? hostOf(node)) {
    const found = getComputedStyle(node)
      .backgroundColor.match(/[\d.]+/g)
      ?.map(Number);
    if (found && (found.length < 4 || found[3] > 0.5)) return found;
  }
  return [255, 255, 255];
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
  // The page's own style follows the scheme a little later.
  const later = () => setTimeout(changed, 50);
  scheme.addEventListener("change", later);
  return () => {
    attributes.disconnect();
    scheme.removeEventListener("change", later);
  };
}
