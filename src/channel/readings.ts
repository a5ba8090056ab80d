/**
 * Numbers that are the difference of two counts, read while others move both.
 *
 *   lower ──▶ upper ──▶ lower again: the same ──▶ upper - lower
 *               └── another one: from the start; at last under a lock that keeps one of the counts still
 *
 * Invariant: what is read existed at one moment. The lower count only grows: if it was the same before and after, it was so
 * when the upper one was read. Each new start means that somebody moved the count meanwhile, so nobody is kept from
 * anything; after a few of them the lock ends it, which passes on when its owner dies.
 */
import type { Word } from "../memory/word.js";
import type { QueueParts } from "./queue-core.js";
import { Shut } from "./shut.js";

/** Looks before the lock. */
const LOOKS = 8;

/** Runs `read` while nobody moves the count. */
export type Still = (read: () => number) => number;

export class Readings {
  readonly #words: QueueParts<unknown, unknown>["words"];
  readonly #still: { readonly put: Still; readonly get: Still };
  readonly #looks: number;

  constructor(
    words: QueueParts<unknown, unknown>["words"],
    still: { readonly put: Still; readonly get: Still },
    looks = LOOKS,
  ) {
    this.#words = words;
    this.#still = still;
    this.#looks = looks;
  }

  /** Items in the queue. */
  get size(): number {
    const { put, get } = this.#words;
    const size = this.#ahead(put, get) ?? this.#still.get(() => difference(put, get));
    // Last: it never goes back, so the queue was not dropped when the counts were read.
    return this.#isDropped ? 0 : size;
  }

  /** Items put that are not done; of what was dropped nothing is left to do. */
  get unfinished(): number {
    const { put, done } = this.#words;
    const left = this.#ahead(put, done) ?? this.#still.put(() => difference(put, done));
    return this.#isDropped ? this.#leftOfDropped : left;
  }

  /** Both at one moment; to be read while nobody puts or takes. */
  get both(): { readonly qsize: number; readonly unfinishedTasks: number } {
    const { put, get, done } = this.#words;
    if (this.#isDropped) return { qsize: 0, unfinishedTasks: this.#leftOfDropped };
    return { qsize: difference(put, get), unfinishedTasks: difference(put, done) };
  }

  get #leftOfDropped(): number {
    return Math.max(0, difference(this.#words.givenOut, this.#words.done));
  }

  get #isDropped(): boolean {
    return this.#words.shut.load() === Shut.DROPPED;
  }

  /** @returns how far the one count is ahead of the other; undefined if that never stood still */
  #ahead(upper: Word, lower: Word): number | undefined {
    let before = lower.load();
    for (let look = 0; look < this.#looks; look++) {
      const ahead = (upper.load() - before) | 0;
      const after = lower.load();
      if (after === before) return ahead;
      before = after;
    }
    return undefined;
  }
}

/** Counts wrap. */
function difference(upper: Word, lower: Word): number {
  return (upper.load() - lower.load()) | 0;
}
