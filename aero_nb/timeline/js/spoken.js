// What a screen reader says: the picture in words, and what a key or a click brought.

/** The picture in words: "275 spans on 5 tracks, 133.6 ms to 267.4 ms". */
function pictureInWords({ store, layout, view }, label) {
  const bands = layout.strips.filter((strip) => strip.band).map((strip) => strip.band);
  let count = 0;
  for (const band of bands) {
    for (let row = band.first_row; row < band.first_row + band.rows; row += 1) {
      const [from, to] = store.inRow(row, view.t0, view.t1);
      count += to - from;
    }
  }
  const tracks = `${bands.length} ${bands.length === 1 ? "track" : "tracks"}`;
  return `${formatCount(count)} ${count === 1 ? "span" : "spans"} on ${tracks}, ${label(view.t0)} to ${label(view.t1)}`;
}

/** A span in words: "render, 11.9 ms on Main at 325.42 ms, depth 1". */
function spanInWords(store, span, label) {
  const depth = store.ancestors(span).length;
  const where = `on ${plainText(store.bandOf(span).title)} at ${label(store.start[span])}, depth ${depth}`;
  return `${plainText(store.nameOf(span))}, ${formatDuration(store.duration[span])} ${where}`;
}

Object.assign(TimelineView.prototype, {
  /** Let a screen reader say this once. */
  say(text) {
    this.keyed = false;
    this.said.textContent = text;
  },

  /** The picture's text alternative, brought up to date with each repaint. */
  describePicture() {
    this.painter.canvas.setAttribute("aria-label", pictureInWords(this, (time) => this.timeLabel(time)));
  },

  /** Where a key moved the view to, once it came to rest; a mouse needs no words. */
  sayWhereKeysLed() {
    if (this.keyed) this.say(this.painter.canvas.getAttribute("aria-label"));
  },
});
