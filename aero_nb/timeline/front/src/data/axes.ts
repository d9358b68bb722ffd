// Where times of the trace lie on another axis: for each part of a timeline one map, which never falls.

import { lowerBound, type Numbers, upperBound } from "./numbers";

/** Piecewise linear: `at[i]` becomes `to[i]`; beyond the anchors nothing is known, and all lies at their ends. */
export class AxisMap {
  #last = 0;

  constructor(
    private readonly at: Numbers,
    private readonly to: Numbers,
  ) {}

  /** Where a time (ns) lies; of a step its end. */
  forward(time: number): number {
    const { at } = this;
    if (!(time >= at[this.#last] && time < at[this.#last + 1])) {
      this.#last = Math.max(upperBound(at, time, 0, at.length) - 1, 0);
    }
    return between(time, at, this.to, this.#last);
  }

  /** When (ns) a place is reached. */
  back(place: number): number {
    return between(place, this.to, this.at, Math.max(lowerBound(this.to, place, 0, this.to.length) - 1, 0));
  }
}

function between(value: number, from: Numbers, to: Numbers, i: number): number {
  if (i + 1 >= from.length || value <= from[0]) return to[i];
  const width = from[i + 1] - from[i];
  const share = width > 0 ? Math.min((value - from[i]) / width, 1) : 1;
  return to[i] + share * (to[i + 1] - to[i]);
}
