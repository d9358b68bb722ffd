// Notes on moments and stretches of time, shared with the model.

import type { Host, ModelNote } from "../logic/hosts";
import type { Note, TimelineState } from "../logic/state";

export class Notes {
  constructor(
    private readonly state: TimelineState,
    private readonly host: Host,
    private readonly redraw: () => void,
  ) {}

  add(start: number, duration: number, text: string): void {
    this.#set([...this.state.notes, { start, duration, text }]);
  }

  remove(index: number): void {
    this.#set(this.state.notes.filter((_, i) => i !== index));
  }

  /** Take what the model has. */
  take(notes: ModelNote[]): void {
    this.state.notes = notes.map((note) => ({
      start: this.state.fromUs(note.ts_us),
      duration: (note.dur_us ?? 0) * 1000,
      text: String(note.text ?? ""),
    }));
    this.redraw();
  }

  #set(notes: Note[]): void {
    const { state } = this;
    state.notes = notes;
    const forModel = notes.map(({ start, duration, text }) => ({
      ts_us: state.toUs(start),
      dur_us: duration / 1000,
      text,
    }));
    this.host.set("notes", forModel);
    this.redraw();
  }
}
