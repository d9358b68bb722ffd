// The timeline's module: what the small modules of widgets and pages load.

import { type Ask, ModelHost, type ModelValues, StubHost, type WidgetModel } from "../logic/hosts";
import { type Mounted, mount } from "../page/mount";
import { openInPerfetto } from "../page/perfetto";
import { awaitPlotly, findPlotly } from "../page/plotly";

export { colorIndex } from "../logic/colors";
// What Python writes in the same way: a test compares the two.
export { formatCount, formatDuration, formatValue, plainText } from "../logic/format";
export { openInPerfetto };

type Packed = Uint8Array<ArrayBuffer>;

/** Show a widget's model; `ask` sends a request to the kernel. */
export function mountModel(root: HTMLElement, model: WidgetModel, ask: Ask, packed: Packed): Promise<Mounted> {
  return mount(root, packed, new ModelHost(model, ask), () => findPlotly(ask));
}

/**
 * Show a packed trace without a kernel, in a page that has plotly or says when it has. A page that is all the timeline's
 * gives its `hash`, the end of its address, which tells the view.
 */
export function mountStatic(
  root: HTMLElement,
  packed: Packed,
  values: Partial<ModelValues>,
  hash: string | null = null,
): Promise<Mounted> {
  const host = new StubHost(values, hash !== null);
  if (hash !== null) addEventListener("hashchange", () => location.reload());
  return mount(root, packed, host, awaitPlotly, hash ?? "");
}
