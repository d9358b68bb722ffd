// Hover, selection, search and notes of a timeline.

Object.assign(TimelineView.prototype, {
  /** What lies at a place of the plot: {span} or {instant} with their pixel's totals, or null. */
  hit({ x, y, time }) {
    const at = this.layout.at(y, this.scroll);
    const band = at?.strip.band;
    if (!band || band.kind === "counter") return null;
    const { t0, t1 } = this.view;
    const pixel = (t1 - t0) / (this.plotWidth * this.painter.r);
    const row = at.strip.rows.find(({ top, height }) => at.inner >= top && at.inner < top + height + 1);
    if (at.inner < TITLE_HEIGHT) {
      const near = this.instantNear(band, time, (5 * (t1 - t0)) / this.plotWidth);
      if (near >= 0) return { instant: near };
    }
    if (!row) return null;
    // The device pixel under the mouse, as the raster sees it; then one to each side.
    const cell = t0 + Math.floor((time - t0) / pixel) * pixel;
    for (const shift of [0, -1, 1]) {
      const from = cell + shift * pixel;
      const totals = pixelTotals(this.store, row.row, from, from + pixel);
      if (totals.count) return { span: this.longest(row.row, from, from + pixel), totals };
    }
    return null;
  },

  longest(row, t0, t1) {
    const [from, to] = this.store.inRow(row, t0, t1);
    let best = from;
    for (let i = from; i < to; i += 1) if (this.store.duration[i] > this.store.duration[best]) best = i;
    return best;
  },

  instantNear(band, time, reach) {
    const times = this.store.instants.time;
    const [first, last] = [band.first_item, band.first_item + band.items];
    const next = lowerBound(times, time, first, last);
    const near = [next - 1, next].filter((i) => i >= first && i < last && Math.abs(times[i] - time) <= reach);
    return near.sort((a, b) => Math.abs(times[a] - time) - Math.abs(times[b] - time))[0] ?? -1;
  },

  /** The mouse is at a place of the plot, or gone (null). */
  point(at) {
    this.pointer = at;
    if (this.pointing) return;
    this.pointing = requestAnimationFrame(() => {
      this.pointing = 0;
      if (this.stopped) return;
      this.overlay.draw();
      this.showTip();
    });
  },

  showTip() {
    const at = this.pointer;
    const lines = at ? this.tipLines(at) : null;
    this.tip.hidden = !lines;
    if (!lines) return;
    this.tip.replaceChildren(...lines.map((text, n) => el(n ? "div" : "b", {}, text)));
    const left = Math.min(this.gutter + at.x + 14, this.width - this.tip.offsetWidth - 4);
    const below = this.top + at.y + 18;
    const fits = below + this.tip.offsetHeight < this.height;
    this.tip.style.left = `${Math.max(left, 0)}px`;
    this.tip.style.top = `${fits ? below : Math.max(this.top + at.y - this.tip.offsetHeight - 10, 0)}px`;
  },

  tipLines(at) {
    const { store } = this;
    const hit = this.hit(at);
    if (!hit) return this.lostLines(at);
    if (hit.instant !== undefined) {
      return [plainText(store.names[store.instants.name[hit.instant]]),
        `instant at ${this.timeLabel(store.instants.time[hit.instant])}`];
    }
    const { span, totals } = hit;
    const band = store.bandOf(span);
    const lines = [plainText(store.nameOf(span)),
      `${formatDuration(store.duration[span])}${store.unfinished.has(span) ? " so far: not ended in this trace" : ""}`,
      `self ${formatDuration(store.selfTime[span])}`,
      `${plainText(band.title)}, at ${this.timeLabel(store.start[span])}`];
    if (totals.count === 1) return lines;
    const share = Math.round(100 * totals.share);
    return [`${formatCount(totals.count)} spans, mostly ${plainText(store.names[totals.name])} (${share}%)`,
      `longest: ${lines[0]}, ${lines[1]}`, ...lines.slice(3)];
  },

  /** Over hatching: what is missing there and why. */
  lostLines({ y, time }) {
    const band = this.layout.at(y, this.scroll)?.strip.band;
    const lost = band?.lost.find(([from, to]) => time >= from && time < to);
    return lost ? [lost[2], `${plainText(band.title)}, ${formatDuration(lost[1] - lost[0])}`] : null;
  },

  click(at) {
    const hit = this.hit(at);
    if (hit?.span !== undefined) this.selectSpan(hit.span, false);
    else if (hit) this.panel.showInstant(hit.instant);
    else this.clearSelection();
    this.draw();
  },

  /** Select a span, show its details; `reveal` also brings it into sight. */
  selectSpan(span, reveal) {
    this.selected = span;
    this.range = null;
    this.host.set("selection_range", null);
    this.host.set("_selected", span);
    this.panel.showSpan(span);
    if (reveal) this.reveal(span);
    this.draw();
  },

  /** Bring a span into sight without more zoom than needed. */
  reveal(span) {
    const { store, layout } = this;
    const band = store.bandOf(span);
    if (layout.uncover(band)) this.relayout();
    const strip = layout.stripOf(band);
    const place = strip.rows.find(({ row }) => row === store.rowOf(span));
    if (!strip.pinned && place) {
      const y = strip.y + place.top;
      const top = layout.pinnedHeight;
      if (y - this.scroll < top || y + ROW_HEIGHT - this.scroll > this.plotHeight) this.scrollTo(y - this.plotHeight / 2);
    }
    const { t0, t1 } = this.view;
    const [from, length] = [store.start[span], store.duration[span]];
    const tiny = (length / (t1 - t0)) * this.plotWidth < 3;
    if (from >= t1 || from + length <= t0 || length > t1 - t0) this.center(from, length);
    else if (tiny) this.setView(...this.around(from + length / 2, Math.max(length * 40, SHORTEST)));
  },

  around(middle, length) {
    return [middle - length / 2, middle + length / 2];
  },

  setRange(range, finished) {
    this.range = range;
    this.selected = -1;
    this.draw();
    if (!finished || !range) return;
    this.panel.showRange(...range);
    this.host.set("_selected", -1);
    this.host.set("selection_range", range.map((time) => this.toUs(time)));
  },

  /** Select what is in sight: a range without a mouse. */
  selectSight() {
    this.setRange([Math.max(this.view.t0, 0), Math.min(this.view.t1, this.store.end)], true);
  },

  clearSelection() {
    this.selected = -1;
    this.range = null;
    this.panel.clear();
    this.host.set("_selected", -1);
    this.host.set("selection_range", null);
    this.draw();
  },

  selectedInterval() {
    if (this.range) return this.range;
    return this.selected >= 0 ? [this.store.start[this.selected], this.store.endOf(this.selected)] : null;
  },

  /** F: fit the selection; without one the search hit's neighbourhood is the whole trace. */
  fit() {
    const chosen = this.selectedInterval();
    if (chosen) this.center(chosen[0], chosen[1] - chosen[0]);
    else this.showAll();
  },

  /** Escape: an open menu first, then the selection, then the search. */
  escape() {
    if (!this.controls.menu.hidden) {
      this.controls.close();
      return;
    }
    if (this.selectedInterval() || !this.panel.element.hidden) this.clearSelection();
    else {
      this.controls.search.value = "";
      this.find("");
    }
    this.root.focus({ preventScroll: true });
  },

  find(query) {
    this.search.find(query);
    this.controls.status.textContent = this.search.status;
    this.host.set("search", query);
    this.draw();
  },

  nextMatch(direction) {
    const span = this.search.step(direction, this.view.t0);
    this.controls.status.textContent = this.search.status;
    if (span >= 0) this.selectSpan(span, true);
  },

  /** Arrow keys: along the row, or up and down the call tree; without a selection pan and scroll. */
  stepSpan(step) {
    if (this.selected < 0) {
      this.pan(step * this.plotWidth * 0.1);
      return;
    }
    const to = this.selected + step;
    if (to >= 0 && to < this.store.size && this.store.rowOf(to) === this.store.rowOf(this.selected)) {
      this.selectSpan(to, true);
    }
  },

  stepLevel(step) {
    if (this.selected < 0) {
      this.scrollBy(step * 3 * ROW_HEIGHT);
      return;
    }
    const to = step < 0 ? this.store.parent[this.selected] : this.store.children(this.selected)[0] ?? -1;
    if (to >= 0) this.selectSpan(to, true);
  },

  /** The args of a span as text: from the stream, else asked of the kernel, else a sentence. */
  async argsOf(span) {
    const own = this.store.argsText(span);
    if (own !== null) return own;
    if (!this.host.canAsk) return "";
    try {
      return (await this.host.ask({ ask: "args", span })).text;
    } catch {
      return "(the kernel did not answer: run the cell again to see the arguments)";
    }
  },

  addNote(start, length, text) {
    const note = { start_ns: start, duration_ns: length, text };
    this.setNotes([...this.notes, note]);
  },

  removeNote(note) {
    this.setNotes(this.notes.filter((each) => each !== note));
    this.controls.fill();
  },

  setNotes(notes) {
    this.notes = notes;
    this.host.set("notes", notes.map(({ start_ns: start, duration_ns: length, text }) => ({
      ts_us: this.toUs(start), dur_us: length / 1000, text,
    })));
    this.draw();
  },
});
