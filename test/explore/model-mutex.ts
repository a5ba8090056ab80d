/**
 * A mutex whose `lockSync` is one step of the explorer: it happens when the lock is free or its owner is dead. For
 * programs that are about something else; Mutex itself is explored in mutex.test.ts.
 */
import { type Acquired, Mutex } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import type { ModelWord } from "./model-word.js";

export class ModelMutex extends Mutex {
  readonly #word: ModelWord;
  readonly #me: number;

  constructor(word: ModelWord, owners: Owners) {
    super(word, owners);
    this.#word = word;
    this.#me = owners.me;
  }
  /** The caller: its programs touch guarded words, so the explorer checks that it holds the lock. */
  override get owner(): number {
    return this.#me;
  }
  override lockSync(): Acquired {
    return this.#word.lock(this.#me) as Acquired;
  }
  override unlock(): void {
    this.#word.store(0);
  }
}
