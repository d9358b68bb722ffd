// The menus of the toolbar: tracks, notes, help. One is open at a time.

import type { Band } from "../data/store";
import { colorIndex, PALETTE } from "../logic/colors";
import type { CounterScale } from "../logic/counters";
import { formatDuration, plainText } from "../logic/format";
import type { NamedStrip } from "../logic/layout";
import { largest } from "../logic/legend";
import type { TimelineState } from "../logic/state";
import type { Actions } from "./actions";
import { button, el } from "./dom";
import { HANDS, KEYS, SAVING } from "./keys";
import { Notes } from "./notes";

export type MenuName = "tracks" | "legend" | "notes" | "help" | "label";

const MOST_IN_LEGEND = 16;
const SHARES_IN_WORDS = "blue: children have all of the span; grey: half; orange: all of it is its own";
const LONGEST_NOTE = 500;

export class Menus {
  readonly notes: Notes;
  #open: MenuName | null = null;
  #strip: NamedStrip | null = null;
  #filter = "";

  /** `toggled` is told which menu is open now, if any. */
  constructor(
    private readonly element: HTMLElement,
    private readonly state: TimelineState,
    private readonly actions: Actions,
    private readonly toggled: (open: MenuName | null) => void,
  ) {
    this.notes = new Notes(state, actions.host, () => actions.draw());
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  toggle(name: MenuName): void {
    if (this.#open === name) this.close();
    else this.open(name);
  }

  open(name: MenuName): void {
    this.#open = name;
    this.element.dataset.what = name;
    this.element.hidden = false;
    this.element.setAttribute("aria-label", name);
    this.toggled(name);
    this.fill();
  }

  /** Close the menu; true where it had the focus, which has to go elsewhere. */
  close(): boolean {
    const inside = this.element.contains(document.activeElement);
    this.#open = null;
    this.element.hidden = true;
    this.toggled(null);
    return inside;
  }

  /** Draw the open menu afresh; what had the focus gets it back. */
  fill(): void {
    if (!this.#open) return;
    const focused = this.element.querySelector(":focus")?.getAttribute("aria-label");
    this.element.replaceChildren(...this.#contents(this.#open));
    const choices = [...this.element.querySelectorAll<HTMLElement>("button, input")];
    const again = choices.find((node) => focused && node.getAttribute("aria-label") === focused);
    (again ?? choices[0])?.focus({ preventScroll: true });
  }

  /** The menu of a track's or a process's name, beside it. */
  openLabel(strip: NamedStrip): void {
    this.#strip = strip;
    this.open("label");
  }

  /** The scales that a counter can have. */
  #scales(number: number, act: (text: string, action: () => void) => HTMLElement): HTMLElement {
    const { counterScales } = this.state;
    const take = (kind: CounterScale) => () => counterScales.set(number, kind);
    const zero = act("from zero", () => counterScales.delete(number));
    return el("p", {}, "scale: ", zero, act("fit", take("fit")), act("logarithmic", take("log")));
  }

  /** What can be done to a track, or to all tracks of a process. */
  #label(): HTMLElement[] {
    const { layout, store } = this.state;
    const strip = this.#strip;
    if (!strip) return [];
    const ofBand = strip.kind === "band";
    const bands = ofBand ? [strip.band] : store.bands.filter(({ process }) => process === strip.process);
    const title = plainText(ofBand ? strip.band.title : strip.title, 60);
    const numbers = bands.map(({ number }) => number);
    const pinned = numbers.every((number) => layout.pinned.has(number));
    const act = (text: string, action: () => void) =>
      button(
        `${text} ${title}`,
        () => {
          action();
          layout.arrange();
          this.actions.arranged();
          this.close();
        },
        { text },
      );
    const pin = () => {
      for (const number of numbers) {
        if (pinned) layout.pinned.delete(number);
        else layout.pinned.add(number);
      }
    };
    const hide = (wanted: (number: number) => boolean) => {
      for (const { number } of store.bands) if (wanted(number)) layout.hidden.add(number);
    };
    return [
      el("b", {}, title),
      el(
        "p",
        {},
        act(pinned ? "unpin" : "pin", pin),
        act("hide", () => hide((number) => numbers.includes(number))),
        act("show only", () => hide((number) => !numbers.includes(number))),
        act("show all", () => layout.showOnly(null)),
      ),
      ...(ofBand && strip.band.kind === "counter" ? [this.#scales(strip.band.number, act)] : []),
    ];
  }

  #contents(name: MenuName): HTMLElement[] {
    if (name === "label") return this.#label();
    if (name === "legend") return this.#legend();
    if (name === "tracks") return this.#tracks();
    return name === "notes" ? this.#notes() : this.#help();
  }

  #tracks(): HTMLElement[] {
    const { layout, store } = this.state;
    const all = el(
      "p",
      {},
      this.#change("Show all tracks", "show all", () => layout.showOnly(null)),
      this.#change("Hide all tracks", "hide all", () => layout.showOnly([])),
      this.#change("Collapse all tracks", "collapse all", () => layout.collapseAll(true)),
      this.#change("Expand all tracks", "expand all", () => layout.collapseAll(false)),
      this.#change(
        `${layout.idle ? "Show" : "Fold"} tracks with nothing in sight (I)`,
        layout.idle ? "show idle" : "fold idle",
        () => this.actions.toggleIdle(),
      ),
    );
    const list = el("div", { class: "aero-list" });
    for (const process of new Set(layout.order.map((number) => store.bands[number].process))) {
      const bands = layout.order.map((number) => store.bands[number]).filter((band) => band.process === process);
      list.append(this.#process(process, bands), ...bands.map((band) => this.#track(band)));
    }
    return [this.#filterBox(list), all, list];
  }

  /** A box that leaves of the list what has its text; processes stay while one of their tracks does. */
  #filterBox(list: HTMLElement): HTMLElement {
    const label = "only tracks with this text";
    const box = el("input", { type: "search", "aria-label": label, placeholder: label, value: this.#filter });
    const filter = () => {
      this.#filter = box.value;
      const wanted = box.value.toLowerCase();
      let heading: HTMLElement | null = null;
      for (const row of list.children as Iterable<HTMLElement>) {
        const found = (row.textContent ?? "").toLowerCase().includes(wanted);
        const ofProcess = row.classList.contains("aero-of-process");
        if (ofProcess) heading = row;
        const all = heading !== row && heading?.dataset.found === "true"; // all tracks of a process that was meant
        if (ofProcess) row.dataset.found = String(found && wanted !== "");
        row.hidden = !found && !all;
        if (found && heading) heading.hidden = false;
      }
    };
    box.addEventListener("input", filter);
    filter();
    return box;
  }

  /** A process of the list: shown while any of its tracks is. */
  #process(process: number, bands: Band[]): HTMLElement {
    const { layout, store } = this.state;
    const title = plainText(store.processes[process].title, 60);
    const checked = bands.some(({ number }) => !layout.hidden.has(number));
    const box = el("input", { type: "checkbox", "aria-label": `Show all of ${title}`, checked });
    box.addEventListener("change", () =>
      this.#changed(() => {
        for (const { number } of bands) {
          if (checked) layout.hidden.add(number);
          else layout.hidden.delete(number);
        }
        layout.arrange();
      }),
    );
    return el("div", { class: "aero-of-process" }, el("label", {}, box, title));
  }

  /** The largest names with their colours; a click searches for one. */
  #legend(): HTMLElement[] {
    const { store } = this.state;
    const mode = this.actions.host.get("color_by") ?? "name";
    const lines = largest(store, mode, MOST_IN_LEGEND);
    const field = { name: "", cat: "cat:", thread: "thread:", self: "" }[mode];
    const rows = lines.map(({ text, time }) => {
      const name = plainText(text || "(none)");
      const query = field ? `${field}"${text}"` : text;
      const find = () => this.actions.searching.show(query);
      const swatch = el("i", { class: "aero-swatch", style: `background: ${PALETTE[colorIndex(text)]}` });
      return el(
        "div",
        {},
        swatch,
        button(`Search for ${name}`, find, { text: name, class: "aero-link" }),
        formatDuration(time),
      );
    });
    const words = mode === "self" ? SHARES_IN_WORDS : "the most self time of the trace; a click searches";
    return [el("p", {}, words), el("div", { class: "aero-list" }, ...rows)];
  }

