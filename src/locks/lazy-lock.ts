/**
 * The lock that belongs to a shared object, made when it is first asked for.
 *
 *   word   0 ──first one to store a handle──▶ handle of the RLock, for ever
 *
 * As long as one thread alone knows the object, the lock is that thread's as well: each of the two is given back when it is
 * garbage. It becomes known with the object.
 */
import type { Realm } from "../memory/realm.js";
import type { Word } from "../memory/word.js";
import { SharedObject } from "../objects/shared-object.js";
import { RLock } from "./rlock.js";

export class LazyLock {
  readonly #realm: Realm;
  readonly #word: Word;
  #lock: RLock | undefined;
  #isShared: boolean;

  /** @param word part of the object's memory, 0 at first @param isShared other threads may know the object */
  constructor(realm: Realm, word: Word, isShared: boolean) {
    this.#realm = realm;
    this.#word = word;
    this.#isShared = isShared;
  }

  /** @returns the same lock in all threads */
  get(): RLock {
    this.#lock ??= this.#find() ?? this.#make();
    return this.#lock;
  }

  /** The object is about to be known elsewhere. */
  letGo(): void {
    this.#isShared = true;
    if (this.#lock !== undefined) SharedObject.letGo(this.#lock);
  }

  /** Gives the lock's memory back, if there is a lock. For the owner of the word, when it is disposed itself. */
  dispose(): void {
    (this.#lock ?? this.#find())?.dispose();
  }

  #find(): RLock | undefined {
    const handle = this.#word.load();
    return handle === 0 ? undefined : (SharedObject.revive(this.#realm, handle, RLock) as RLock);
  }

  #make(): RLock {
    const mine = SharedObject.in(this.#realm, () => new RLock());
    const handle = this.#isShared ? SharedObject.handleOf(mine) : SharedObject.handleWithin(mine);
    if (this.#word.compareExchange(0, handle) === 0) return mine;
    mine.dispose();
    return this.#find()!;
  }
}
