// Drawing of bands on the canvas. Everything here is in device pixels; `r` is device pixels per CSS pixel.

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

class Painter {
  constructor(canvas, store) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.store = store;
    this.labels = new Map(); // name code -> text and its width at the present font
    this.setColors("name", THEMES.light);
  }

  resize(width, height, ratio) {
    const [w, h] = [Math.max(Math.round(width * ratio), 1), Math.max(Math.round(height * ratio), 1)];
    this.r = ratio;
    if (this.canvas.width === w && this.canvas.height === h) return;
    this.canvas.width = w;
    this.canvas.height = h;
    this.raster = new RowRaster(w);
    this.labels.clear();
  }

  /** Colour by name, cat, thread or self (share of self time). */
  setColors(mode, theme) {
    const { store } = this;
    this.mode = mode;
    this.theme = theme;
    this.paints = paints(mode === "self" ? SHARES : PALETTE, theme.paper);
    const ofNames = Uint8Array.from(store.names, colorIndex);
    const ofCats = Uint8Array.from(store.cats, colorIndex);
    const ofBands = Uint8Array.from(store.bands, (band) => colorIndex(band.title));
    const last = SHARES.length - 1;
    this.colorOf = {
      name: (span) => ofNames[store.name[span]],
      cat: (span) => ofCats[store.cat[span]],
      thread: (span) => ofBands[store.bandOfRow[store.rowOf(span)]],
      self: (span) => Math.round((store.duration[span] ? store.selfTime[span] / store.duration[span] : 1) * last),
    }[mode];
  }

  /** Paint all strips that are in sight. `scene`: {t0, t1, scroll, found, ticks, layout, mode of counters}. */
  paint(scene) {
    const { context: c, canvas, r, theme } = this;
    c.fillStyle = theme.paper;
    c.fillRect(0, 0, canvas.width, canvas.height);
    c.font = `${11 * r}px ${FONT}`;
    c.textBaseline = "middle";
    this.paintGrid(scene);
    const { strips, pinnedHeight } = scene.layout;
    const limit = canvas.height / r;
    for (const strip of strips) {
      const y = strip.pinned ? strip.y : strip.y - scene.scroll;
      if (y + strip.height <= (strip.pinned ? 0 : pinnedHeight) || y >= limit) continue;
      c.save();
      c.beginPath();
      const top = strip.pinned ? 0 : pinnedHeight;
      c.rect(0, Math.round(top * r), canvas.width, canvas.height);
      c.clip();
      this.paintStrip(scene, strip, y);
      c.restore();
    }
  }

  paintGrid({ ticks, t0, t1 }) {
    const { context: c, canvas, r, theme } = this;
    c.fillStyle = theme.grid;
    for (const tick of ticks.values) {
      c.fillRect(Math.round(((tick - t0) / (t1 - t0)) * canvas.width), 0, Math.ceil(r), canvas.height);
    }
  }

  paintStrip(scene, strip, y) {
    const { context: c, canvas, r, theme } = this;
    c.fillStyle = strip.band ? theme.line : theme.band;
    c.fillRect(0, Math.round(y * r), canvas.width, Math.round((strip.band ? 1 : strip.height) * r));
    if (!strip.band) return;
    const { band } = strip;
    this.paintLost(scene, strip, y);
    if (band.kind === "counter") {
      if (!scene.layout.collapsed.has(band.number)) this.paintCounter(scene, strip, y);
      return;
    }
    for (const { row, top, height } of strip.rows) {
      const up = Math.round((y + top) * r);
      const high = Math.max(Math.round(height * r), 1);
      if (up + high > 0 && up < canvas.height) this.paintRow(scene, row, up, high);
    }
    this.paintInstants(scene, band, y);
  }

  paintRow({ t0, t1, found }, row, y, height) {
    const { context: c, raster, colorOf, store } = this;
    raster.draw(store, row, t0, t1, found);
    const { width, span, wide } = raster;
    const tone = (i) => {
      const paint = this.paints[colorOf(i)];
      return found !== null && !found[store.name[i]] ? paint.faded : paint.fill;
    };
    let [from, shown] = [0, ""];
    for (let p = 0; p <= width; p += 1) {
      const fill = p < width && span[p] >= 0 ? tone(span[p]) : "";
      if (fill === shown) continue;
      if (shown) {
        c.fillStyle = shown;
        c.fillRect(from, y, p - from, height);
      }
      [from, shown] = [p, fill];
    }
    for (let n = 0; n < wide.length; n += 3) this.paintWide(wide[n], wide[n + 1], wide[n + 2], y, height, found);
  }

  paintWide(i, left, right, y, height, found) {
    const { context: c, store, r } = this;
    const paint = this.paints[this.colorOf(i)];
    const faded = found !== null && !found[store.name[i]];
    c.fillStyle = faded ? paint.faded : paint.fill;
    c.fillRect(left, y, right - left, height);
    if (!faded && right - left > 4 * r && left > 0) {
      c.fillStyle = paint.edge;
      c.fillRect(left, y, Math.max(Math.round(r / 2), 1), height);
    }
    if (store.unfinished.has(i)) this.paintOpenEnd(left, right, y, height);
    if (right - left > 22 * r && height > 11 * r) {
      c.fillStyle = faded ? this.theme.ink : paint.label;
      this.paintLabel(store.name[i], left + 4 * r, y + height / 2 + r / 2, right - left - 7 * r);
    }
  }

  /** A name where it fits, cut with an ellipsis where a few letters do, nothing where none would. */
  paintLabel(code, x, y, room) {
    const { context: c } = this;
    let label = this.labels.get(code);
    if (!label) {
      const text = plainText(this.store.names[code]);
      label = { text, width: c.measureText(text).width };
      this.labels.set(code, label);
    }
    if (label.width <= room) c.fillText(label.text, x, y);
    else {
      const letters = Array.from(label.text);
      const cut = (count) => `${letters.slice(0, count).join("")}…`;
      let fitting = Math.floor((letters.length * room) / label.width);
      while (fitting >= 2 && c.measureText(cut(fitting)).width > room) fitting -= 1;
      if (fitting >= 2) c.fillText(cut(fitting), x, y);
    }
  }

  /** Saw teeth at the right edge of a span whose end nobody recorded. */
  paintOpenEnd(left, right, y, height) {
    const { context: c, r, theme } = this;
    const tooth = Math.min(4 * r, (right - left) / 2);
    c.fillStyle = theme.paper;
    c.beginPath();
    for (let top = y; top < y + height; top += 2 * tooth) {
      c.moveTo(right, top);
      c.lineTo(right - tooth, top + tooth);
      c.lineTo(right, top + 2 * tooth);
    }
    c.fill();
  }

  paintInstants({ t0, t1, found }, band, y) {
    const { context: c, canvas, r, theme } = this;
    const { time, name } = this.store.instants;
    const [first, last] = [band.first_item, band.first_item + band.items];
    const scale = canvas.width / (t1 - t0);
    const half = 4 * r;
    const [top, bottom] = [(y + 3) * r, (y + TITLE_HEIGHT - 3) * r];
    let drawn = -1;
    for (let i = lowerBound(time, t0, first, last); i < last && time[i] <= t1; i += 1) {
      const x = Math.round((time[i] - t0) * scale);
      const hit = found === null || found[name[i]];
      if (x === drawn && !found) continue;
      drawn = x;
      c.fillStyle = hit ? theme.mark : theme.line;
      c.fillRect(x, top, Math.max(Math.round(r), 1), bottom - top);
      c.beginPath();
      c.moveTo(x - half, top);
      c.lineTo(x + half + r, top);
      c.lineTo(x + r / 2, top + 1.6 * half);
      c.fill();
    }
  }

  /** Slanting lines where the recording is known to lack records. */
  paintLost({ t0, t1 }, { band, height }, y) {
    const { context: c, canvas, r, theme } = this;
    const scale = canvas.width / (t1 - t0);
    const [up, high] = [y * r, height * r];
    for (const [from, to] of band.lost) {
      const left = Math.max((from - t0) * scale, 0);
      const right = Math.min((to - t0) * scale, canvas.width);
      if (right <= left) continue;
      c.save();
      c.beginPath();
      c.rect(left, up, right - left, high);
      c.clip();
      c.strokeStyle = theme.lost;
      c.lineWidth = r;
      c.beginPath();
      for (let x = Math.floor((left - high) / (8 * r)) * 8 * r; x < right; x += 8 * r) {
        c.moveTo(x, up + high);
        c.lineTo(x + high, up);
      }
      c.stroke();
      c.restore();
    }
  }
}
