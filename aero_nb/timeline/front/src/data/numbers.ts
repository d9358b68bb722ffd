// Searching and summing of sorted and stepped numbers.

export type Numbers = ArrayLike<number>;

/** The first place in `values[from..to)` (ascending) whose value is not below `limit`; `to` where all are. */
export function lowerBound(values: Numbers, limit: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first place in `values[from..to)` (ascending) whose value is above `limit`; `to` where none is. */
export function upperBound(values: Numbers, limit: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Turn steps into running sums, in place. */
export function runningSum(values: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    sum += values[i];
    values[i] = sum;
  }
  return values;
}

/** Linear interpolation between the two nearest of sorted values, as pandas' and NumPy's default quantile. */
export function quantile(sorted: Numbers, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}
