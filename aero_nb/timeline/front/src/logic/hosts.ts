// What a timeline is linked with: a widget's model, or nothing but the values a saved page has.

import type { CounterMode } from "./counters";

export type ColorMode = "name" | "cat" | "thread" | "self";
export type Interval = [number, number];

/** A note as the model has it. */
export interface ModelNote {
  ts_us: number;
  dur_us?: number;
  text: string;
}

/** The traits of aero_nb.timeline.Timeline that the page reads and writes. */
export interface ModelValues {
  window: Interval | null;
  selection_range: Interval | null;
  search: string;
  color_by: ColorMode;
  counter_mode: CounterMode;
  notes: ModelNote[];
  /** Numbers of trace.tracks, as in `pinned` and `collapsed`. */
  shown: number[] | null;
  /** Of the selected range; null for all. */
  selection_tracks: number[] | null;
  pinned: number[];
  collapsed: number[];
  /** Counters whose scale is not from zero on; of one in both it is logarithmic. */
  scale_fit: number[];
  scale_log: number[];
  height: number | null;
  axis: string;
  wheel: "scroll" | "zoom";
  _selected: number;
  _revision: number;
}
export type ModelKey = keyof ModelValues;

/** An answer of the kernel to a custom message. */
export interface Answer {
  text?: string;
  title?: string;
  buffers: DataView<ArrayBuffer>[];
}
export type Ask = (request: { ask: string; span?: number; key?: string; text?: string }) => Promise<Answer>;

export interface Host {
  /** Questions to the kernel; null where there is none. */
  readonly ask: Ask | null;
  /** Whether the page's address can tell the view. */
  readonly linked: boolean;
  get<K extends ModelKey>(key: K): ModelValues[K] | null | undefined;
  set<K extends ModelKey>(key: K, value: ModelValues[K]): void;
  /** Call `react` when the value changes; returns how to stop that. */
  on(key: ModelKey, react: () => void): () => void;
}

/** What the page's own controls change through the model, and therefore want to hear of. */
const CONTROLS: ReadonlySet<ModelKey> = new Set<ModelKey>(["color_by", "counter_mode", "axis"]);

/** A model without a kernel: what a saved page has. */
export class StubHost implements Host {
  readonly ask = null;
  readonly #values: Map<ModelKey, unknown>;
  readonly #listeners = new Map<ModelKey, Set<() => void>>();

  constructor(
    values: Partial<ModelValues> = {},
    readonly linked = false,
  ) {
    this.#values = new Map(Object.entries(values) as [ModelKey, unknown][]);
  }

  get<K extends ModelKey>(key: K): ModelValues[K] | undefined {
    return this.#values.get(key) as ModelValues[K] | undefined;
  }

  set<K extends ModelKey>(key: K, value: ModelValues[K]): void {
    this.#values.set(key, value);
    if (CONTROLS.has(key)) for (const react of this.#listeners.get(key) ?? []) react();
  }

  on(key: ModelKey, react: () => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(react));
    return () => listeners.delete(react);
  }
}

/** The part of anywidget's model that is used here. */
export interface WidgetModel {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** The widget's model; what this view sets itself does not come back to it, but for its controls. */
export class ModelHost implements Host {
  readonly linked = false;
  #setting = false;

  constructor(
    private readonly model: WidgetModel,
    readonly ask: Ask,
  ) {}

  get<K extends ModelKey>(key: K): ModelValues[K] | null | undefined {
    return this.model.get(key) as ModelValues[K] | null | undefined;
  }

  set<K extends ModelKey>(key: K, value: ModelValues[K]): void {
    if (JSON.stringify(this.model.get(key)) === JSON.stringify(value)) return;
    this.#setting = !CONTROLS.has(key);
    this.model.set(key, value);
    this.#setting = false;
    this.model.save_changes();
  }

  on(key: ModelKey, react: () => void): () => void {
    const listener = () => {
      if (!this.#setting) react();
    };
    this.model.on(`change:${key}`, listener);
    return () => this.model.off(`change:${key}`, listener);
  }
}
