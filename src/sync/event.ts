/**
 * A flag to wait for, in one word: generation << 1 | flag.
 *
 *   generation, 0 ──set, wake all──▶ generation + 1, 1 ──clear──▶ generation + 1, 0
 *
 * Invariant: the generation counts how often the flag went up. A waiter is through as soon as the flag is up or the
 * generation is another than when it came, so it cannot sleep through `set(); clear();`.
 *
 * The generation wraps after 2^31 sets; a waiter would have to miss exactly that many.
 */
import type { Word } from "../memory/word.js";
import { demandStack } from "../platform/stacks/stack-room.js";
import { type StoppableWait, throwIfStopped } from "../platform/waiting/stoppable.js";
import { blockUntil, DONE, doneUntil } from "./park.js";

const FLAG = 1;

export class Event {
  readonly #word: Word;

  constructor(word: Word) {
    this.#word = word;
  }

  get isSet(): boolean {
    return (this.#word.load() & FLAG) !== 0;
  }

  /** Puts the flag up and wakes everybody who waits. Does nothing if it is up. */
  set(): void {
    demandStack();
    let seen = this.#word.load();
    while (!(seen & FLAG)) {
      const raised = (seen + 2) | FLAG;
      const before = this.#word.compareExchange(seen, raised);
      if (before === seen) {
        this.#word.notify(Infinity);
        return;
      }
      seen = before;
    }
  }

  /** Takes the flag down. Who waited when it went up returns all the same. */
  clear(): void {
    let seen = this.#word.load();
    while (seen & FLAG) {
      const before = this.#word.compareExchange(seen, seen & ~FLAG);
      if (before === seen) return;
      seen = before;
    }
  }

  /**
   * Blocks the thread until the flag goes up; returns at once if it is up.
   *
   * @param timeout milliseconds; undefined or Infinity: without limit
   * @returns false if the time ran out first
   */
  waitSync(timeout?: number): boolean {
    const seen = this.#word.load();
    return (seen & FLAG) !== 0 || blockUntil(this.#word, this.#raisedSince(seen), timeout);
  }

  /**
   * The awaiting twin of `waitSync`.
   *
   * @throws `wait.signal.reason` when the signal is aborted, the cancellation error when the asyncio scope is cancelled
   */
  async wait(wait: StoppableWait = {}): Promise<boolean> {
    throwIfStopped(wait);
    const seen = this.#word.load();
    return (seen & FLAG) !== 0 || doneUntil(this.#word, this.#raisedSince(seen), wait);
  }

  /** @param seen the word when the waiter came, its flag down. Until the flag goes up the word does not change. */
  #raisedSince(seen: number): () => number {
    return () => (this.#word.load() === seen ? seen : DONE);
  }
}
