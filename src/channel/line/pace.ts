/** How long the tasks of one function take, as far as is known: whether a worker may be given several at once. */

/** What a worker is given at once takes about so long, in milliseconds. */
const STINT = 1;
/** Most tasks that a worker is given at once. */
const DEEPEST = 64;
/** How much the last one counts. */
const WEIGHT = 0.1;

export class Pace {
  #average = Number.NaN;

  /** One has taken so many milliseconds. */
  took(ms: number): void {
    if (Number.isNaN(ms)) return;
    // One that is long may be followed by others.
    if (Number.isNaN(this.#average) || ms > STINT) this.#average = ms;
    else this.#average += WEIGHT * (ms - this.#average);
  }

  /** How many a worker may have at once. */
  get depth(): number {
    // Also if nothing is known: the comparison is false then.
    return this.#average < STINT / 2 ? Math.min(DEEPEST, Math.floor(STINT / Math.max(this.#average, 1e-3))) : 1;
  }
}
