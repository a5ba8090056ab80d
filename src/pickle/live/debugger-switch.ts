/**
 * Switches the Debugger domain on, which takes 10 ms and more, the first time 30 to 70: the engine reports every script, with a
 * hash of its text. While it is on each `eval` takes 10 us longer, and nothing else does. So it stays on for a moment:
 * a loop that sends arrow functions one by one pays once.
 *
 *   off ──▶ on ──▶ off       on: a timer runs, begun anew with each use
 */
import { clearTimer, setTimer } from "../../platform/waiting/timers.js";

/** How long it stays on after its last use, in ms. */
const STAY_ON = 100;

/** Readings after its last use, and readings in all, after which it goes off: every script is remembered while it is on, and slows it down. */
const MOST_UNUSED = 256;
const MOST_READINGS = 1024;

export class DebuggerSwitch {
  readonly #post: (method: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #readings = 0;
  #unused = 0;

  constructor(post: (method: string) => void) {
    this.#post = post;
  }

  /** Does not keep the program alive. */
  on(): void {
    this.#unused = 0;
    if (this.#timer !== undefined) {
      this.#timer.refresh();
      return;
    }
    this.#post("Debugger.enable");
    this.#readings = 0;
    this.#timer = setTimer(() => this.off(), STAY_ON).unref();
  }

  /** A reading is over, with the domain or without. */
  countReading(): void {
    if (++this.#readings >= MOST_READINGS || ++this.#unused >= MOST_UNUSED) this.off();
  }

  off(): void {
    if (this.#timer === undefined) return;
    clearTimer(this.#timer);
    this.#timer = undefined;
    this.#post("Debugger.disable");
  }
}
