/** Mutual exclusion between threads, and between the async tasks inside them. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import { processHeap } from "../memory/process-heap.js";
import { checkOptions, checkTimeout, checkWait, type Wait } from "../platform/arguments.js";
import { OwnerDiedError, TimeoutError } from "../platform/errors.js";
import { SharedObject } from "../shared/shared-object.js";
import { Acquired, Mutex } from "../sync/mutex.js";
import type { Owners } from "../sync/owners.js";

/**
 * Proof of an acquisition, and the way to end it: disposing it releases what it acquired, once. When that has been
 * released already, by whomever, disposing does nothing. (`using` needs Node 24 or compilation.)
 */
export interface Held extends Disposable {
  /** True if the last owner died holding the lock: what it guards may be half changed. */
  readonly ownerDied: boolean;
}

/** Options of `acquire`. */
export interface AcquireWait extends Wait {
  /** false: do not wait, as `tryAcquire`. */
  blocking?: boolean;
}

/** Options of `withLock`. */
export interface WithLockOptions extends Wait {
  /** true: run the body although the last owner died, because it can repair what the lock guards. */
  recover?: boolean;
}

/**
 * A lock. Of all threads, and all tasks in them, one holds it at a time; any thread may release it, not only the one
 * that acquired it. It is not re-entrant.
 *
 * If its owner is terminated or crashes, the next one gets the lock and is told so (`held.ownerDied`). A thread that
 * ends normally leaves its lock locked, as in Python.
 *
 * Python: threading.Lock. A timeout bounds the waiting, not the holding.
 *
 * @example
 * import { Lock } from "heddle/threading";
 *
 * const lock = new Lock();
 * await lock.withLock(() => console.log("nobody else is here")); // released afterwards, also if this throws
 */
export class Lock extends SharedObject {
  static {
    SharedObject.register(Lock, import.meta.url, "Lock");
  }

  readonly #mutex: Mutex;
  readonly #owners: Owners;
  /** Counts what this thread acquired and released, so that a guard knows whether its turn is over. */
  #turn = 0;

  constructor() {
    super(4, ObjectKind.PLAIN);
    const { heap, owners } = processHeap();
    this.#mutex = new Mutex(heap.word((this.handle << 4) + HEADER_WORDS), owners, () => this.#watchOwner());
    this.#owners = owners;
  }

  /** True while somebody holds it. */
  get locked(): boolean {
    return this.#mutex.locked;
  }

  /**
   * Waits until the lock is this caller's.
   *
   * @returns null only if the timeout came first, or it was not to wait (`blocking: false`)
   * @throws {TypeError | RangeError} if an option is wrong, or `blocking: false` comes with a timeout
   * @throws `signal.reason` when the signal is aborted
   */
  acquire(): Promise<Held>;
  acquire(wait: AcquireWait): Promise<Held | null>;
  async acquire(wait?: AcquireWait): Promise<Held | null> {
    if (wait === undefined) return this.#held(await this.#mutex.lock());
    checkWait("acquire", wait, ["blocking"]);
    if (checkBlocking("acquire", wait)) return this.#held(await this.#mutex.lock(limits(wait)));
    return this.tryAcquire();
  }

  /** As `acquire`, blocking the calling thread. */
  acquireSync(): Held;
  acquireSync(wait: { timeout?: number; blocking?: boolean }): Held | null;
  acquireSync(wait?: { timeout?: number; blocking?: boolean }): Held | null {
    if (wait === undefined) return this.#held(this.#mutex.lockSync());
    checkOptions("acquireSync", wait, ["timeout", "blocking"]);
    checkTimeout("acquireSync: timeout", wait.timeout);
    return checkBlocking("acquireSync", wait) ? this.#held(this.#mutex.lockSync(wait.timeout)) : this.tryAcquire();
  }

  /** Acquires the lock if it is free. @returns null if it is not; never waits */
  tryAcquire(): Held | null {
    return this.#held(this.#mutex.tryLock());
  }

  /** Frees the lock, whoever holds it. @throws {RuntimeError} if it is not locked */
  release(): void {
    this.#turn++;
    this.#mutex.unlock();
  }

  /**
   * Runs `body` holding the lock; releases it however the body ends.
   *
   * @returns what `body` returns
   * @throws {TimeoutError} if the lock was not to be had in time
   * @throws {OwnerDiedError} before the body, if the last owner died holding the lock and `recover` is not set
   */
  async withLock<T>(body: () => T | PromiseLike<T>, options: WithLockOptions = {}): Promise<T> {
    checkWait("withLock", options, ["recover"]);
    const held = this.#checked(this.#held(await this.#mutex.lock(limits(options))), options);
    try {
      return await body();
    } finally {
      held[Symbol.dispose]();
    }
  }

  /** As `withLock`, blocking the calling thread. */
  withLockSync<T>(body: () => T, options: { timeout?: number; recover?: boolean } = {}): T {
    checkOptions("withLockSync", options, ["timeout", "recover"]);
    checkTimeout("withLockSync: timeout", options.timeout);
    const held = this.#checked(this.#held(this.#mutex.lockSync(options.timeout)), options);
    try {
      return body();
    } finally {
      held[Symbol.dispose]();
    }
  }

  /** The lock as primitives that rest on it see it. */
  static mutexOf(lock: Lock): Mutex {
    return lock.#mutex;
  }

  static release(lock: Lock, turn: number): void {
    if (lock.#turn !== turn) return;
    lock.#turn++;
    lock.#mutex.unlockIfOwner(lock.#owners.me);
  }

  #held(acquired: Acquired): Guard;
  #held(acquired: Acquired): Held | null {
    return acquired === Acquired.FAILED ? null : new Guard(this, ++this.#turn, acquired === Acquired.OWNER_DIED);
  }

  #checked(held: Held | null, options: WithLockOptions): Held {
    if (held === null)
      throw new TimeoutError(`Cannot run the body: the lock was not free within ${options.timeout} ms`);
    if (!held.ownerDied || options.recover) return held;
    held[Symbol.dispose]();
    throw new OwnerDiedError(
      "Cannot run the body: the last owner of the lock died holding it, so what it guards may be half changed; " +
        "pass { recover: true } to run it all the same",
    );
  }

  /** A thread that died of memory says nothing: somebody who waits for its lock must look. */
  #watchOwner(): void {
    const owner = this.#mutex.owner;
    const memory = processHeap();
    if (owner !== 0 && memory.threads.isLost(owner)) memory.settle(owner);
  }
}

class Guard implements Held {
  readonly #lock: Lock;
  readonly #turn: number;
  readonly ownerDied: boolean;

  constructor(lock: Lock, turn: number, ownerDied: boolean) {
    this.#lock = lock;
    this.#turn = turn;
    this.ownerDied = ownerDied;
  }

  [Symbol.dispose](): void {
    Lock.release(this.#lock, this.#turn);
  }
}

/** @returns false if the caller does not want to wait @throws {TypeError} if it also gives a time to wait */
export function checkBlocking(where: string, wait: { blocking?: boolean; timeout?: number }): boolean {
  if (wait.blocking !== false) return true;
  if (wait.timeout !== undefined) throw new TypeError(`${where}: timeout cannot be combined with blocking: false`);
  return false;
}

function limits({ timeout, signal }: Wait): Wait {
  return { ...(timeout === undefined ? {} : { timeout }), ...(signal === undefined ? {} : { signal }) };
}
