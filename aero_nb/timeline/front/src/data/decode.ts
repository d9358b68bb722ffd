// Columns out of the packed stream: the counterpart of aero_nb/timeline/packing.py.

import type { FloatSection, IntegerSection } from "./wire";

export async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The integers of a section: byte planes, with the exceptions put back. */
export function integers(bytes: Uint8Array, section: IntegerSection): Float64Array {
  const { offset, count, width } = section;
  const planes = Array.from({ length: width }, (_, n) => bytes.subarray(offset + n * count, offset + (n + 1) * count));
  const values = width === 4 ? joinFour(planes, count) : joinPlanes(planes, count);
  const [places, exact] = section.exceptions;
  places.forEach((place, i) => {
    values[place] = exact[i];
  });
  return values;
}

/** The most common width in one pass over the memory. */
function joinFour([a, b, c, d]: Uint8Array[], count: number): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 1) values[i] = (a[i] | (b[i] << 8) | (c[i] << 16)) + d[i] * 0x1000000;
  return values;
}

function joinPlanes(planes: Uint8Array[], count: number): Float64Array {
  const values = new Float64Array(count);
  planes.forEach((plane, n) => {
    const weight = 256 ** n;
    for (let i = 0; i < count; i += 1) values[i] += plane[i] * weight;
  });
  return values;
}

/** The float64 values of a section: eight byte planes. */
export function floats(bytes: Uint8Array, { offset, count }: FloatSection): Float64Array {
  const joined = new Uint8Array(count * 8);
  for (let plane = 0; plane < 8; plane += 1) {
    const at = offset + plane * count;
    for (let i = 0; i < count; i += 1) joined[i * 8 + plane] = bytes[at + i];
  }
  return new Float64Array(joined.buffer);
}

/** Codes in the narrowest typed array. */
export function codes(values: Float64Array, distinct: number): Uint8Array | Uint16Array | Uint32Array {
  if (distinct <= 0x100) return Uint8Array.from(values);
  if (distinct <= 0x10000) return Uint16Array.from(values);
  return Uint32Array.from(values);
}
