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

  /** Note which names match, and how many spans have them. */
  find(query) {
    const { store } = this;
    const matches = matcher(query);
    this.query = query;
    this.at = -1;
    this.span = -1;
    this.found = matches && Uint8Array.from(store.names, (name) => (matches(name) ? 1 : 0));
    this.count = 0;
    if (matches) for (let i = 0; i < store.size; i += 1) this.count += this.found[store.name[i]];
  }

  /** The next match in time order after the last one, or at first the next at or after a time; wraps around. */
  step(direction, time) {
    if (!this.count) return -1;
    const { start } = this.store;
    const last = this.span < 0 ? [time, -1] : [start[this.span], this.span];
    let span = this.beside(...last, direction);
    if (span < 0) span = this.beside(direction > 0 ? -Infinity : Infinity, -1, direction); // around the end
    this.at = this.span < 0 ? this.rankOf(span) : (this.at + direction + this.count) % this.count;
    this.span = span;
    return span;
  }

  /** The first match after (or last before) a time, spans of equal start in order of place; -1 if none. */
  beside(time, place, direction) {
    const { store, found } = this;
    const { start, name, row_start: rows } = store;
    const beyond = (i, j) => direction * (start[i] - start[j] || i - j) < 0;
    let best = -1;
    for (let row = 0; row < store.rows; row += 1) {
      const [first, end] = [rows[row], rows[row + 1]];
      let i = lowerBound(start, time, first, end);
      if (direction > 0) {
        while (i < end && (!found[name[i]] || (start[i] === time && i <= place))) i += 1;
      } else {
        while (i < end && start[i] === time) i += 1;
        i -= 1;
        while (i >= first && (!found[name[i]] || (start[i] === time && i >= place))) i -= 1;
      }
      if (i >= first && i < end && (best < 0 || beyond(i, best))) best = i;
    }
    return best;
  }

  rankOf(span) {
    const { start, name, size } = this.store;
    let rank = 0;
    for (let i = 0; i < size; i += 1) {
      if (this.found[name[i]] && (start[i] < start[span] || (start[i] === start[span] && i < span))) rank += 1;
    }
    return rank;
  }

  get status() {
    if (!this.found) return "";
    if (!this.count) return "no match";
    const total = formatCount(this.count);
    return this.at < 0 ? `${total} found` : `${formatCount(this.at + 1)} of ${total}`;
  }
}