  #track(band: Band): HTMLElement {
    const { layout } = this.state;
    const title = plainText(band.title, 60);
    const checked = !layout.hidden.has(band.number);
    const box = el("input", { type: "checkbox", "aria-label": `Show ${title}`, checked });
    box.addEventListener("change", () => this.#changed(() => layout.toggle(layout.hidden, band.number)));
    const pinned = layout.pinned.has(band.number);
    const pin = this.#change(`Pin ${title}`, pinned ? "unpin" : "pin", () => layout.toggle(layout.pinned, band.number));
    pin.setAttribute("aria-pressed", String(pinned));
    const up = this.#change(`Move ${title} up`, "↑", () => layout.move(band, -1));
    const down = this.#change(`Move ${title} down`, "↓", () => layout.move(band, 1));
    return el("div", {}, el("label", {}, box, title), el("span", {}, pin, up, down));
  }

  #change(label: string, text: string, action: () => void): HTMLButtonElement {
    return button(label, () => this.#changed(action), { text });
  }

  #changed(action: () => void): void {
    action();
    this.actions.arranged();
    this.fill();
  }

  #notes(): HTMLElement[] {
    const label = "Add a note on the selection, or on the middle of the view (N)";
    const add = button(label, () => this.askNote(), { text: "add a note" });
    const rows = this.state.notes.map(({ start, duration, text }, index) => {
      const name = plainText(text);
      const place = `${this.state.moment(start)}  ${name}`;
      const show = () => this.state.view.center(start, duration);
      const go = button(`Go to ${name}`, show, { text: place, class: "aero-link" });
      const remove = button(`Remove ${name}`, () => this.#remove(index), { text: "remove" });
      return el("div", {}, go, remove);
    });
    return [el("p", {}, add), el("div", { class: "aero-list" }, ...rows)];
  }

  #remove(index: number): void {
    this.notes.remove(index);
    this.fill();
  }

  /** Ask for a note's text in the menu. */
  askNote(): void {
    const { middle } = this.state.view;
    const [from, to] = this.state.selectedInterval ?? [middle, middle];
    const about = `note ${to > from ? `on ${this.state.scale.length(to - from)}` : "on a moment"}`;
    const maxlength = String(LONGEST_NOTE);
    const input = el("input", { type: "text", "aria-label": about, placeholder: about, maxlength });
    input.addEventListener("keydown", (event) => {
      const text = input.value.trim();
      if (event.key !== "Enter" || !text) return;
      event.preventDefault(); // or it would press the button that has the focus next
      this.notes.add(from, to - from, text);
      this.fill();
    });
    this.open("notes");
    this.element.prepend(input);
    input.focus();
  }

  #help(): HTMLElement[] {
    const keys = KEYS.filter(({ shown }) => shown).map(({ shown, meaning }) => [shown, meaning] as const);
    const lines = [...keys, ...HANDS, ...(this.actions.host.ask ? [SAVING] : [])];
    const list = lines.flatMap(([shown, meaning]) => [el("dt", {}, shown), el("dd", {}, meaning)]);
    return [button("Close the help (Escape)", () => this.close(), { text: "close" }), el("dl", {}, ...list)];
  }
}
