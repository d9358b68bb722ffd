// The time axis and its toolbar: one transparent plotly figure over the canvas.

import { FONT } from "../draw/canvas";
import type { TimelineState } from "../logic/state";
import type { Actions } from "./actions";
import type { Plotly, PlotlyElement } from "./plotly";

export const OVERVIEW_AND_TICKS = 63; // between the toolbar and the rows, in CSS pixels
export const PLOT_RIGHT = 12;
const CLEAR = "rgba(0,0,0,0)";
// plotly's own icons are drawn on squares; ours too.
const CAMERA = {
  width: 24,
  height: 24,
  path: "M9 4 7.2 6H4v14h16V6h-3.2L15 4zm3 4a5 5 0 1 1 0 10 5 5 0 0 1 0-10z",
};

export class Axis {
  #plotly: Plotly | null = null;
  /** A relayout is under way; `#stale`: the view moved since it began; `#whole`: the next one takes everything. */
  #busy = false;
  #stale = false;
  #whole = false;
  /** plotly's values count from here, for precision deep in a trace. */
  #anchor = 0;

  /** `settled` is called when the axis has caught up with the view. */
  constructor(
    private readonly element: HTMLDivElement,
    private readonly state: TimelineState,
    private readonly actions: Actions,
    private readonly settled: () => void,
  ) {}

  get ready(): boolean {
    return this.#plotly !== null;
  }

  /** Draw the figure once plotly is there; until then the canvas serves alone. */
  async start(plotly: Plotly): Promise<void> {
    await plotly.newPlot(this.element, [], this.#layout(), this.#config());
    this.#plotly = plotly;
    (this.element as PlotlyElement).on("plotly_relayout", (change) => this.#moved(change));
    this.#makeReachable();
    this.sync();
  }

  #layout(): Record<string, unknown> {
    const { size, theme } = this.state;
    return {
      width: size.width,
      height: size.height,
      autosize: false,
      showlegend: false,
      dragmode: "zoom",
      margin: { l: size.gutter, r: PLOT_RIGHT, t: size.top, b: 0 },
      paper_bgcolor: CLEAR,
      plot_bgcolor: CLEAR,
      font: { size: 11, color: theme.faint, family: FONT },
      modebar: { bgcolor: CLEAR, color: theme.faint, activecolor: theme.ink, orientation: "h" },
      xaxis: {
        side: "top",
        showgrid: false,
        zeroline: false,
        tickmode: "array",
        ticks: "outside",
        ticklen: 4,
        tickcolor: theme.faint,
        tickangle: 0,
        ...this.#range(),
      },
      yaxis: { fixedrange: true, visible: false, range: [0, 1] },
    };
  }

  #config(): Record<string, unknown> {
    const picture = {
      name: "picture",
      title: "Save this view as PNG",
      icon: CAMERA,
      click: () => this.actions.savePicture(),
    };
    return {
      displayModeBar: true,
      displaylogo: false,
      doubleClick: false,
      scrollZoom: false,
      responsive: false,
      modeBarButtons: [[picture], ["zoomIn2d", "zoomOut2d", "autoScale2d"]],
    };
  }

  /** Range and ticks of the present view. */
  #range(): { range: number[]; tickvals: number[]; ticktext: string[] } {
    const { view, ticks } = this.state;
    this.#anchor = view.t0;
    const tickvals = ticks.values.map((value) => value - view.t0);
    return { range: [0, view.duration], tickvals, ticktext: ticks.labels };
  }

  /** Bring plotly up to date; one relayout at a time, the newest view last. */
  sync(everything = false): void {
    if (!this.#plotly) return;
    this.#whole ||= everything;
    if (this.#busy) {
      this.#stale = true;
      return;
    }
    this.#busy = true;
    const change = this.#whole ? this.#layout() : this.#onlyRange();
    this.#whole = false;
    this.#plotly.relayout(this.element, change).then(() => {
      this.#busy = false;
      if (this.#stale) {
        this.#stale = false;
        this.sync();
      } else this.settled();
    });
  }

  #onlyRange(): Record<string, unknown> {
    const { range, tickvals, ticktext } = this.#range();
    return { "xaxis.range": range, "xaxis.tickvals": tickvals, "xaxis.ticktext": ticktext };
  }

  /** plotly moved the axis itself: box zoom or a toolbar button. */
  #moved(change: Record<string, number>): void {
    if (this.#busy) return;
    const { view } = this.state;
    if (change["xaxis.autorange"]) view.showAll();
    else if ("xaxis.range[0]" in change) {
      view.show(change["xaxis.range[0]"] + this.#anchor, change["xaxis.range[1]"] + this.#anchor);
    }
  }

  /** plotly's buttons are links without a target: make them reachable by key and by screen reader. */
  #makeReachable(): void {
    for (const link of this.element.querySelectorAll<HTMLElement>(".modebar-btn")) {
      link.setAttribute("role", "button");
      link.setAttribute("tabindex", "0");
      link.setAttribute("aria-label", link.getAttribute("data-title") ?? "toolbar button");
      link.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") link.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      });
    }
  }

  stop(): void {
    this.#plotly?.purge(this.element);
    this.#plotly = null;
  }
}
