// The trace in the browser: typed arrays decoded from the packed stream (aero_nb/timeline/packing.py).

async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The integers of a section: byte planes, with the exceptions put back. */
function integers(bytes, { offset, count, width, exceptions: [places, exact] }) {
  const planes = Array.from({ length: width }, (_, n) => bytes.subarray(offset + n * count, offset + (n + 1) * count));
  const values = width === 4 ? joinFour(planes, count) : joinPlanes(planes, count);
  places.forEach((place, i) => { values[place] = exact[i]; });
  return values;
}

/** The most common width in one pass over the memory. */
function joinFour([a, b, c, d], count) {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 1) values[i] = (a[i] | (b[i] << 8) | (c[i] << 16)) + d[i] * 0x1000000;
  return values;
}

function joinPlanes(planes, count) {
  const values = new Float64Array(count);
  planes.forEach((plane, n) => {
    const weight = 256 ** n;
    for (let i = 0; i < count; i += 1) values[i] += plane[i] * weight;
  });
  return values;
}

function runningSum(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) values[i] = sum += values[i];
  return values;
}

function floats(bytes, { offset, count }) {
  const joined = new Uint8Array(count * 8);
  for (let plane = 0; plane < 8; plane += 1) {
    const at = offset + plane * count;
    for (let i = 0; i < count; i += 1) joined[i * 8 + plane] = bytes[at + i];
  }
  return new Float64Array(joined.buffer);
}

/** How many of `values[from..to)` (ascending) are below `limit`, counted from 0: the first place not below it. */
function lowerBound(values, limit, from, to) {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

class Store {
  constructor(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const length = view.getUint32(0, true);
    Object.assign(this, JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))));
    this.bytes = bytes.subarray(4 + length);
    const take = (key) => integers(this.bytes, this.sections[key]);
    this.start = runningSum(take("start"));
    this.duration = take("duration");
    this.name = codes(take("name"), this.names.length);
    this.cat = codes(take("cat"), this.cats.length);
    this.parent = Int32Array.from(runningSum(take("parent")), (place) => place - 1);
    this.instants = {
      time: runningSum(take("instant_time")), name: take("instant_name"), scope: take("instant_scope"),
    };
    this.samples = { time: runningSum(take("sample_time")), value: floats(this.bytes, this.sections.sample_value) };
    this.flows = ["from", "to"].map((end) => ({
      span: take(`flow_${end}`).map((place) => place - 1), time: floats(this.bytes, this.sections[`flow_${end}_time`]),
    }));
    this.unfinished = new Set(this.unfinished);
    this.size = this.start.length;
    this.rows = this.row_start.length - 1;
    this.bandOfRow = new Int32Array(this.rows).fill(-1);
    this.bands.forEach((band, number) => {
      band.number = number;
      if (band.rows) this.bandOfRow.fill(number, band.first_row, band.first_row + band.rows);
    });
    // A little more than the trace, so that what happens at its very end has a pixel.
    this.end = this.duration_ns + Math.max(Math.ceil(this.duration_ns / 500), 1);
  }

  /** Self time in ns of every span; worked out when first asked for. */
  get selfTime() {
    const self = Float64Array.from(this.duration);
    for (let i = 0; i < this.size; i += 1) if (this.parent[i] >= 0) self[this.parent[i]] -= this.duration[i];
    const places = runningSum(integers(this.bytes, this.sections.self_at));
    integers(this.bytes, this.sections.self_ns).forEach((ns, i) => { self[places[i]] = ns; });
    Object.defineProperty(this, "selfTime", { value: self });
    return self;
  }

  rowOf(span) {
    return lowerBound(this.row_start, span + 1, 0, this.row_start.length) - 1;
  }

  bandOf(span) {
    return this.bands[this.bandOfRow[this.rowOf(span)]];
  }

  endOf(span) {
    return this.start[span] + this.duration[span];
  }

  nameOf(span) {
    return this.names[this.name[span]];
  }

  /** The spans of a row that touch [t0, t1), as [from, to). */
  inRow(row, t0, t1) {
    const [first, last] = [this.row_start[row], this.row_start[row + 1]];
    const to = lowerBound(this.start, t1, first, last);
    let from = lowerBound(this.start, t0, first, to);
    if (from > first && this.endOf(from - 1) > t0) from -= 1;
    return [from, to];
  }

  /** Spans whose parent is `span`, in time order. */
  children(span) {
    const band = this.bandOf(span);
    const found = [];
    for (let row = band.first_row; row < band.first_row + band.rows; row += 1) {
      const from = lowerBound(this.start, this.start[span], this.row_start[row], this.row_start[row + 1]);
      for (let i = from; i < this.row_start[row + 1] && this.start[i] <= this.endOf(span); i += 1) {
        if (this.parent[i] === span) found.push(i);
      }
    }
    return found.sort((a, b) => this.start[a] - this.start[b] || a - b);
  }

  /** From the root down to the span's parent. */
  ancestors(span) {
    const line = [];
    for (let up = this.parent[span]; up >= 0; up = this.parent[up]) line.unshift(up);
    return line;
  }

  /** The args of a span where the stream holds them (a saved page): text, or null where it holds none at all. */
  argsText(span) {
    if (!this.sections.args_text) return null;
    this.argLines ??= this.text("args_text").split("\n");
    this.argPlaces ??= runningSum(integers(this.bytes, this.sections.args_at));
    const at = lowerBound(this.argPlaces, span, 0, this.argPlaces.length);
    return this.argPlaces[at] === span ? JSON.stringify(JSON.parse(this.argLines[at]), null, 1) : "";
  }

  /** A section of bytes as text, or "" where the stream has none. */
  text(key) {
    const section = this.sections[key];
    if (!section) return "";
    return new TextDecoder().decode(this.bytes.subarray(section.offset, section.offset + section.count));
  }
}

/** Codes in the narrowest typed array. */
function codes(values, distinct) {
  const Kind = distinct <= 0x100 ? Uint8Array : distinct <= 0x10000 ? Uint16Array : Uint32Array;
  return Kind.from(values);
}
