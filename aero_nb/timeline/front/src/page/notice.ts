// A quiet line below the toolbar where something is not in sight that one would look for, and how to see it.

import type { TimelineState } from "../logic/state";
import type { Actions } from "./actions";
import { button, el } from "./dom";
import type { Elements } from "./elements";

interface Told {
  text: string;
  act?: { label: string; action: () => void };
}

export class Notice {
  #said = "";
  /** What lies far off the others was in sight once. */
  #seen = false;

  constructor(
    private readonly elements: Elements,
    private readonly state: TimelineState,
    private readonly actions: Actions,
  ) {
    const { lack, bands } = state.store;
    const { bar, notice, empty, root } = elements;
    bar.append(notice);
    const nothing = lack !== null && !bands.length;
    root.classList.toggle("aero-nothing", nothing);
    empty.hidden = !nothing;
    if (lack) empty.append(el("b", {}, lack.what), el("p", {}, lack.advice));
  }

  /** Say what there is to say now; when that changes, the toolbar's height does. */
  show(): void {
    const told = this.#told();
    const text = told?.text ?? "";
    if (text === this.#said) return;
    this.#said = text;
    const { notice } = this.elements;
    const { act } = told ?? {};
    notice.replaceChildren(text, ...(act ? [button(act.label, act.action)] : []));
    notice.hidden = !text;
  }

  #told(): Told | null {
    const { store, layout, view } = this.state;
    if (!store.bands.length) return null;
    if (!layout.strips.length) {
      const showAll = () => {
        layout.showOnly(null);
        this.actions.arranged();
      };
      return { text: "All tracks are hidden.", act: { label: "show all tracks", action: showAll } };
    }
    if (view.t0 <= 0 && view.t1 >= store.durationNs) this.#seen = true;
    if (store.opening && !this.#seen) {
      const act = { label: "show all", action: () => view.showAll() };
      return { text: `Not in sight: ${store.opening.note}.`, act };
    }
    return store.lack && { text: `${store.lack.what}. ${store.lack.advice}` };
  }
}
