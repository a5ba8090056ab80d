/** The task that a worker works on, where it is asked to stop by a message. */
import type { Running } from "./line.js";

export class Interruptible implements Running {
  isInterrupted = false;
  #listeners: (() => void)[] = [];

  onInterrupt(listener: () => void): void {
    this.#listeners.push(listener);
  }

  interrupt(): void {
    if (this.isInterrupted) return;
    this.isInterrupted = true;
    for (const listener of this.#listeners) listener();
  }
}
