// The time axis and its toolbar: one transparent plotly figure over the canvas.

const OVERVIEW_AND_TICKS = 63; // between the toolbar and the rows, in CSS pixels
const PLOT_RIGHT = 12;

/** plotly's own icons are drawn on squares; ours too. */
const ICONS = {
  camera: { width: 24, height: 24, path: "M9 4 7.2 6H4v14h16V6h-3.2L15 4zm3 4a5 5 0 1 1 0 10 5 5 0 0 1 0-10z" },
};

class Axis {
  constructor(timeline, element) {
    this.timeline = timeline;
    this.element = element;
    this.ready = false;
    this.busy = false;
    this.stale = false;
    this.anchor = 0;
  }

  /** Draw the figure once plotly is there; until then the canvas' own labels serve. */
  async start(plotly) {
    this.plotly = plotly;
    await plotly.newPlot(this.element, [], this.layout(), this.config());
    this.ready = true;
    this.element.on("plotly_relayout", (change) => this.moved(change));
    this.reachable();
    this.sync();
  }

  layout() {
    const { width, height, top, gutter, theme } = this.timeline;
    return {
      width, height, autosize: false, showlegend: false, dragmode: "zoom",
      margin: { l: gutter, r: PLOT_RIGHT, t: top, b: 0 },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { size: 11, color: theme.faint, family: FONT },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: theme.faint, activecolor: theme.ink, orientation: "h" },
      xaxis: { side: "top", showgrid: false, zeroline: false, tickmode: "array", ticks: "outside", ticklen: 4,
        tickcolor: theme.faint, tickangle: 0, ...this.range() },
      yaxis: { fixedrange: true, visible: false, range: [0, 1] },
    };
  }

  config() {
    return {
      displayModeBar: true, displaylogo: false, doubleClick: false, scrollZoom: false, responsive: false,
      modeBarButtons: [[{
        name: "picture", title: "Save this view as PNG", icon: ICONS.camera,
        click: () => this.timeline.savePicture(),
      }], ["zoomIn2d", "zoomOut2d", "autoScale2d"]],
    };
  }

  /** Range and ticks of the present view; plotly's values count from the anchor, for precision deep in a trace. */
  range() {
    const { t0, t1 } = this.timeline.view;
    const { ticks } = this.timeline;
    this.anchor = t0;
    return { range: [0, t1 - t0], tickvals: ticks.values.map((value) => value - t0), ticktext: ticks.labels };
  }

  /** Bring plotly up to date; one relayout at a time, the newest view last. */
  sync(everything = false) {
    if (!this.ready) return;
    this.whole ||= everything;
    if (this.busy) {
      this.stale = true;
      return;
    }
    this.busy = true;
    const { range, tickvals, ticktext } = this.range();
    const change = this.whole ? this.layout()
      : { "xaxis.range": range, "xaxis.tickvals": tickvals, "xaxis.ticktext": ticktext };
    this.whole = false;
    this.plotly.relayout(this.element, change).then(() => {
      this.busy = false;
      if (this.stale) {
        this.stale = false;
        this.sync();
      } else this.timeline.settled();
    });
  }

  /** plotly moved the axis itself: box zoom or a toolbar button. */
  moved(change) {
    if (this.busy) return;
    if (change["xaxis.autorange"]) this.timeline.showAll();
    else if ("xaxis.range[0]" in change) {
      const [from, to] = [change["xaxis.range[0]"], change["xaxis.range[1]"]].map((x) => x + this.anchor);
      this.timeline.setView(from, to);
    }
  }

  /** plotly's buttons are links without a target: make them reachable by key and by screen reader. */
  reachable() {
    for (const link of this.element.querySelectorAll(".modebar-btn")) {
      link.setAttribute("role", "button");
      link.setAttribute("tabindex", "0");
      link.setAttribute("aria-label", link.getAttribute("data-title") ?? "toolbar button");
      link.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") link.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      });
    }
  }

  stop() {
    if (this.ready) this.plotly.purge(this.element);
    this.ready = false;
  }
}
