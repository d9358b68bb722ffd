// What lies over the rows: crosshair, selection, flow arrows, notes. Cheap to redraw at each move of the mouse.

class Overlay {
  constructor(timeline, canvas) {
    this.timeline = timeline;
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  resize(width, height, ratio) {
    this.r = ratio;
    this.canvas.width = Math.max(Math.round(width * ratio), 1);
    this.canvas.height = Math.max(Math.round(height * ratio), 1);
  }

  x(time) {
    const { t0, t1 } = this.timeline.view;
    return ((time - t0) / (t1 - t0)) * this.canvas.width;
  }

  draw() {
    const { context: c, canvas, timeline } = this;
    c.clearRect(0, 0, canvas.width, canvas.height);
    c.font = `${11 * this.r}px ${FONT}`;
    c.textBaseline = "middle";
    for (const note of timeline.notes) this.drawNote(note);
    if (timeline.range) this.drawRange(...timeline.range);
    if (timeline.selected >= 0) {
      this.drawFlows(timeline.selected);
      this.outline(timeline.selected);
    }
    if (timeline.pointer) this.drawCrosshair(timeline.pointer);
  }

  drawRange(from, to) {
    const { context: c, canvas, r } = this;
    const { theme } = this.timeline;
    const [left, right] = [this.x(from), this.x(to)];
    c.fillStyle = theme.shade;
    c.fillRect(left, 0, right - left, canvas.height);
    c.fillStyle = theme.select;
    for (const x of [left, right]) c.fillRect(Math.round(x), 0, Math.max(Math.round(r), 1), canvas.height);
    this.flag(formatDuration(to - from), (left + right) / 2, 26 * r, true); // below the crosshair's time
  }

  drawNote({ start_ns: start, duration_ns: length, text }) {
    const { context: c, canvas, r } = this;
    const { theme } = this.timeline;
    const left = this.x(start);
    const right = this.x(start + length);
    if (right < 0 || left > canvas.width) return;
    c.fillStyle = theme.shade;
    c.fillRect(left, 0, Math.max(right - left, 0), canvas.height);
    c.fillStyle = theme.mark;
    c.fillRect(Math.round(left), 0, Math.max(Math.round(1.5 * r), 1), canvas.height);
    this.flag(plainText(text, 40), Math.max(left, 0) + 2 * r, canvas.height - 10 * r, false);
  }

  drawCrosshair({ time, y }) {
    const { context: c, canvas, r } = this;
    const { theme } = this.timeline;
    const x = Math.round(this.x(time));
    c.fillStyle = theme.faint;
    c.fillRect(x, 0, Math.max(Math.round(r), 1), canvas.height);
    this.flag(this.timeline.timeLabel(time), x + 4 * r, 8 * r, false);
    this.counterValues(time, y);
  }

  /** At the crosshair, the value of each counter in sight. */
  counterValues(time) {
    const { timeline } = this;
    for (const strip of timeline.layout.strips) {
      if (strip.band?.kind !== "counter" || timeline.layout.collapsed.has(strip.band.number)) continue;
      const y = (strip.pinned ? strip.y : strip.y - timeline.scroll) + COUNTER_HEIGHT / 2;
      if (y < 0 || y * this.r > this.canvas.height) continue;
      const value = counterAt(timeline.counters.get(strip.band, timeline.counterMode), time);
      const unit = timeline.counterUnit(strip.band);
      if (!Number.isNaN(value)) this.flag(formatValue(value, unit), this.x(time) + 4 * this.r, y * this.r, false);
    }
  }

  /** A short text on a plate, so that it reads over anything; kept inside the canvas. */
  flag(text, x, y, centred) {
    const { context: c, canvas, r } = this;
    const { theme } = this.timeline;
    const width = c.measureText(text).width + 8 * r;
    const wanted = centred ? x - width / 2 : x + width > canvas.width ? x - width - 8 * r : x;
    const left = Math.min(Math.max(wanted, 0), Math.max(canvas.width - width, 0));
    c.fillStyle = theme.band;
    c.fillRect(left, y - 8 * r, width, 16 * r);
    c.strokeStyle = theme.line;
    c.lineWidth = r;
    c.strokeRect(left, y - 8 * r, width, 16 * r);
    c.fillStyle = theme.ink;
    c.fillText(text, left + 4 * r, y + r / 2);
  }

  outline(span) {
    const box = this.boxOf(span);
    if (!box) return;
    const { context: c, r } = this;
    c.strokeStyle = this.timeline.theme.select;
    c.lineWidth = 2 * r;
    c.strokeRect(box.left - r, box.top - r, Math.max(box.right - box.left, r) + 2 * r, box.height + 2 * r);
  }

  /** Where a span lies on the canvas, or null while its band is hidden or closed. */
  boxOf(span) {
    const { store, layout, scroll } = this.timeline;
    const row = store.rowOf(span);
    const strip = layout.stripOf(store.bands[store.bandOfRow[row]]);
    const place = strip?.rows.find((each) => each.row === row);
    if (!place) return null;
    const top = (strip.pinned ? strip.y : strip.y - scroll) + place.top;
    const left = Math.max(this.x(store.start[span]), -8);
    const right = Math.min(this.x(store.endOf(span)), this.canvas.width + 8);
    return { left, right, top: top * this.r, height: place.height * this.r };
  }

  /** Arrows of the flows that begin or end at a span. */
  drawFlows(span) {
    const [from, to] = this.timeline.store.flows;
    for (let i = 0; i < from.span.length; i += 1) {
      if (from.span[i] !== span && to.span[i] !== span) continue;
      const ends = [from, to].map((end) => end.span[i] >= 0 && this.boxOf(end.span[i]));
      if (ends[0] && ends[1]) this.arrow(this.x(from.time[i]), ends[0], this.x(to.time[i]), ends[1]);
    }
  }

  arrow(x0, box0, x1, box1) {
    const { context: c, r } = this;
    const [y0, y1] = [box0, box1].map((box) => box.top + box.height / 2);
    const bend = Math.max(Math.abs(x1 - x0) / 2, 20 * r);
    const head = 6 * r;
    for (const [color, width] of [[this.timeline.theme.paper, 4 * r], [this.timeline.theme.select, 1.6 * r]]) {
      c.strokeStyle = c.fillStyle = color;
      c.lineWidth = width;
      c.beginPath();
      c.moveTo(x0, y0);
      c.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1 - head, y1);
      c.stroke();
    }
    c.beginPath();
    c.moveTo(x1, y1);
    c.lineTo(x1 - head, y1 - head / 1.6);
    c.lineTo(x1 - head, y1 + head / 1.6);
    c.fill();
  }
}
