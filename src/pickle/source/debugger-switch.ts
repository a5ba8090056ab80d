/**
 * Switches the Debugger domain on, which takes 10 ms and more: the engine collects all garbage and reports every script. While
 * it is on each `eval` takes 10 us longer, and nothing else does. So it stays on for a moment: a loop that sends
 * arrow functions one by one pays once.
 *
 *   off ──▶ on ──▶ off       on: a timer runs, begun anew with each use
 */
// Not the global: a test runner may have replaced that, and the domain would stay on.
import { setTimeout } from "node:timers";

/** How long it stays on after its last use, in ms. */
const STAY_ON = 100;

export class DebuggerSwitch {
  readonly #post: (method: string) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(post: (method: string) => void) {
    this.#post = post;
  }

  /** Does not keep the program alive. */
  on(): void {
    if (this.#timer !== undefined) {
      this.#timer.refresh();
      return;
    }
    this.#post("Debugger.enable");
    this.#timer = setTimeout(() => this.off(), STAY_ON).unref();
  }

  off(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#post("Debugger.disable");
  }
}
