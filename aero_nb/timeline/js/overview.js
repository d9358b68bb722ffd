// The overview strip: how busy the whole trace is over time, and the window that is in sight.

const OVERVIEW_HEIGHT = 36;

class Overview {
  constructor(timeline, canvas) {
    this.timeline = timeline;
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.picture = null;
    this.listen();
  }

  /** One thin line a top row: the share of each pixel that its spans cover, as depth of colour. */
  draw(width, ratio) {
    const { store, theme } = this.timeline;
    const [w, h] = [Math.max(Math.round(width * ratio), 1), Math.round(OVERVIEW_HEIGHT * ratio)];
    Object.assign(this.canvas, { width: w, height: h });
    const c = this.context;
    c.fillStyle = theme.band;
    c.fillRect(0, 0, w, h);
    const bands = store.bands.filter((band) => band.rows);
    const high = Math.max(h / Math.max(bands.length, 1), 1);
    bands.forEach((band, n) => {
      const cover = this.cover(band.first_row, w);
      c.fillStyle = mix(theme.ink, theme.band, 0.8);
      for (let p = 0; p < w; p += 1) {
        if (cover[p] === 0) continue;
        c.globalAlpha = 0.25 + 0.75 * Math.min(cover[p], 1);
        c.fillRect(p, Math.floor(n * high), 1, Math.max(Math.ceil(high) - 1, 1));
      }
    });
    c.globalAlpha = 1;
    this.picture = c.getImageData(0, 0, w, h);
    this.mark();
  }

  cover(row, width) {
    const { store } = this.timeline;
    const cover = new Float64Array(width);
    const scale = width / store.end;
    for (let i = store.row_start[row]; i < store.row_start[row + 1]; i += 1) {
      const left = store.start[i] * scale;
      const right = Math.max(store.endOf(i) * scale, left + 0.02);
      for (let p = Math.floor(left); p < right && p < width; p += 1) {
        cover[p] += Math.min(right, p + 1) - Math.max(left, p);
      }
    }
    return cover;
  }

  /** Show which part is in sight. */
  mark() {
    if (!this.picture) return;
    const { context: c, canvas } = this;
    const { view, store, theme } = this.timeline;
    c.putImageData(this.picture, 0, 0);
    const left = (view.t0 / store.end) * canvas.width;
    const right = Math.max((view.t1 / store.end) * canvas.width, left + 3);
    c.fillStyle = mix(theme.paper, theme.faint, 0.5);
    c.globalAlpha = 0.55;
    c.fillRect(0, 0, left, canvas.height);
    c.fillRect(right, 0, canvas.width - right, canvas.height);
    c.globalAlpha = 1;
    c.strokeStyle = theme.select;
    c.lineWidth = 2;
    c.strokeRect(left + 1, 1, Math.max(right - left - 2, 1), canvas.height - 2);
  }

  /** Drag the window along, or draw a new one beside it. */
  listen() {
    const timeAt = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return ((event.clientX - box.left) / box.width) * this.timeline.store.end;
    };
    let grip = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      const { t0, t1 } = this.timeline.view;
      const at = timeAt(event);
      const whole = t1 - t0 > 0.98 * this.timeline.store.end;
      grip = at >= t0 && at <= t1 && !whole ? { offset: at - t0 } : { from: at };
      this.canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!grip) return;
      const { t0, t1 } = this.timeline.view;
      const at = timeAt(event);
      if (grip.from === undefined) this.timeline.setView(at - grip.offset, at - grip.offset + (t1 - t0));
      else if (Math.abs(at - grip.from) > this.timeline.store.end / 300) {
        this.timeline.setView(Math.min(at, grip.from), Math.max(at, grip.from));
        grip.drawn = true;
      }
    });
    this.canvas.addEventListener("pointerup", (event) => {
      if (grip?.from !== undefined && !grip.drawn) {
        const half = (this.timeline.view.t1 - this.timeline.view.t0) / 2;
        this.timeline.setView(timeAt(event) - half, timeAt(event) + half);
      }
      grip = null;
    });
    this.canvas.addEventListener("lostpointercapture", () => { grip = null; });
  }
}
