// The line below the rows that makes the timeline taller or lower, by drag or by the arrow keys.

import type { Host } from "../logic/hosts";
import { LOWEST_WHOLE, wholeHeight } from "./sizes";

const STEP = 40; // CSS pixels for a key

export class HeightHandle {
  /** `stage` is what is made taller; `open` tells whether the panel takes a part of the height. */
  constructor(
    private readonly handle: HTMLElement,
    private readonly stage: HTMLElement,
    private readonly host: Host,
    private readonly open: () => boolean,
    private readonly changed: () => void,
  ) {
    let from: { y: number; height: number } | null = null;
    handle.addEventListener("pointerdown", (event) => {
      from = { y: event.clientY, height: stage.offsetHeight };
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (from) this.#take(from.height + event.clientY - from.y);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      handle.addEventListener(end, () => {
        from = null;
      });
    }
    handle.addEventListener("dblclick", () => this.#set(null));
    handle.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowDown: STEP, ArrowUp: -STEP }[event.key];
    if (!step) return;
    this.#take(this.stage.offsetHeight + step);
    event.preventDefault();
    event.stopPropagation(); // the arrows mean something else to the rows
  }

  /** Make the stage as high as this. */
  #take(height: number): void {
    this.#set(Math.round(wholeHeight(Math.max(height, LOWEST_WHOLE), this.open())));
  }

  #set(height: number | null): void {
    this.host.set("height", height);
    this.changed();
  }

  /** Tell a screen reader how high the stage is. */
  tell(): void {
    this.handle.setAttribute("aria-valuenow", String(this.stage.offsetHeight));
  }
}
