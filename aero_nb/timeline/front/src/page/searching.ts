// Searching: what the box says, what the model is told, and stepping through what was found.

import { mayBeSlow, wantedBy } from "../logic/search";
import type { TimelineState } from "../logic/state";
import type { Actions, SearchingActions } from "./actions";
import { spansHaving } from "./args";
import type { Panel } from "./panel";
import type { Toolbar } from "./toolbar";
import { type Question, Trial } from "./trial";

export class Searching implements SearchingActions {
  readonly #trial = new Trial();
  /** Settles once the last query was answered. */
  #pending: Promise<unknown> | null = null;

  constructor(
    private readonly state: TimelineState,
    private readonly toolbar: Toolbar,
    private readonly panel: Panel,
    private readonly actions: Actions,
  ) {}

  find(query: string): void {
    const { state, actions } = this;
    const { args, name, cat, thread } = wantedBy(query);
    const { names, cats, bands } = state.store;
    const titles = bands.map(({ title }) => title);
    const tried: Question[] = [
      [name, names],
      [cat, cats],
      [thread, titles],
    ];
    const slow = tried.filter(([one]) => mayBeSlow(one));
    actions.host.set("search", query);
    this.#trial.end();
    if (!args.length && !slow.length) {
      this.#told(() => state.search.find(query));
      return;
    }
    state.search.wait(query);
    this.toolbar.showSearchStatus();
    const having = args.length ? spansHaving(state.store, actions.host.ask, args) : null;
    const current = (tell: () => void) => state.search.query === query && this.#told(tell);
    this.#pending = Promise.all([having, this.#trial.match(slow)]).then(
      ([spans, known]) => current(() => state.search.find(query, spans, known)),
      (error: Error) => current(() => state.search.fail(error.message)),
    );
  }

  #told(tell: () => void): void {
    this.#pending = null;
    tell();
    this.toolbar.showSearchStatus();
    this.actions.draw();
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
    const { query } = this.state.search;
    if (this.#pending) {
      this.#pending.then(() => this.state.search.query === query && this.next(direction));
      return;
    }
    const span = this.state.search.step(direction, this.state.view.t0);
    this.toolbar.showSearchStatus();
    if (span >= 0) this.actions.selecting.span(span, true);
  }
}
