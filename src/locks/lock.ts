/** Mutual exclusion between threads, and between the async tasks inside them. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import { GoneWord } from "../objects/gone.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkNone } from "../platform/errors/arguments.js";
import type { Synchronous } from "../platform/errors/synchronous.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import type { Monitor } from "../sync/monitor.js";
import { Acquired, Mutex } from "../sync/mutex.js";
import type { Owners } from "../sync/owners.js";
import {
  type AcquireSyncWait,
  type AcquireWait,
  cannotMark,
  checkAcquire,
  checkAcquireSync,
  checkWithLock,
  checkWithLockSync,
  demandHeld,
  type Held,
  limitsOf,
  NO_LIMITS,
  RELEASED,
  refuseAsyncBody,
  refusePromisedBody,
  type WithLockOptions,
  type WithLockSyncOptions,
} from "./held.js";
import { namedOwner } from "./named-owner.js";

/** What `Lock.statistics()` tells. */
export interface LockStatistics {
  readonly locked: boolean;
  /** `ident` of the thread that acquired it; null if it is free. */
  readonly owner: number | null;
  /** True if somebody waits for it, or did a moment ago. */
  readonly contended: boolean;
}

/**
 * A lock. Of all threads, and all tasks in them, one holds it at a time; any thread may release it, not only the one
 * that acquired it. It is not re-entrant.
 *
 * If its owner is terminated or crashes, the next one gets the lock and is told so (`held.ownerDied`), and so are all
 * after it, until one has repaired what the lock guards and says so: by `held.markRecovered()`, or a
 * `withLock(body, { recover: true })` whose body returns. A thread that ends normally leaves its lock locked, as in Python.
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

  #mutex: Mutex;
  readonly #owners: Owners;
  /** This thread's acquisition that has not been released, so that a guard knows whether its turn is over; else 0. */
  #turn = 0;
  /** How many acquisitions this thread has made: numbers them, none twice. */
  #turns = 0;

  constructor(...none: []) {
    checkNone("Lock", none);
    super(8, ObjectKind.PLAIN);
    const { heap, lockOwners } = SharedObject.realmOf(this);
    this.#owners = lockOwners;
    const at = (this.handle << 4) + HEADER_WORDS;
    this.#mutex = new Mutex(heap.word(at), lockOwners, heap.word(at + 1));
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
    if (wait === undefined) {
      // A free lock costs no second promise: that would take longer than all the rest.
      throwIfStopped(NO_LIMITS);
      return this.#held(this.#mutex.tryLock() || (await this.#mutex.lock()));
    }
    if (checkAcquire(wait)) return this.#held(await this.#mutex.lock(limitsOf(wait)));
    return this.tryAcquire();
  }

  /** As `acquire`, blocking the calling thread. */
  acquireSync(): Held;
  acquireSync(wait: AcquireSyncWait): Held | null;
  acquireSync(wait?: AcquireSyncWait): Held | null {
    if (wait === undefined) return this.#held(this.#mutex.lockSync());
    return checkAcquireSync(wait) ? this.#held(this.#mutex.lockSync(wait.timeout)) : this.tryAcquire();
  }

  /** Acquires the lock if it is free. @returns null if it is not; never waits */
  tryAcquire(): Held | null {
    return this.#held(this.#mutex.tryLock());
  }

  /** Frees the lock, whoever holds it. @throws {RuntimeError} if it is not locked */
  release(): void {
    this.#turn = 0;
    this.#mutex.unlock();
  }

  /**
   * Runs `body` holding the lock; releases it however the body ends.
   *
   * @returns what `body` returns
   * @throws {TimeoutError} if the lock was not to be had in time
   * @throws {OwnerDiedError} before the body, if an owner died holding the lock, nobody has recovered since, and `recover`
   *   is not set
   */
  async withLock<T>(body: () => T | PromiseLike<T>, options?: WithLockOptions): Promise<T> {
    if (options !== undefined || typeof body !== "function") checkWithLock("withLock", body, options);
    const limits = options === undefined ? NO_LIMITS : limitsOf(options);
    throwIfStopped(limits);
    const acquired = this.#mutex.tryLock() || (await this.#mutex.lock(limits));
    if (acquired !== Acquired.TAKEN) demandHeld(this.#held(acquired), options);
    const turn = (this.#turn = ++this.#turns);
    try {
      const result = await body();
      if (options?.recover) Lock.mend(this, turn);
      return result;
    } finally {
      Lock.release(this, turn);
    }
  }

  /** As `withLock`, blocking the calling thread. */
  withLockSync<T>(body: (() => T) & Synchronous<T>, options?: WithLockSyncOptions): T {
    // Nothing but what the lock takes: such calls run a million times, and at first in the interpreter.
    if (options !== undefined || typeof body !== "function") checkWithLockSync("withLockSync", body, options);
    refuseAsyncBody("withLockSync", body);
    const acquired = this.#mutex.lockSync(options?.timeout);
    if (acquired !== Acquired.TAKEN) demandHeld(this.#held(acquired), options);
    const turn = (this.#turn = ++this.#turns);
    try {
      const result = refusePromisedBody("withLockSync", body());
      if (options?.recover) Lock.mend(this, turn);
      return result;
    } finally {
      Lock.release(this, turn);
    }
  }

  /** @internal */
  protected override describe(): string {
    const { locked, owner } = this.statistics();
    return locked ? `locked by ${namedOwner(SharedObject.realmOf(this), owner)}` : "unlocked";
  }

  /** What can be seen of it at this moment. */
  statistics(): LockStatistics {
    const { owner, contended } = this.#mutex.look();
    return { locked: owner !== 0, owner: owner || null, contended };
  }

  /** The lock as a condition sees it: who waits has his turn back afterwards, with the guard that he had. @internal */
  static monitorOf(lock: Lock): Monitor {
    return {
      get isHeld() {
        return lock.#mutex.isHeld;
      },
      whileFree(read) {
        return lock.#mutex.whileFree(read);
      },
      leave() {
        const holder = lock.#turn;
        lock.#turn = 0;
        return { ...lock.#mutex.leave(), holder };
      },
      enterSync(hold) {
        const acquired = lock.#mutex.enterSync(hold);
        lock.#turn = hold.holder;
        return acquired;
      },
      async enter(hold) {
        const acquired = await lock.#mutex.enter(hold);
        lock.#turn = hold.holder;
        return acquired;
      },
    };
  }

  /** @internal */
  static release(lock: Lock, turn: number): void {
    if (lock.#turn !== turn) return;
    lock.#turn = 0;
    lock.#mutex.unlockIfOwner(lock.#owners.me);
  }

  /** @returns false if that turn is over @internal */
  static mend(lock: Lock, turn: number): boolean {
    return lock.#turn === turn && lock.#mutex.mend();
  }

  /** @internal */
  protected override retire(): void {
    this.#turn = 0;
    const gone = new GoneWord(this.constructor.name);
    this.#mutex = new Mutex(gone, this.#owners, gone);
  }

  #held(acquired: Acquired): Guard;
  #held(acquired: Acquired): Held | null {
    return acquired === Acquired.FAILED
      ? null
      : new Guard(this, (this.#turn = ++this.#turns), acquired !== Acquired.TAKEN);
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

  markRecovered(): void {
    if (!Lock.mend(this.#lock, this.#turn)) throw cannotMark(RELEASED);
  }

  [Symbol.dispose](): void {
    Lock.release(this.#lock, this.#turn);
  }
}
