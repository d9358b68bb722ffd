// Which bands are shown, in which order, and where: strips from top to bottom, in CSS pixels.

const PROCESS_HEIGHT = 20;
const TITLE_HEIGHT = 20;
const ROW_HEIGHT = 16;
const COUNTER_HEIGHT = 44;
const BAND_GAP = 4;

class Layout {
  constructor(store) {
    this.store = store;
    this.order = store.bands.map((band) => band.number);
    this.hidden = new Set();
    this.pinned = new Set();
    this.collapsed = new Set();
    this.closed = new Set(); // processes
    this.arrange();
  }

  /** Work out the strips: pinned bands first (they do not scroll), then process by process. */
  arrange() {
    const { bands, processes } = this.store;
    const shown = this.order.filter((number) => !this.hidden.has(number)).map((number) => bands[number]);
    this.strips = [];
    let y = 0;
    const add = (strip) => {
      this.strips.push({ ...strip, y });
      y += strip.height;
    };
    const addBand = (band, pinned) => add({ band, pinned, ...this.inside(band), height: this.heightOf(band) });
    shown.filter((band) => this.pinned.has(band.number)).forEach((band) => addBand(band, true));
    this.pinnedHeight = y;
    const rest = shown.filter((band) => !this.pinned.has(band.number));
    for (const number of new Set(rest.map((band) => band.process))) {
      add({ process: number, title: processes[number].title, height: PROCESS_HEIGHT });
      if (this.closed.has(number)) continue;
      rest.filter((band) => band.process === number).forEach((band) => addBand(band, false));
    }
    this.height = y;
  }

  heightOf(band) {
    if (this.collapsed.has(band.number)) return TITLE_HEIGHT + BAND_GAP;
    if (band.kind === "counter") return COUNTER_HEIGHT + BAND_GAP;
    return TITLE_HEIGHT + band.rows * ROW_HEIGHT + BAND_GAP;
  }

  /** Where the rows of a band lie within its strip: [{row, top, height}]. */
  inside(band) {
    if (band.kind === "counter") return { rows: [] };
    const collapsed = this.collapsed.has(band.number);
    const rows = [];
    for (let n = 0; n < (collapsed ? Math.min(band.rows, 1) : band.rows); n += 1) {
      rows.push({
        row: band.first_row + n,
        top: collapsed ? 6 : TITLE_HEIGHT + n * ROW_HEIGHT,
        height: collapsed ? 10 : ROW_HEIGHT - 1,
      });
    }
    return { rows };
  }

  /** The strip at a height of the plot, and the height within it. */
  at(y, scroll) {
    const content = y < this.pinnedHeight ? y : y + scroll;
    const strip = this.strips.find(({ y: top, height }) => content >= top && content < top + height);
    return strip ? { strip, inner: content - strip.y } : null;
  }

  stripOf(band) {
    return this.strips.find((strip) => strip.band === band);
  }

  toggle(set, key) {
    if (!set.delete(key)) set.add(key);
    this.arrange();
  }

  collapseAll(collapsed) {
    this.collapsed = new Set(collapsed ? this.order : []);
    this.arrange();
  }

  /** Make sure that a band is shown and open; true when that changed anything. */
  uncover(band) {
    const covered = [[this.hidden, band.number], [this.collapsed, band.number], [this.closed, band.process]];
    const changed = covered.map(([set, key]) => set.delete(key)).some(Boolean);
    if (changed) this.arrange();
    return changed;
  }

  /** Move a band one place up or down among the bands of its process. */
  move(band, step) {
    const peers = this.order.filter((number) => this.store.bands[number].process === band.process);
    const to = peers[peers.indexOf(band.number) + step];
    if (to === undefined) return;
    const [i, j] = [this.order.indexOf(band.number), this.order.indexOf(to)];
    [this.order[i], this.order[j]] = [this.order[j], this.order[i]];
    this.arrange();
  }

  /** The tracks that are shown, in order; null while all are, in theirs. */
  get shown() {
    const { bands } = this.store;
    const untouched = !this.hidden.size && this.order.every((number, i) => number === i);
    return untouched ? null : this.order.filter((number) => !this.hidden.has(number)).map((n) => bands[n].track);
  }

  /** Show just these tracks (numbers of trace.tracks), in this order; null shows all. */
  showOnly(tracks) {
    const { bands } = this.store;
    const numbers = bands.map((band) => band.number);
    const chosen = tracks?.map((track) => bands.findIndex((band) => band.track === track)).filter((n) => n >= 0);
    this.hidden = new Set(chosen ? numbers.filter((number) => !chosen.includes(number)) : []);
    this.order = chosen ? [...chosen, ...this.hidden] : numbers;
    this.arrange();
  }
}
