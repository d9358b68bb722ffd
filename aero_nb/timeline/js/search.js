// Search by text or /regular expression/ over span and instant names.

/** A predicate for a query; null for an empty one. An unfinished /expression counts as text until it is valid. */
function matcher(query) {
  if (!query) return null;
  const expression = query.match(/^\/(.+)\/([imsu]*)$/);
  if (expression) {
    try {
      const pattern = new RegExp(expression[1], expression[2]);
      return (name) => pattern.test(name);
    } catch {
      // falls through: searched for as it stands
    }
  }
  const wanted = query.toLowerCase();
  return (name) => name.toLowerCase().includes(wanted);
}

class Search {
  constructor(store) {
    this.store = store;
    this.find("");
  }

  /** Note which names match, and the matching spans in time order. */
  find(query) {
    const { store } = this;
    const matches = matcher(query);
    this.query = query;
    this.at = -1;
    this.found = matches && Uint8Array.from(store.names, (name) => (matches(name) ? 1 : 0));
    if (!matches) {
      this.spans = new Int32Array(0);
      return;
    }
    const places = [];
    for (let i = 0; i < store.size; i += 1) if (this.found[store.name[i]]) places.push(i);
    this.spans = Int32Array.from(places).sort((a, b) => store.start[a] - store.start[b] || a - b);
  }

  /** The next match after the last one, or the first at or after a time; wraps around. */
  step(direction, time) {
    const { spans, store } = this;
    if (!spans.length) return -1;
    if (this.at < 0) {
      const first = spans.findIndex((span) => store.start[span] >= time);
      this.at = direction > 0 ? Math.max(first, 0) : (first > 0 ? first : spans.length) - 1;
    } else this.at = (this.at + direction + spans.length) % spans.length;
    return spans[this.at];
  }

  get status() {
    if (!this.found) return "";
    if (!this.spans.length) return "no match";
    const total = formatCount(this.spans.length);
    return this.at < 0 ? `${total} found` : `${formatCount(this.at + 1)} of ${total}`;
  }
}
