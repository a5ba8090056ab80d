/**
 * Whether to look at a word for a moment before sleeping on it. Waking a sleeper takes some 25 us, a change that is seen
 * less than one: looking pays where the other side answers at once, and costs its core where it does not.
 *
 *   EAGER ──MISSES in a row──▶ WEARY: sleeps at once for `pause` waits, then looks one time
 *     ▲                          │ hit          │ miss: `pause` doubles, up to LONGEST_PAUSE
 *     └──────────────────────────┘              └──▶ WEARY
 *
 * So a wait that is always long (an idle consumer), or cannot be short (no core for the other side), hardly ever looks.
 * Invariant: a look changes nothing and decides nothing but when the sleep begins. One that sees a change ends the wait as
 * "not-equal", as Atomics.wait would have at that instant; after any other one, Atomics.wait compares once more with the
 * value that the attempt saw. So a thread that looks cannot be told from one that comes later, and no wake-up is lost:
 * whoever changed the word before the sleep is seen by that comparison, whoever changes it after that notifies a sleeper.
 * A notification in between goes to another sleeper or to nobody, and the looker needs none: its attempt runs again.
 *
 * A look outlasts a wake-up: two sides that have both become weary find back to each other when one of them looks.
 *
 * Source: A. R. Karlin et al., "Empirical Studies of Competitive Spinning for a Shared-Memory Multiprocessor" (1991):
 * who looks about as long as sleeping would cost pays at most twice as much as the best choice.
 */
import { availableParallelism } from "node:os";

/** Some 50 us of looking. Nobody else can run meanwhile if there is one core. */
const LOOKS = availableParallelism() > 1 ? 6000 : 0;

const MISSES = 4;
const FIRST_PAUSE = 8;
const LONGEST_PAUSE = 128;

/** What the waits of one kind, in one thread, have learnt. */
export class Patience {
  #misses = 0;
  #pause = FIRST_PAUSE;
  /** How many waits are still to sleep at once. */
  #weary = 0;

  /** @returns true if the cell holds another value than `expected`, or came to within the moment */
  look(cells: Int32Array, index: number, expected: number): boolean {
    if (this.#weary > 0) {
      this.#weary--;
      return false;
    }
    for (let look = 0; look < LOOKS; look++) {
      if (Atomics.load(cells, index) !== expected) return this.#hit();
    }
    return this.#miss();
  }

  #hit(): true {
    this.#misses = 0;
    this.#pause = FIRST_PAUSE;
    return true;
  }

  #miss(): false {
    if (++this.#misses >= MISSES) {
      this.#weary = this.#pause;
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
    return false;
  }
}
