/** Mutual exclusion between threads, and between the async tasks inside them. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import { GoneWord } from "../objects/gone.js";
import { tellHolders } from "../objects/lock-holders.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkNone, type Wait } from "../platform/errors/arguments.js";
import type { Synchronous } from "../platform/errors/synchronous.js";
import { NO_LIMITS, throwIfStopped } from "../platform/waiting/stoppable.js";
import type { Monitor } from "../sync/monitor.js";
import { Acquired, Mutex } from "../sync/mutex.js";
import type { Owners } from "../sync/owners.js";
import { cannotMark, type Guard } from "./guards.js";
import type { AcquireSyncWait, AcquireWait, Held, WithLockSyncOptions } from "./held.js";
import { Lockable } from "./lockable.js";
import { namedOwner } from "./other-threads.js";
import { demandHeld, HOLD, HOLD_SYNC, refuseAsyncBody, refusePromisedBody, TRY_HOLD } from "./with-held.js";

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
export class Lock extends Lockable {
  static {
    SharedObject.register(Lock, import.meta.url, "Lock");
    tellHolders(Lock, (lock) => [lock.#mutex.owner]);
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

  // Written out here is what is done a million times: in a face that locks of several classes share it takes longer.

  override acquire(): Promise<Held>;
  override acquire(wait: AcquireWait): Promise<Held | null>;
  override acquire(wait?: AcquireWait): Promise<Held | null> {
    return wait === undefined ? this.#acquire() : super.acquire(wait);
  }

  /** As `acquire`, blocking the calling thread. */
  override acquireSync(): Held;
  override acquireSync(wait: AcquireSyncWait): Held | null;
  override acquireSync(wait?: AcquireSyncWait): Held | null {
    return wait === undefined ? this.#held(this.#mutex.lockSync()) : super.acquireSync(wait);
  }

  /** Acquires the lock if it is free. @returns null if it is not; never waits */
  override tryAcquire(): Held | null {
    return this.#held(this.#mutex.tryLock());
  }

  /** As `withLock`, blocking the calling thread. */
  override withLockSync<T>(body: (() => T) & Synchronous<T>, options?: WithLockSyncOptions): T {
    if (options !== undefined || typeof body !== "function") return super.withLockSync(body, options);
    refuseAsyncBody("withLockSync", body);
    const acquired = this.#mutex.lockSync();
    if (acquired !== Acquired.TAKEN) demandHeld(this.#held(acquired));
    const turn = (this.#turn = ++this.#turns);
    try {
      return refusePromisedBody("withLockSync", body());
    } finally {
      Lock.release(this, turn);
    }
  }

  /** Frees the lock, whoever holds it. @throws {RuntimeError} if it is not locked */
  release(): void {
    this.#turn = 0;
    this.#mutex.unlock();
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
  override [HOLD](limits: Wait): Guard | null | Promise<Guard | null> {
    throwIfStopped(limits);
    // A free lock costs no second promise: that would take longer than all the rest.
    return this.#held(this.#mutex.tryLock()) ?? this.#mutex.lock(limits).then((acquired) => this.#held(acquired));
  }

  /** @internal */
  override [HOLD_SYNC](timeout?: number): Guard | null {
    return this.#held(this.#mutex.lockSync(timeout));
  }

  /** @internal */
  override [TRY_HOLD](): Guard | null {
    return this.#held(this.#mutex.tryLock());
  }

  /** @internal */
  protected override retire(): void {
    this.#turn = 0;
    const gone = new GoneWord(this.constructor.name);
    this.#mutex = new Mutex(gone, this.#owners, gone);
  }

  async #acquire(): Promise<Held | null> {
    throwIfStopped(NO_LIMITS);
    return this.#held(this.#mutex.tryLock() || (await this.#mutex.lock()));
  }

  #held(acquired: Acquired): Guard | null {
    return acquired === Acquired.FAILED
      ? null
      : new TurnGuard(this, (this.#turn = ++this.#turns), acquired !== Acquired.TAKEN);
  }
}

class TurnGuard implements Guard {
  readonly #lock: Lock;
  readonly #turn: number;
  readonly ownerDied: boolean;

  constructor(lock: Lock, turn: number, ownerDied: boolean) {
    this.#lock = lock;
    this.#turn = turn;
    this.ownerDied = ownerDied;
  }

  mend(): boolean {
    return Lock.mend(this.#lock, this.#turn);
  }

  markRecovered(): void {
    if (!this.mend()) throw cannotMark();
  }

  [Symbol.dispose](): void {
    Lock.release(this.#lock, this.#turn);
  }
}
