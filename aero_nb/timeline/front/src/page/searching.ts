// Searching: what the box says, what the model is told, and stepping through what was found.

import type { TimelineState } from "../logic/state";
import type { Actions, SearchingActions } from "./actions";
import type { Toolbar } from "./toolbar";

export class Searching implements SearchingActions {
  constructor(
    private readonly state: TimelineState,
    private readonly toolbar: Toolbar,
    private readonly actions: Actions,
  ) {}

  find(query: string): void {
    this.state.search.find(query);
    this.toolbar.showSearchStatus();
    this.actions.host.set("search", query);
    this.actions.draw();
  }

  show(query: string): void {
    if (this.state.search.query === query) return;
    this.toolbar.search.value = query;
    this.find(query);
  }

  next(direction: 1 | -1): void {
    const span = this.state.search.step(direction, this.state.view.t0);
    this.toolbar.showSearchStatus();
    if (span >= 0) this.actions.selecting.span(span, true);
  }
}
