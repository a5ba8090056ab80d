/**
 * How far a count that others move is ahead of one that the caller has in hand. Looking at the count costs a transfer
 * of its cache line from another core, so what was seen last serves as long as it says enough: counts only grow.
 *
 *   count:   ── known ──────▶ true           over(n) = known - n  while that is more than 0, else true - n
 *
 * Counts wrap at 32 bits: what was seen serves only while `n` moves on by little from call to call, for a thread may
 * have slept through a whole turn of the counts.
 */
import type { Word } from "../memory/word.js";

const LITTLE = 64;

export class Lead {
  readonly #count: Word;
  readonly #looked: () => void;
  #known = 0;
  #last = 0;

  /** @param looked called after each look at the count */
  constructor(count: Word, looked: () => void = () => {}) {
    this.#count = count;
    this.#looked = looked;
  }

  /** @returns how far the count is ahead of `n`: at least so far if that is more than 0, else exactly */
  over(n: number): number {
    const moved = (n - this.#last) >>> 0;
    this.#last = n;
    const lead = (this.#known - n) | 0;
    if (lead > 0 && moved < LITTLE) return lead;
    this.#known = this.#count.load();
    this.#looked();
    return (this.#known - n) | 0;
  }
}
