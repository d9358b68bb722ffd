// The toolbar: search, colours, counter mode, what a drag does, tracks, notes, Perfetto, help.

const COLOR_MODES = [["name", "colour: name"], ["cat", "colour: category"], ["thread", "colour: thread"],
  ["self", "colour: self time"]];
const DRAG_MODES = [["pan", "drag: pan"], ["range", "drag: select"], ["zoom", "drag: zoom"]];

class Controls {
  constructor(timeline, bar, menu) {
    this.timeline = timeline;
    this.menu = menu;
    this.bar = bar;
    this.search = el("input", { type: "search", placeholder: "search or /regex/", "aria-label": "search spans",
      spellcheck: "false" });
    this.status = el("span", { class: "aero-status", role: "status" }); // of the search, within its box
    this.word = el("span", { class: "aero-word", role: "status" });
    const find = debounced(() => timeline.find(this.search.value), 120);
    this.search.addEventListener("input", find);
    this.search.addEventListener("keydown", (event) => this.searchKey(event));
    this.colors = select("colours (self time: blue none of the span, orange all of it)", COLOR_MODES, "name", (mode) => timeline.host.set("color_by", mode));
    this.counters = select("counters", COUNTER_MODES, "level", (mode) => timeline.host.set("counter_mode", mode));
    this.drag = select("what dragging does (Shift always selects)", DRAG_MODES, "pan", (mode) => this.setDrag(mode));
    this.counters.hidden = !timeline.store.bands.some((band) => band.kind === "counter");
    const opens = (what) => ({ "aria-haspopup": "dialog", "aria-expanded": "false", "data-opens": what });
    this.buttons = [
      button("Choose, order and pin tracks", () => this.toggle("tracks"), { text: "tracks", ...opens("tracks") }),
      button("Notes on moments and ranges", () => this.toggle("notes"), { text: "notes", ...opens("notes") }),
    ];
    if (timeline.host.canAsk) {
      this.buttons.push(button("Open this trace in the Perfetto UI, in a new tab (nothing is uploaded)",
        () => this.openPerfetto(), { text: "perfetto" }));
    }
    this.buttons.push(button("Keys and gestures (?)", () => this.toggleHelp(), { text: "?", ...opens("help") }));
    bar.append(el("span", { class: "aero-find" }, this.search, this.status), this.colors, this.counters, this.drag,
      ...this.buttons, this.word);
  }

  /** Of the toolbar, which takes several lines in a narrow place; in CSS pixels. */
  get height() {
    return this.bar.offsetHeight;
  }

  searchKey(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (this.search.value !== this.timeline.search.query) this.timeline.find(this.search.value);
    this.timeline.nextMatch(event.shiftKey ? -1 : 1);
  }

  setDrag(mode) {
    this.timeline.gestures.mode = mode;
    this.timeline.stage.dataset.drag = mode;
  }

  toggle(what) {
    if (!this.menu.hidden && this.menu.dataset.what === what) this.close();
    else this.open(what);
  }

  open(what) {
    this.menu.dataset.what = what;
    this.menu.hidden = false;
    this.menu.setAttribute("aria-label", what);
    this.tellOpen();
    this.fill();
  }

  /** Close the menu; the focus returns to the button that opens it. */
  close() {
    const inside = this.menu.contains(document.activeElement);
    this.menu.hidden = true;
    this.tellOpen();
    if (inside) this.buttons.find((each) => each.dataset.opens === this.menu.dataset.what)?.focus();
  }

  tellOpen() {
    for (const each of this.buttons.filter((node) => node.dataset.opens)) {
      each.setAttribute("aria-expanded", String(!this.menu.hidden && each.dataset.opens === this.menu.dataset.what));
    }
  }

  /** Draw the open menu afresh. */
  fill() {
    if (this.menu.hidden) return;
    const content = { tracks: () => this.trackList(), notes: () => this.noteList(), help: () => this.help() };
    const focused = this.menu.querySelector(":focus")?.getAttribute("aria-label");
    this.menu.replaceChildren(...content[this.menu.dataset.what]());
    const again = [...this.menu.querySelectorAll("button, input")]
      .find((node) => focused && node.getAttribute("aria-label") === focused);
    (again ?? this.menu.querySelector("input, button"))?.focus({ preventScroll: true });
  }

