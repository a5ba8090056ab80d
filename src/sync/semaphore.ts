/**
 * A count of permits.
 *
 *   permits   0 or more; a waiter sleeps on it while it is 0
 *   waiters   how many are between "about to sleep" and "done waiting"; spares `release` the wake-up call
 *
 * Invariant: a waiter counts itself before it looks at the permits, and `release` adds the permits before it looks at
 * the waiters. So one of the two sees the other: nobody falls asleep on a permit that is there.
 *
 * `waiters` may be too high, when a thread was killed as it slept: that costs wake-up calls and nothing else.
 */

import type { Word } from "../memory/word.js";
import { checkInteger } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import { demandStack } from "../platform/stacks/stack-room.js";
import { type StoppableWait, throwIfStopped } from "../platform/waiting/stoppable.js";
import { blockUntil, DONE, doneUntil } from "./park.js";

/** The most permits a semaphore can hold. */
export const MOST_PERMITS = 2 ** 31 - 1;

export class Semaphore {
  readonly #permits: Word;
  readonly #waiters: Word;
  readonly #bound: number;

  /** @param bound the value that `release` must not exceed, up to MOST_PERMITS */
  constructor(permits: Word, waiters: Word, bound = MOST_PERMITS) {
    this.#permits = permits;
    this.#waiters = waiters;
    this.#bound = bound;
  }

  /** How many permits can be taken now. */
  get value(): number {
    return this.#permits.load();
  }

  /** How many wait; too high by those who died waiting. */
  get waiting(): number {
    return this.#waiters.load();
  }

  /** Takes a permit if there is one. Never waits. */
  tryAcquire(): boolean {
    demandStack();
    return this.#attempt() === DONE;
  }

  /**
   * Blocks the thread until it has a permit.
   *
   * @param timeout milliseconds; undefined or Infinity: without limit
   * @returns false if the time ran out first
   */
  acquireSync(timeout?: number): boolean {
    if (this.tryAcquire()) return true;
    this.#waiters.add(1);
    try {
      return blockUntil(this.#permits, this.#attempt, timeout);
    } finally {
      this.#waiters.add(-1);
    }
  }

  /**
   * The awaiting twin of `acquireSync`.
   *
   * @throws `wait.signal.reason` when the signal is aborted, the cancellation error when the asyncio scope is cancelled
   */
  async acquire(wait: StoppableWait = {}): Promise<boolean> {
    throwIfStopped(wait);
    if (this.tryAcquire()) return true;
    this.#waiters.add(1);
    try {
      return await doneUntil(this.#permits, this.#attempt, wait);
    } finally {
      this.#waiters.add(-1);
    }
  }

  /**
   * Gives `permits` back, or adds new ones, and wakes as many waiters.
   *
   * @throws {RangeError} if `permits` is not a positive integer, or the value would exceed the bound
   */
  release(permits = 1): void {
    if (permits !== 1) checkInteger("release: permits", permits, 1);
    let seen = this.#permits.load();
    for (;;) {
      if (seen + permits > this.#bound) {
        throw rangeError(`Cannot release ${permits}: the semaphore has ${seen} of at most ${this.#bound} permits`);
      }
      const before = this.#permits.compareExchange(seen, seen + permits);
      if (before === seen) break;
      seen = before;
    }
    if (this.#waiters.load() > 0) this.#permits.notify(permits);
  }

  readonly #attempt = (): number => {
    let seen = this.#permits.load();
    while (seen > 0) {
      const before = this.#permits.compareExchange(seen, seen - 1);
      if (before === seen) return DONE;
      seen = before;
    }
    return seen;
  };
}
