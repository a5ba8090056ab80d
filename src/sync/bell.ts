/**
 * Lets threads wait until something that others guard has changed: an event count.
 *
 *   sleeper: sleepers + 1 ──▶ read rings ──▶ try ──▶ in vain: sleep while rings is the same ──▶ sleepers - 1
 *   ringer:  change something ──▶ sleepers > 0? ──▶ rings + 1, wake
 *
 * Invariant: a sleeper counts itself and reads `rings` before it tries, a ringer looks at the sleepers after its change.
 * So either the ringer sees the sleeper, whose sleep ends because `rings` moved, or the sleeper's try sees the change.
 *
 * `sleepers` stays too high when a thread is killed as it sleeps: that costs wake-up calls and nothing else. A wake-up that
 * died with its receiver, or with its sender before it was sent, costs one slice of the sleep (park.ts).
 *
 * Source: D. Vyukov, "Eventcounts" (2008).
 */
import type { Word } from "../memory/word.js";
import type { Wait } from "../platform/errors/arguments.js";
import { pump } from "../platform/waiting/pump.js";
import { type Attempt, blockUntil, DONE, doneUntil, type Watch } from "./park.js";

export class Bell {
  readonly #rings: Word;
  readonly #sleepers: Word;

  constructor(rings: Word, sleepers: Word) {
    this.#rings = rings;
    this.#sleepers = sleepers;
  }

  /** How many sleep, or are about to. */
  get sleepers(): number {
    return this.#sleepers.load();
  }

  /** Something has changed that `count` sleepers may wait for. */
  ring(count: number): void {
    if (this.#sleepers.load() === 0) return;
    this.#rings.add(1);
    this.#rings.notify(count);
  }

  /** Blocks the thread until `tried` returns true; `watch` looks after those it waits for. @returns false if the time ran out first */
  sleepSync(tried: () => boolean, timeout: number | undefined, watch?: Watch): boolean {
    this.#sleepers.add(1);
    try {
      return blockUntil(this.#rings, this.#attempt(tried), timeout, watch);
    } finally {
      this.#sleepers.add(-1);
    }
  }

  /** The awaiting twin of `sleepSync`. */
  async sleep(tried: () => boolean, wait: Wait, watch?: Watch): Promise<boolean> {
    this.#sleepers.add(1);
    try {
      return await doneUntil(this.#rings, this.#attempt(tried), wait, watch);
    } finally {
      this.#sleepers.add(-1);
    }
  }

  /**
   * Blocks the thread for a moment, without being counted: nobody takes the trouble to wake it. That gives those who
   * change something time for more of it.
   */
  nap(milliseconds: number): void {
    pump();
    this.#rings.wait(this.#rings.load(), milliseconds);
  }

  #attempt(tried: () => boolean): Attempt {
    return () => {
      const seen = this.#rings.load();
      return tried() ? DONE : seen;
    };
  }
}
