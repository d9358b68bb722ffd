// Searching: what the box says, what the model is told, and stepping through what was found.

import { wantedBy } from "../logic/search";
import type { TimelineState } from "../logic/state";
import type { Actions, SearchingActions } from "./actions";
import { spansHaving } from "./args";
import type { Panel } from "./panel";
import type { Toolbar } from "./toolbar";

export class Searching implements SearchingActions {
  constructor(
    private readonly state: TimelineState,
    private readonly toolbar: Toolbar,
    private readonly panel: Panel,
    private readonly actions: Actions,
  ) {}

  find(query: string): void {
    const { state, actions } = this;
    const { args } = wantedBy(query);
    this.#found(query, args.length ? new Uint8Array(state.store.size) : null);
    actions.host.set("search", query);
    if (!args.length) return;
    this.#note("…");
    spansHaving(state.store, actions.host.ask, args).then(
      (having) => state.search.query === query && this.#found(query, having),
      (error: Error) => state.search.query === query && this.#note(error.message),
    );
  }

  #found(query: string, having: Uint8Array | null): void {
    this.state.search.find(query, having);
    this.toolbar.showSearchStatus();
    this.actions.draw();
  }

  #note(note: string): void {
    this.state.search.note = note;
    this.toolbar.showSearchStatus();
  }

  show(query: string): void {
    if (this.state.search.query === query) return;
    this.toolbar.search.value = query;
    this.find(query);
  }

  list(): void {
    if (this.state.search.count) this.panel.showHits();
    else this.actions.say("nothing was searched for and found");
  }

  next(direction: 1 | -1): void {
    const span = this.state.search.step(direction, this.state.view.t0);
    this.toolbar.showSearchStatus();
    if (span >= 0) this.actions.selecting.span(span, true);
  }
}
