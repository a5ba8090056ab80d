/**
 * The lock that belongs to a shared object, made when it is first asked for.
 *
 *   word   0 ──first one to store a handle──▶ handle of the RLock, for ever
 */
import type { Word } from "../memory/word.js";
import { RLock } from "./rlock.js";
import { SharedObject } from "./shared-object.js";

export class LazyLock {
  readonly #word: Word;
  #lock: RLock | undefined;

  /** @param word part of the object's memory, 0 at first */
  constructor(word: Word) {
    this.#word = word;
  }

  /** @returns the same lock in all threads */
  get(): RLock {
    this.#lock ??= this.#find() ?? this.#make();
    return this.#lock;
  }

  /** Gives the lock's memory back, if there is a lock. For the owner of the word, when it is disposed itself. */
  dispose(): void {
    (this.#lock ?? this.#find())?.dispose();
  }

  #find(): RLock | undefined {
    const handle = this.#word.load();
    return handle === 0 ? undefined : (SharedObject.revive(handle, RLock) as RLock);
  }

  #make(): RLock {
    const mine = new RLock();
    if (this.#word.compareExchange(0, SharedObject.handleOf(mine)) === 0) return mine;
    mine.dispose();
    return this.#find()!;
  }
}
