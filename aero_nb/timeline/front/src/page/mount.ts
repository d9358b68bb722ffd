// The way in: a place in a page, a packed trace, a host and a way to find plotly.

import { gunzip } from "../data/decode";
import { Store } from "../data/store";
import type { Host, ModelKey } from "../logic/hosts";
import type { Layout } from "../logic/layout";
import { readLink } from "../logic/view_link";
import { traceInWords } from "../logic/words";
import { bytesOf } from "./bytes";
import type { Plotly } from "./plotly";
import flame from "./style/flame.css";
import names from "./style/names.css";
import panel from "./style/panel.css";
import stage from "./style/stage.css";
import toolbar from "./style/toolbar.css";
import { addStyle } from "./theme";
import { Timeline } from "./timeline";

const STYLE = [stage, names, toolbar, panel, flame].join("\n");

/** Draw a packed trace into an element, by the view in `hash`; the axis follows when `findPlotly` has found plotly.js. */
export async function mount(
  root: HTMLElement,
  packed: Uint8Array<ArrayBuffer>,
  host: Host,
  findPlotly: () => Promise<Plotly | undefined>,
  hash = "",
): Promise<Mounted> {
  const whole = new Store(await gunzip(packed), host.get("axis") ?? "");
  const { values, word } = readLink(hash, whole);
  for (const [key, value] of Object.entries(values)) host.set(key as ModelKey, value as never);
  const store = "axis" in values ? whole.drawnBy(host.get("axis") ?? "") : whole;
  addStyle(root.getRootNode(), "aero-nb-timeline-style", STYLE);
  root.classList.add("aero-timeline");
  root.setAttribute("tabindex", "0");
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", traceInWords(store));
  // JupyterLab and Notebook 7 leave keys alone below this mark.
  root.dataset.lmSuppressShortcuts = "true";
  const mounted = new Mounted(root, store, host, findPlotly);
  mounted.tell(word);
  return mounted;
}

/** The timeline in an element; another one takes its place when another axis is chosen. */
export class Mounted {
  #timeline: Timeline;
  readonly #unfollow: (() => void)[];

  constructor(
    private readonly root: HTMLElement,
    store: Store,
    private readonly host: Host,
    private readonly findPlotly: () => Promise<Plotly | undefined>,
  ) {
    this.#timeline = this.#draw(store);
    this.#unfollow = [host.on("axis", () => this.#redraw()), host.on("_revision", () => this.#renew())];
  }

  #draw(store: Store, before: Layout | null = null): Timeline {
    const timeline = new Timeline(this.root, store, this.host);
    if (before) {
      timeline.state.layout.foldAs(before);
      if (before.idle) timeline.toggleIdle();
      timeline.relayout();
    }
    Object.assign(this.root, { aeroTimeline: timeline }); // for tests and benchmarks
    requestAnimationFrame(() => setTimeout(() => this.#startAxis(timeline)));
    return timeline;
  }

  #startAxis(timeline: Timeline): void {
    this.findPlotly()
      .then((plotly) => timeline.startAxis(plotly))
      .catch((error) => console.warn("aero_nb: the timeline goes on without plotly's toolbar:", error));
  }

  #redraw(): void {
    const { store, layout } = this.#timeline.state;
    const name = this.host.get("axis") ?? "";
    if (name === (store.axis?.name ?? "")) return;
    this.#timeline.stop();
    this.#timeline = this.#draw(store.drawnBy(name), layout);
  }

  /** Tracks were added: ask for the trace anew and keep the view. */
  async #renew(): Promise<void> {
    const revision = this.host.get("_revision");
    const answer = await this.host.ask?.({ ask: "data" });
    if (!answer || this.#timeline.stopped || revision !== this.host.get("_revision")) return;
    const store = new Store(await gunzip(bytesOf(answer.buffers[0])), this.host.get("axis") ?? "");
    if (this.#timeline.stopped) return;
    const { state } = this.#timeline;
    const seen = [state.toUs(state.view.t0), state.toUs(state.view.t1)];
    this.#timeline.stop();
    this.#timeline = this.#draw(store, state.layout);
    const fresh = this.#timeline.state;
    fresh.view.show(fresh.fromUs(seen[0]), fresh.fromUs(seen[1]));
  }

  /** Say something in the toolbar. */
  tell(word: string): void {
    this.#timeline.toolbar.tell(word);
  }

  stop(): void {
    for (const stop of this.#unfollow) stop();
    this.#timeline.stop();
  }
}
