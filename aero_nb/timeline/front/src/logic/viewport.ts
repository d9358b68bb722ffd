// The window of time in sight: zooming, panning, and how far either may go.

export const SHORTEST = 10; // ns in sight at the closest zoom
const LONGEST = 1.2; // times the trace, at the widest

export class Viewport {
  t0 = 0;
  t1: number;

  /** `end` is the last moment that can be shown; `changed` is called after each move. */
  constructor(
    readonly end: number,
    private readonly changed: () => void,
  ) {
    this.t1 = end;
  }

  get duration(): number {
    return this.t1 - this.t0;
  }

  get middle(): number {
    return (this.t0 + this.t1) / 2;
  }

  /** Show [t0, t1), kept within the trace and a margin of a tenth of the view. */
  show(t0: number, t1: number): void {
    const length = Math.min(Math.max(t1 - t0, SHORTEST), this.end * LONGEST);
    const margin = length * 0.1;
    const latest = Math.max(this.end + margin - length, -margin);
    this.t0 = Math.min(Math.max((t0 + t1) / 2 - length / 2, -margin), latest);
    this.t1 = this.t0 + length;
    this.changed();
  }

  showAll(): void {
    this.show(0, this.end);
  }

  /** Multiply the duration in sight by `factor`; the time `about` keeps its place. */
  zoom(factor: number, about: number): void {
    const held = Math.min(Math.max(factor, SHORTEST / this.duration), (this.end * LONGEST) / this.duration);
    this.show(about - (about - this.t0) * held, about + (this.t1 - about) * held);
  }

  /** Move by a share of what is in sight. */
  pan(share: number): void {
    const shift = share * this.duration;
    this.show(this.t0 + shift, this.t1 + shift);
  }

  /** Bring an interval into the middle with some room around it; a moment keeps the zoom. */
  center(start: number, length: number): void {
    const room = Math.max(length * 1.4, length > 0 ? SHORTEST : this.duration);
    const middle = start + length / 2;
    this.show(middle - room / 2, middle + room / 2);
  }
}
