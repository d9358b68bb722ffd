// The toolbar: search, colours, counter mode, what a drag does, tracks, notes, Perfetto, help.

import type { CounterMode } from "../logic/counters";
import { plainText } from "../logic/format";
import type { Ask, ColorMode, Host } from "../logic/hosts";
import type { TimelineState } from "../logic/state";
import { linkOf, viewOf } from "../logic/view_link";
import type { Actions, DragMode } from "./actions";
import { copyText } from "./copy";
import { button, debounced, el, select } from "./dom";
import { type MenuName, Menus } from "./menus";
import { openInPerfetto } from "./perfetto";

const COLOR_MODES: readonly (readonly [ColorMode, string])[] = [
  ["name", "colour: name"],
  ["cat", "colour: category"],
  ["thread", "colour: thread"],
  ["self", "colour: self time"],
];
const COUNTER_MODES: readonly (readonly [CounterMode, string])[] = [
  ["level", "counters: level"],
  ["rate", "counters: rate"],
  ["delta", "counters: delta"],
];
const DRAG_MODES: readonly (readonly [DragMode, string])[] = [
  ["pan", "drag: pan"],
  ["range", "drag: select"],
  ["area", "drag: area"],
  ["zoom", "drag: zoom"],
];
const SEARCH_REST = 120; // ms without a key after which the search runs

export class Toolbar {
  readonly menus: Menus;
  readonly search: HTMLInputElement;
  readonly colors: HTMLSelectElement;
  readonly counters: HTMLSelectElement;
  readonly axes: HTMLSelectElement;
  readonly #status = el("span", { class: "aero-status", role: "status" }); // of the search, within its box
  readonly #list: HTMLButtonElement;
  readonly #word = el("span", { class: "aero-word", role: "status" });
  readonly #buttons: HTMLButtonElement[];

  constructor(
    readonly bar: HTMLElement,
    menu: HTMLElement,
    private readonly state: TimelineState,
    private readonly actions: Actions,
  ) {
    const { host } = actions;
    this.menus = new Menus(menu, state, actions, (open) => this.#showOpen(open));
    this.search = this.#searchBox();
    const label = "colours (self time: blue none of the span, orange all of it)";
    this.colors = select(label, COLOR_MODES, "name", (mode) => host.set("color_by", mode));
    this.counters = select("counters", COUNTER_MODES, "level", (mode) => host.set("counter_mode", mode));
    this.counters.hidden = !state.store.bands.some((band) => band.kind === "counter");
    const { axes, axis } = state.store;
    const names = axes.map(({ name }) => [name, `axis: ${plainText(name, 40)}`] as const);
    this.axes = select("what the axis counts", [["", "axis: time"], ...names], axis?.name ?? "", (name) =>
      host.set("axis", name),
    );
    const dragLabel = "what dragging does (Shift always selects)";
    const drag = select(dragLabel, DRAG_MODES, "pan", (mode) => actions.setDrag(mode));
    this.#buttons = this.#makeButtons(host);
    const list = () => this.actions.searching.list();
    this.#list = button("List what was found, longest first (L)", list, { text: "list", hidden: true });
    const find = el("span", { class: "aero-find" }, this.search, this.#status);
    bar.append(
      find,
      this.#list,
      this.colors,
      this.counters,
      ...(axes.length ? [this.axes] : []),
      drag,
      ...this.#buttons,
      this.#word,
    );
  }

  #searchBox(): HTMLInputElement {
    const box = el("input", {
      type: "search",
      placeholder: "search or /regex/",
      title:
        'a text or /regular expression/ of names; cat:io, thread:gpu (or thread:"GPU main"), arg:key=value and arg:text before it narrow it',
      "aria-label": "search spans",
      spellcheck: "false",
    });
    const find = () => {
      // Enter may have been quicker than the rest: what it stepped to stays
      if (box.value !== this.state.search.query) this.actions.searching.find(box.value);
    };
    box.addEventListener("input", debounced(find, SEARCH_REST));
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      find();
      this.actions.searching.next(event.shiftKey ? -1 : 1);
    });
    return box;
  }

  #makeButtons({ ask, linked }: Host): HTMLButtonElement[] {
    const opener = (name: MenuName, label: string, text: string) =>
      button(label, () => this.menus.toggle(name), {
        text,
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        "data-opens": name,
      });
    const perfetto = "Open this trace in the Perfetto UI, in a new tab (nothing is uploaded)";
    return [
      opener("tracks", "Choose, order and pin tracks", "tracks"),
      opener("legend", "The largest names and their colours", "legend"),
      opener("notes", "Notes on moments and ranges", "notes"),
      ...(ask ? [button(perfetto, () => this.#openPerfetto(ask), { text: "perfetto" })] : []),
      ...(linked
        ? [button("Copy a link that opens this page on this view", () => this.#copyLink(), { text: "link" })]
        : []),
      button("Fill the screen, or leave it (Escape)", () => this.#toggleFullscreen(), { text: "full" }),
      opener("help", "Keys and gestures (?)", "?"),
    ];
  }

  /** Of the toolbar, which takes several lines in a narrow place; in CSS pixels. */
  get height(): number {
    return this.bar.offsetHeight;
  }

  focusSearch(): void {
    this.search.focus();
  }

  askNote(): void {
    this.menus.askNote();
  }

  toggleHelp(): void {
    this.menus.toggle("help");
  }

  showSearchStatus(): void {
    this.#status.textContent = this.state.search.status;
    this.#list.hidden = !this.state.search.count;
  }

  /** Close the open menu, if any; the focus returns to the button that opens it. */
  closeMenu(): boolean {
    if (!this.menus.isOpen) return false;
    const opener = this.#buttons.find((each) => each.getAttribute("aria-expanded") === "true");
    if (this.menus.close()) opener?.focus();
    return true;
  }

  #showOpen(open: MenuName | null): void {
    for (const each of this.#buttons) {
      if (each.dataset.opens) each.setAttribute("aria-expanded", String(each.dataset.opens === open));
    }
  }

  /** Say something beside the buttons. */
  tell(word: string): void {
    this.#word.textContent = word;
  }

  /** The page's address tells the view from now on, and is copied. */
  async #copyLink(): Promise<void> {
    const { host } = this.actions;
    try {
      history.replaceState(null, "", linkOf(viewOf(host, this.state.store)));
      await copyText(location.href);
      this.tell("link copied");
    } catch {
      this.tell("this page may not copy: take the link from its address");
    }
  }

  async #toggleFullscreen(): Promise<void> {
    try {
      await this.actions.toggleFullscreen();
    } catch {
      this.tell("this page may not fill the screen");
    }
  }

  async #openPerfetto(ask: Ask): Promise<void> {
    try {
      this.tell(await openInPerfetto(ask));
    } catch (error) {
      this.tell(`not opened in Perfetto: ${(error as Error).message}`);
    }
  }
}
