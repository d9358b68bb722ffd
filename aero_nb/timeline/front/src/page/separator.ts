// A line that is dragged, or moved by the arrow keys, to give one side more room.

const STEP = 40; // CSS pixels for a key

/** Drags along `axis`; `now` is the size it changes, `take` is told a new one (null: as it was at first). */
export class Separator {
  constructor(
    private readonly line: HTMLElement,
    private readonly axis: "x" | "y",
    private readonly now: () => number,
    private readonly take: (size: number | null) => void,
  ) {
    let from: { at: number; size: number } | null = null;
    const at = (event: PointerEvent) => (axis === "x" ? event.clientX : event.clientY);
    line.addEventListener("pointerdown", (event) => {
      from = { at: at(event), size: now() };
      line.setPointerCapture(event.pointerId);
      event.stopPropagation();
    });
    line.addEventListener("pointermove", (event) => {
      if (from) take(from.size + at(event) - from.at);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      line.addEventListener(end, () => {
        from = null;
      });
    }
    line.addEventListener("dblclick", () => take(null));
    line.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event: KeyboardEvent): void {
    const [less, more] = this.axis === "x" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    if (event.key !== less && event.key !== more) return;
    this.take(this.now() + (event.key === more ? STEP : -STEP));
    event.preventDefault();
    event.stopPropagation(); // the arrows mean something else to the rows
  }

  /** Tell a screen reader the size. */
  tell(): void {
    this.line.setAttribute("aria-valuenow", String(this.now()));
  }
}
