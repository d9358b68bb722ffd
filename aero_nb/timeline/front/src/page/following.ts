// Doing what the model says, now and whenever Python changes it.

import type { ColorMode, Host, Interval, ModelKey, ModelNote, ModelValues } from "../logic/hosts";
import type { TimelineState } from "../logic/state";
import type { Actions } from "./actions";
import type { Toolbar } from "./toolbar";

/** All but the axis and the trace: other ones make another timeline (mount.ts). */
type Followed = Exclude<ModelKey, "axis" | "_revision">;
type Reactions = { [Key in Followed]: (value: ModelValues[Key] | null | undefined) => void };

export class Following {
  readonly #stops: (() => void)[] = [];
  #started = false;

  constructor(
    private readonly host: Host,
    private readonly state: TimelineState,
    private readonly toolbar: Toolbar,
    private readonly actions: Actions,
  ) {
    const reactions: Reactions = {
      search: (query) => actions.searching.show(query ?? ""),
      color_by: (mode) => this.#colors(mode ?? "name"),
      counter_mode: (mode) => this.#counters(mode ?? "level"),
      shown: (tracks) => this.#shown(tracks ?? null),
      pinned: (tracks) => this.#marked(state.layout.pinned, tracks ?? []),
      collapsed: (tracks) => this.#marked(state.layout.collapsed, tracks ?? []),
      scale_fit: () => this.#scales(),
      scale_log: () => this.#scales(),
      notes: (notes) => this.#notes(notes ?? []),
      _selected: (span) => this.#selected(span ?? -1),
      selection_tracks: (tracks) => this.#area(tracks ?? null),
      selection_range: (range) => this.#range(range ? [state.fromUs(range[0]), state.fromUs(range[1])] : null),
      height: () => actions.relayout(),
      wheel: (way) => {
        state.wheelZooms = way === "zoom";
      },
      window: (window) => window && state.view.show(state.fromUs(window[0]), state.fromUs(window[1])), // last: to show a selected span may move it
    };
    for (const key of Object.keys(reactions) as Followed[]) this.#follow(key, reactions[key]);
    this.#started = true;
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

  #marked(set: Set<number>, tracks: number[]): void {
    this.state.layout.mark(set, tracks);
    this.actions.relayout();
    this.toolbar.menus.fill();
  }

  #scales(): void {
    this.state.counterScales.clear();
    for (const kind of ["fit", "log"] as const) {
      const tracks = this.host.get(`scale_${kind}`) ?? [];
      for (const { number, track } of this.state.store.bands)
        if (tracks.includes(track)) this.state.counterScales.set(number, kind);
    }
    this.actions.draw();
  }

  #notes(notes: ModelNote[]): void {
    this.toolbar.menus.notes.take(notes);
    this.toolbar.menus.fill();
  }

  #selected(span: number): void {
    if (span === this.state.selected) return;
    if (span >= 0) this.actions.selecting.span(span, this.#started || !this.host.get("window"));
    else if (this.state.selected >= 0) this.actions.selecting.clear();
  }

  #range(wanted: Interval | null): void {
    const { range } = this.state;
    if (!wanted) {
      if (range) this.actions.selecting.clear();
      return;
    }
    const same = range && wanted.every((time, i) => Math.abs(time - range[i]) <= 1);
    if (!same) this.actions.selecting.range(wanted, true, this.state.rangeBands);
  }

  #area(tracks: number[] | null): void {
    const { state } = this;
    const { bands } = state.store;
    const numbers = bands.flatMap(({ number, track }) => (tracks?.includes(track) ? [number] : []));
    state.rangeBands = tracks && new Set(numbers);
    if (state.range) this.actions.selecting.range(state.range, true, state.rangeBands);
  }
}