  trackList() {
    const { layout, store } = this.timeline;
    const change = (action) => () => {
      action();
      this.timeline.relayout();
      this.timeline.host.set("shown", layout.shown);
      this.fill();
    };
    const all = el("p", {},
      button("Show all tracks", change(() => layout.showOnly(null)), { text: "show all" }),
      button("Hide all tracks", change(() => layout.showOnly([])), { text: "hide all" }),
      button("Collapse all tracks", change(() => layout.collapseAll(true)), { text: "collapse all" }),
      button("Expand all tracks", change(() => layout.collapseAll(false)), { text: "expand all" }));
    const rows = layout.order.map((number) => this.trackRow(store.bands[number], change));
    return [all, el("div", { class: "aero-list" }, ...rows)];
  }

  trackRow(band, change) {
    const { layout } = this.timeline;
    const title = plainText(band.title, 60);
    const box = el("input", { type: "checkbox", "aria-label": `Show ${title}`,
      checked: !layout.hidden.has(band.number) });
    box.addEventListener("change", change(() => layout.toggle(layout.hidden, band.number)));
    const pinned = layout.pinned.has(band.number);
    const pin = button(`Pin ${title}`, change(() => layout.toggle(layout.pinned, band.number)),
      { text: pinned ? "unpin" : "pin", "aria-pressed": String(pinned) });
    const up = button(`Move ${title} up`, change(() => layout.move(band, -1)), { text: "↑" });
    const down = button(`Move ${title} down`, change(() => layout.move(band, 1)), { text: "↓" });
    return el("div", {}, el("label", {}, box, title), el("span", {}, pin, up, down));
  }

  noteList() {
    const { timeline } = this;
    const add = button("Add a note on the selection, or on the middle of the view (N)", () => this.askNote(),
      { text: "add a note" });
    const rows = timeline.notes.map((note) => el("div", {},
      button(`Go to ${plainText(note.text)}`, () => timeline.center(note.start_ns, note.duration_ns),
        { text: `${timeline.timeLabel(note.start_ns)}  ${plainText(note.text)}`, class: "aero-link" }),
      button(`Remove ${plainText(note.text)}`, () => timeline.removeNote(note), { text: "remove" })));
    return [el("p", {}, add), el("div", { class: "aero-list" }, ...rows)];
  }

  /** Ask for a note's text in the menu. */
  askNote() {
    const { timeline } = this;
    const [from, to] = timeline.selectedInterval() ?? [timeline.middle, timeline.middle];
    const about = to > from ? `on ${formatDuration(to - from)}` : "on a moment";
    const input = el("input", { type: "text", "aria-label": `note ${about}`, placeholder: `note ${about}`, maxlength: "500" });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !input.value.trim()) return;
      event.preventDefault(); // or it would press the button that has the focus next
      timeline.addNote(from, to - from, input.value.trim());
      this.fill();
    });
    this.open("notes");
    this.menu.prepend(input);
    input.focus();
  }

  toggleHelp() {
    this.toggle("help");
  }

  help() {
    const keys = KEYS.filter(([shown]) => shown).flatMap(([shown, , text]) => [el("dt", {}, shown), el("dd", {}, text)]);
    const hands = [
      ["wheel", "zoom at the mouse; over the names scroll the tracks"], ["Shift+wheel", "pan"], ["drag", "pan and scroll"],
      ["Shift+drag", "select a range"], ["click", "details of a span"], ["double click", "fit the span"],
    ].flatMap(([shown, text]) => [el("dt", {}, shown), el("dd", {}, text)]);
    if (this.timeline.host.canAsk) {
      hands.push(el("dt", {}, "saving"), el("dd", {}, "keep the picture in the notebook: Settings → Save Widget State Automatically"));
    }
    return [button("Close the help (Escape)", () => this.close(), { text: "close" }), el("dl", {}, ...keys, ...hands)];
  }

  async openPerfetto() {
    try {
      this.word.textContent = await openInPerfetto(this.timeline.host.ask);
    } catch (error) {
      this.word.textContent = `not opened in Perfetto: ${error.message}`;
    }
  }
}
