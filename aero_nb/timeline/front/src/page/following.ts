// Doing what the model says, now and whenever Python changes it.

import type { ColorMode, Host, ModelKey, ModelNote, ModelValues } from "../logic/hosts";
import type { TimelineState } from "../logic/state";
import type { Actions } from "./actions";
import type { Toolbar } from "./toolbar";

/** All but the axis and the trace: other ones make another timeline (mount.ts). */
type Followed = Exclude<ModelKey, "axis" | "_revision">;
type Reactions = { [Key in Followed]: (value: ModelValues[Key] | null | undefined) => void };

export class Following {
  readonly #stops: (() => void)[] = [];

  constructor(
    private readonly host: Host,
    private readonly state: TimelineState,
    private readonly toolbar: Toolbar,
    private readonly actions: Actions,
  ) {
    const reactions: Reactions = {
      window: (window) => window && state.view.show(state.fromUs(window[0]), state.fromUs(window[1])),
      search: (query) => actions.searching.show(query ?? ""),
      color_by: (mode) => this.#colors(mode ?? "name"),
      counter_mode: (mode) => this.#counters(mode ?? "level"),
      shown: (tracks) => this.#shown(tracks ?? null),
      notes: (notes) => this.#notes(notes ?? []),
      _selected: (span) => this.#selected(span ?? -1),
      selection_range: (range) => range && this.#range(state.fromUs(range[0]), state.fromUs(range[1])),
      height: () => actions.relayout(),
      wheel: (way) => {
        state.wheelZooms = way === "zoom";
      },
    };
    for (const key of Object.keys(reactions) as Followed[]) this.#follow(key, reactions[key]);
  }

  #follow<Key extends Followed>(key: Key, react: Reactions[Key]): void {
    this.#stops.push(this.host.on(key, () => react(this.host.get(key))));
    const value = this.host.get(key);
    if (value !== undefined && value !== null) react(value);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #colors(mode: ColorMode): void {
    this.toolbar.colors.value = mode;
    this.actions.recolor(mode);
  }

  #counters(mode: ModelValues["counter_mode"]): void {
    this.state.counterMode = mode;
    this.toolbar.counters.value = mode;
    this.actions.draw();
  }

  #shown(tracks: number[] | null): void {
    this.state.layout.showOnly(tracks);
    this.actions.relayout();
    this.toolbar.menus.fill();
  }

  #notes(notes: ModelNote[]): void {
    this.toolbar.menus.notes.take(notes);
    this.toolbar.menus.fill();
  }

  #selected(span: number): void {
    if (span === this.state.selected) return;
    if (span >= 0) this.actions.selecting.span(span, true);
    else if (this.state.selected >= 0) this.actions.selecting.clear();
  }

  #range(from: number, to: number): void {
    const { range } = this.state;
    const same = range && Math.abs(from - range[0]) <= 1 && Math.abs(to - range[1]) <= 1;
    if (!same) this.actions.selecting.range([from, to], true);
  }
}
