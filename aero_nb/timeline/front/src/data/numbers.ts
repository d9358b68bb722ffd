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

/** Put the value that sorting would put at `place` there, none above it before it and none below it after it. */
function select(values: Float64Array, place: number): void {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = values[(low + high) >>> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < middle) i += 1;
      while (values[j] > middle) j -= 1;
      if (i > j) break;
      const value = values[i];
      values[i] = values[j];
      values[j] = value;
      i += 1;
      j -= 1;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else return;
  }
}

/** As `quantile`, of values in any order, which it moves about: no time is spent on sorting them. */
export function unsortedQuantile(values: Float64Array, share: number): number {
  if (!values.length) return Number.NaN;
  const at = (values.length - 1) * share;
  const low = Math.floor(at);
  select(values, low);
  if (low === at) return values[low];
  let next = values[low + 1];
  for (let i = low + 2; i < values.length; i += 1) if (values[i] < next) next = values[i];
  return values[low] + (next - values[low]) * (at - low);
}

/** Linear interpolation between the two nearest of sorted values, as pandas' and NumPy's default quantile. */
export function quantile(sorted: Numbers, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}
