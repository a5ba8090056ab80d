/** The task that a worker of a line in memory works on. Its flag is one word, which names the task that is to stop. */
import type { Cells } from "../../memory/cells.js";
import type { Running } from "./line.js";
import type { Serial } from "./slot-messages.js";

export class RunningTask implements Running {
  readonly serial: Serial;
  readonly #cells: Cells;
  readonly #flag: number;
  #listeners: (() => void)[] | undefined;

  /** @param flag index of the word */
  constructor(cells: Cells, flag: number, serial: Serial) {
    this.serial = serial;
    this.#cells = cells;
    this.#flag = flag;
  }

  get isInterrupted(): boolean {
    return this.#cells.load(this.#flag) === this.serial;
  }

  onInterrupt(listener: () => void): void {
    if (this.#listeners === undefined) this.#listeners = [listener];
    else this.#listeners.push(listener);
  }

  /** It was asked to stop. */
  tell(): void {
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }
}
