// Finding plotly.js: the page's own, else JupyterLab's plotly extension, else the kernel's; never from the network.

import { gunzip } from "../data/decode";
import type { Ask } from "../logic/hosts";
import { bytesOf } from "./bytes";
import { el } from "./dom";

/** The part of plotly.js that the time axis uses. */
export interface Plotly {
  newPlot(element: HTMLElement, data: unknown[], layout: unknown, config: unknown): Promise<unknown>;
  relayout(element: HTMLElement, change: Record<string, unknown>): Promise<unknown>;
  purge(element: HTMLElement): void;
}

/** What plotly adds to the element it draws in. */
export interface PlotlyElement extends HTMLDivElement {
  on(event: string, listener: (change: Record<string, number>) => void): void;
}

interface MimeExtension {
  rendererFactory: {
    mimeTypes: string[];
    createRenderer(options: { mimeType: string }): { renderModel(model: unknown): Promise<void>; dispose(): void };
  };
}

interface LabContainer {
  get(module: string): Promise<() => { default?: MimeExtension | MimeExtension[] }>;
}

declare global {
  interface Window {
    Plotly?: Plotly;
    _JUPYTERLAB?: Record<string, LabContainer>;
  }
}

const PLOTLY_EVENT = "aero-nb:plotly";
const TRIES = 200;
const BETWEEN_TRIES = 25; // ms

let searching: Promise<Plotly | undefined> | null = null;

/** plotly.js, looked for once a page; a failure is not remembered. */
export function findPlotly(ask: Ask): Promise<Plotly | undefined> {
  searching ??= lookForPlotly(ask).catch((error) => {
    searching = null;
    throw error;
  });
  return searching;
}

/** plotly.js once the page has it; whoever brings it dispatches PLOTLY_EVENT on window. */
export async function awaitPlotly(): Promise<Plotly | undefined> {
  if (!window.Plotly) {
    await new Promise((resolve) => window.addEventListener(PLOTLY_EVENT, resolve, { once: true }));
  }
  return window.Plotly;
}

async function lookForPlotly(ask: Ask): Promise<Plotly | undefined> {
  if (window.Plotly) return window.Plotly;
  const fromLab = await labPlotly().catch(() => undefined);
  if (fromLab) return fromLab;
  const { buffers } = await ask({ ask: "plotly" });
  const script = await gunzip(bytesOf(buffers[0]));
  await runScript(new Blob([script], { type: "text/javascript" }));
  return window.Plotly;
}

/** JupyterLab 4 and Notebook 7 ship plotly's own extension; drawing one empty figure sets window.Plotly. */
async function labPlotly(): Promise<Plotly | undefined> {
  const container = window._JUPYTERLAB?.["jupyterlab-plotly"];
  if (!container) return undefined;
  const module = (await container.get("./mimeExtension"))();
  const [{ rendererFactory }] = [module.default ?? (module as MimeExtension)].flat();
  const mimeType = rendererFactory.mimeTypes[0];
  const renderer = rendererFactory.createRenderer({ mimeType });
  const data = { [mimeType]: { data: [], layout: {} } };
  await renderer.renderModel({ data, metadata: {}, setData() {}, trusted: true });
  for (let tries = 0; tries < TRIES && !window.Plotly; tries += 1) {
    await new Promise((next) => setTimeout(next, BETWEEN_TRIES));
  }
  renderer.dispose();
  return window.Plotly;
}

function runScript(blob: Blob): Promise<void> {
  const address = URL.createObjectURL(blob);
  return new Promise<void>((resolve, reject) => {
    const script = el("script", { src: address });
    script.onload = () => resolve();
    script.onerror = () => reject(new Error("plotly.js did not run"));
    document.head.append(script);
  }).finally(() => URL.revokeObjectURL(address));
}
