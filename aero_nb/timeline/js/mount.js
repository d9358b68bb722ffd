// The way in: a page, its bytes, a host and a way to find plotly.

const PLOTLY_EVENT = "aero-nb:plotly";

/** Draw a packed trace into an element; resolves to the view. */
export async function mount(root, packed, host, plotly) {
  const store = new Store(await gunzip(packed));
  addStyle(root.getRootNode());
  root.classList.add("aero-timeline");
  root.setAttribute("tabindex", "0");
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", describe(store));
  // JupyterLab and Notebook 7 leave keys alone below this mark.
  root.dataset.lmSuppressShortcuts = "true";
  const view = new TimelineView(root, store, host);
  root.aeroTimeline = view;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  Promise.resolve(plotly?.()).then((library) => library && !view.stopped && view.axis.start(library)).catch((error) => {
    console.warn("aero_nb: the timeline goes on without plotly's toolbar:", error);
  });
  return view;
}

/** The style, once a document (or shadow root). */
function addStyle(place) {
  const head = place.head ?? place;
  if (!head.querySelector?.("#aero-nb-timeline-style")) {
    head.append(el("style", { id: "aero-nb-timeline-style" }, STYLE));
  }
}

function describe(store) {
  const tracks = store.bands.length;
  return `Timeline of ${formatDuration(store.duration_ns)}: ${formatCount(store.size)} spans, `
    + `${formatCount(store.instants.time.length)} instants, ${tracks} ${tracks === 1 ? "track" : "tracks"}. `
    + "Press ? for its keys.";
}

/** Show a widget's model; `ask` sends a request to the kernel. */
export async function mountModel(root, model, ask, packed) {
  return mount(root, packed, new ModelHost(model, ask), () => findPlotly(ask));
}

export { openInPerfetto };

/** Show a packed trace without a kernel, in a page that has plotly or says when it has. */
export async function mountStatic(root, packed, values) {
  return mount(root, packed, new StubHost(values), () => window.Plotly ?? new Promise((resolve) => {
    window.addEventListener(PLOTLY_EVENT, () => resolve(window.Plotly), { once: true });
  }));
}

let searching = null;

/** plotly.js: the page's own, else JupyterLab's plotly extension, else from the kernel; never from the network. */
function findPlotly(ask) {
  searching ??= lookForPlotly(ask).catch((error) => {
    searching = null;
    throw error;
  });
  return searching;
}

async function lookForPlotly(ask) {
  if (window.Plotly) return window.Plotly;
  const fromLab = await labPlotly().catch(() => null);
  if (fromLab) return fromLab;
  const { buffers: [bytes] } = await ask({ ask: "plotly" });
  const script = await gunzip(bytes);
  await runScript(new Blob([script], { type: "text/javascript" }));
  return window.Plotly;
}

/** JupyterLab 4 and Notebook 7 ship plotly's own extension; drawing one empty figure sets window.Plotly. */
async function labPlotly() {
  const container = window._JUPYTERLAB?.["jupyterlab-plotly"];
  if (!container) return null;
  const factory = await container.get("./mimeExtension");
  const extensions = [factory().default ?? factory()].flat();
  const renderer = extensions[0].rendererFactory.createRenderer({ mimeType: extensions[0].rendererFactory.mimeTypes[0] });
  const data = { data: [], layout: {} };
  const model = { data: { [extensions[0].rendererFactory.mimeTypes[0]]: data }, metadata: {}, setData() {}, trusted: true };
  await renderer.renderModel(model);
  for (let tries = 0; tries < 200 && !window.Plotly; tries += 1) await new Promise((next) => setTimeout(next, 25));
  renderer.dispose();
  return window.Plotly ?? null;
}

function runScript(blob) {
  const address = URL.createObjectURL(blob);
  return new Promise((resolve, reject) => {
    const script = el("script", { src: address });
    script.onload = resolve;
    script.onerror = () => reject(new Error("plotly.js did not run"));
    document.head.append(script);
  }).finally(() => URL.revokeObjectURL(address));
}
