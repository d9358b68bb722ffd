// The live view's module, whole: a kernel that is busy could not be asked for more. What is pushed is kept with the model,
// so that each of its views shows all of it.

import { LiveStore, type Push } from "../data/live";
import type { WidgetModel } from "../logic/hosts";
import { LiveView } from "../page/live";
import style from "../page/style/live.css";
import { addStyle } from "../page/theme";

type Message = Push | { ended: string };
type Hear = (message: Message, buffers: DataView<ArrayBuffer>[]) => void;

interface LiveModel extends WidgetModel {
  on(event: string, listener: Hear | (() => void)): void;
  off(event: string, listener: Hear | (() => void)): void;
}

interface Heard {
  store: LiveStore;
  views: Set<LiveView>;
}

/** By the model's `_key`: anywidget hands each call another face of the same model. */
const heardBy = new Map<unknown, Heard>();

function heard(model: LiveModel): Heard {
  const key = model.get("_key");
  const known = heardBy.get(key) ?? { store: new LiveStore(), views: new Set() };
  heardBy.set(key, known);
  return known;
}

function initialize({ model }: { model: LiveModel }): () => void {
  const { store, views } = heard(model);
  store.heard = performance.now();
  const hear: Hear = (message, buffers) => {
    if ("ended" in message) store.ended = message.ended;
    else store.take(message, buffers[0]);
    store.heard = performance.now();
    for (const view of views) view.changed();
  };
  const marked = () => {
    for (const view of views) view.changed();
  };
  model.on("msg:custom", hear);
  model.on("change:marks", marked);
  return () => {
    model.off("msg:custom", hear);
    model.off("change:marks", marked);
    heardBy.delete(model.get("_key"));
  };
}

function render({ model, el }: { model: LiveModel; el: HTMLElement }): () => void {
  const { store, views } = heard(model);
  const root = document.createElement("div");
  el.append(root);
  addStyle(root.getRootNode(), "aero-nb-live-style", style);
  const view = new LiveView(root, model, store);
  Object.assign(root, { aeroLive: view, aeroLiveStore: store }); // for tests and benchmarks
  views.add(view);
  return () => {
    views.delete(view);
    view.stop();
  };
}

export default { initialize, render };
