// The timeline and what it is linked with: the widget's model, plotly, files.

Object.assign(TimelineView.prototype, {
  toUs(time) {
    return this.store.zero_us + time / 1000;
  },

  fromUs(us) {
    return Math.round((us - this.store.zero_us) * 1000);
  },

  /** Do what the model says, now and whenever Python changes it. */
  follow() {
    const reactions = {
      window: (value) => value && this.setView(this.fromUs(value[0]), this.fromUs(value[1])),
      search: (value) => this.followSearch(value ?? ""),
      color_by: (value) => this.followColors(value ?? "name"),
      counter_mode: (value) => this.followCounters(value ?? "level"),
      shown: (value) => {
        this.layout.showOnly(value ?? null);
        this.relayout();
        this.controls.fill();
      },
      notes: (value) => this.followNotes(value ?? []),
      _selected: (value) => this.followSelected(value ?? -1),
      selection_range: (value) => value && this.followRange(value.map((us) => this.fromUs(us))),
      height: () => this.relayout(),
    };
    for (const [key, react] of Object.entries(reactions)) {
      this.cleanups.push(this.host.on(key, () => react(this.host.get(key))));
      const value = this.host.get(key);
      if (value !== undefined && value !== null) react(value);
    }
  },

  followSearch(value) {
    if (this.search.query === value) return;
    this.controls.search.value = value;
    this.find(value);
  },

  followColors(mode) {
    this.controls.colors.value = mode;
    this.recolor(mode);
  },

  followCounters(mode) {
    this.counterMode = mode;
    this.controls.counters.value = mode;
    this.draw();
  },

  followNotes(notes) {
    this.notes = notes.map((note) => ({
      start_ns: this.fromUs(note.ts_us), duration_ns: (note.dur_us ?? 0) * 1000, text: String(note.text ?? ""),
    }));
    this.controls.fill();
    this.draw();
  },

  followSelected(span) {
    if (span === this.selected) return;
    if (span >= 0) this.selectSpan(span, true);
    else if (this.selected >= 0) this.clearSelection();
  },

  followRange(range) {
    if (this.range && range.every((time, i) => Math.abs(time - this.range[i]) <= 1)) return;
    this.setRange(range, true);
  },

  /** Tell Python where the view came to rest. */
  publish() {
    if (this.stopped) return;
    this.sayWhereKeysLed();
    this.host.set("window", [this.toUs(this.view.t0), this.toUs(this.view.t1)]);
  },

  /** Save what is in sight, canvas and axis, as a PNG file. */
  async savePicture() {
    const ratio = this.painter.r;
    const canvas = document.createElement("canvas");
    canvas.width = this.width * ratio;
    canvas.height = (this.height - this.top + 24) * ratio;
    const c = canvas.getContext("2d");
    c.scale(ratio, ratio);
    c.fillStyle = this.theme.paper;
    c.fillRect(0, 0, canvas.width, canvas.height);
    c.font = `11px ${FONT}`;
    c.fillStyle = this.theme.ink;
    this.ticks.values.forEach((value, i) => {
      const x = this.gutter + ((value - this.view.t0) / (this.view.t1 - this.view.t0)) * this.plotWidth;
      c.fillText(this.ticks.labels[i], x + 3, 15);
    });
    for (const { strip, y } of this.nameBands.built) {
      c.fillText(plainText(strip.band ? strip.band.title : strip.title, 24), 8, y + 24 + 14, this.gutter - 12);
    }
    const size = [this.plotWidth, this.plotHeight];
    for (const layer of [this.painter.canvas, this.overlay.canvas]) c.drawImage(layer, this.gutter, 24, ...size);
    const link = el("a", { href: canvas.toDataURL("image/png"), download: "timeline.png" });
    link.click();
  },
});

/** A model without a kernel: what a saved page has. */
class StubHost {
  constructor(values = {}) {
    this.values = new Map(Object.entries(values));
    this.canAsk = false;
    this.listeners = new Map();
  }

  get(key) {
    return this.values.get(key);
  }

  set(key, value) {
    this.values.set(key, value);
    if (STUB_OWN.has(key)) this.listeners.get(key)?.forEach((react) => react());
  }

  on(key, react) {
    if (!this.listeners.has(key)) this.listeners.set(key, new Set());
    this.listeners.get(key).add(react);
    return () => this.listeners.get(key).delete(react);
  }
}

/** What the page's own controls change through the model. */
const STUB_OWN = new Set(["color_by", "counter_mode"]);

/** The widget's model; what this view sets itself does not come back to it, but for its controls. */
class ModelHost {
  constructor(model, ask) {
    Object.assign(this, { model, ask, canAsk: true, setting: false });
  }

  get(key) {
    return this.model.get(key);
  }

  set(key, value) {
    if (JSON.stringify(this.model.get(key)) === JSON.stringify(value)) return;
    this.setting = !STUB_OWN.has(key);
    this.model.set(key, value);
    this.setting = false;
    this.model.save_changes();
  }

  on(key, react) {
    const listener = () => this.setting || react();
    this.model.on(`change:${key}`, listener);
    return () => this.model.off(`change:${key}`, listener);
  }
}
