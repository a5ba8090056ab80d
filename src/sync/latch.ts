/**
 * A count that goes down to 0 once, and those who wait for that.
 *
 *   n ──countDown──▶ n - 1 ──▶ ... ──▶ 0, wake all
 *
 * Invariant: the count never goes up. Who sleeps does so on a count above 0, and whoever stores the 0 wakes all.
 */

import type { Word } from "../memory/word.js";
import { checkInteger } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import { demandStack } from "../platform/stacks/stack-room.js";
import { type StoppableWait, throwIfStopped } from "../platform/waiting/stoppable.js";
import { blockUntil, DONE, doneUntil } from "./park.js";

export class Latch {
  readonly #count: Word;

  constructor(count: Word) {
    this.#count = count;
  }

  get count(): number {
    return this.#count.load();
  }

  /** @throws {RangeError} if `steps` is not an integer of 1 or more, or more than are left */
  countDown(steps = 1): void {
    checkInteger("countDown: n", steps, 1);
    demandStack();
    let seen = this.#count.load();
    for (;;) {
      if (steps > seen) throw rangeError(`Cannot count down by ${steps}: the latch has ${seen} left`);
      const before = this.#count.compareExchange(seen, seen - steps);
      if (before === seen) break;
      seen = before;
    }
    if (seen === steps) this.#count.notify(Infinity);
  }

  /** Blocks the thread until the count is 0. @returns false if the time ran out first */
  waitSync(timeout?: number): boolean {
    return blockUntil(this.#count, this.#attempt, timeout);
  }

  /** The awaiting twin of `waitSync`. @throws as `doneUntil` */
  async wait(wait: StoppableWait = {}): Promise<boolean> {
    throwIfStopped(wait);
    return this.#attempt() === DONE || doneUntil(this.#count, this.#attempt, wait);
  }

  readonly #attempt = (): number => this.#count.load() || DONE;
}
