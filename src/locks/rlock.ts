/** A lock that its owner may acquire again. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import { GoneWord } from "../objects/gone.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkNone } from "../platform/errors/arguments.js";
import { DeadlockError } from "../platform/errors/errors.js";
import type { Synchronous } from "../platform/errors/synchronous.js";
import type { Monitor } from "../sync/monitor.js";
import { Acquired, Mutex } from "../sync/mutex.js";
import { RecursiveMutex } from "../sync/recursive-mutex.js";
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
  RELEASED,
  refuseAsyncBody,
  refusePromisedBody,
  type WithLockOptions,
  type WithLockSyncOptions,
} from "./held.js";
import { currentOwner, type Holder, type Holders, holdersOf, newBodyOwner, runAs } from "./holders.js";
import { namedOwner } from "./named-owner.js";

/** What `RLock.statistics()` tells. */
export interface RLockStatistics {
  readonly locked: boolean;
  /** `ident` of the thread that owns it; null if it is free. */
  readonly owner: number | null;
  /** How many times over it is held. */
  readonly depth: number;
  /** True if somebody waits for it, or did a moment ago. */
  readonly contended: boolean;
}

/**
 * A re-entrant lock: who holds it may acquire it again, and releases it as often. Only its owner may release it.
 *
 * The owner is the calling thread. In async code, where many tasks share a thread, it is the heddle task, or else the
 * body of the `withLock`; both are kept apart from others of the same thread. A bare `await lock.acquire()` outside of
 * them has no owner that could be recognised later: it is never re-entrant, and only its guard releases it.
 *
 * If the owner's thread dies, the next one gets the lock and is told so (`held.ownerDied`), and so are all after it until
 * one has recovered, as with Lock. Who holds the lock already was told, or not, when it acquired it first.
 *
 * Python: threading.RLock.
 *
 * @example
 * import { RLock } from "heddle/threading";
 *
 * const lock = new RLock();
 * const inner = () => lock.withLockSync(() => lock.recursionCount);
 * console.log(lock.withLockSync(inner)); // 2
 */
export class RLock extends SharedObject {
  static {
    SharedObject.register(RLock, import.meta.url, "RLock");
  }

  #lock: Mutex;
  #mutex: RecursiveMutex;
  readonly #me: number;
  readonly #holders: Holders;
  /** The guards of this thread's levels that have not been released, oldest first. */
  readonly #guards: Guard[] = [];

  constructor(...none: []) {
    checkNone("RLock", none);
    super(16, ObjectKind.PLAIN);
    const realm = SharedObject.realmOf(this);
    const { heap, lockOwners, me } = realm;
    this.#holders = holdersOf(realm);
    const at = (this.handle << 4) + HEADER_WORDS;
    const word = (index: number) => heap.word(at + index, undefined, this);
    this.#me = me;
    this.#lock = new Mutex(word(0), lockOwners, word(3));
    this.#mutex = new RecursiveMutex(this.#lock, word(1), word(2), this.#holders.current);
  }

  /** True while somebody holds it. */
  get locked(): boolean {
    return this.#mutex.locked;
  }

  /** True if the caller holds it. */
  get isOwned(): boolean {
    return this.#mutex.isHeld;
  }

  /** How many times over the caller holds it. */
  get recursionCount(): number {
    return this.#mutex.isHeld ? this.#mutex.depth : 0;
  }

  /**
   * Waits until the lock is the caller's; at once if it is already.
   *
   * @returns null only if the timeout came first, or it was not to wait (`blocking: false`)
   * @throws {TypeError | RangeError} if an option is wrong, or `blocking: false` comes with a timeout
   * @throws `signal.reason` when the signal is aborted
   */
  acquire(): Promise<Held>;
  acquire(wait: AcquireWait): Promise<Held | null>;
  async acquire(wait: AcquireWait = {}): Promise<Held | null> {
    const blocking = checkAcquire(wait);
    const holder = this.#awaitingHolder(currentOwner());
    if (!blocking) return this.#held(holder, this.#mutex.tryLock(holder));
    return this.#held(holder, await this.#mutex.lock(holder, limitsOf(wait)));
  }

  /**
   * As `acquire`, blocking the calling thread.
   *
   * @throws {DeadlockError} if it would block for ever, because async code of this very thread holds the lock
   */
  acquireSync(): Held;
  acquireSync(wait: AcquireSyncWait): Held | null;
  acquireSync(wait?: AcquireSyncWait): Held | null {
    if (wait === undefined) return this.#acquireSync(undefined);
    return checkAcquireSync(wait) ? this.#acquireSync(wait.timeout) : this.tryAcquire();
  }

  /** Acquires the lock if it is free or the caller's. @returns null if it is not; never waits */
  tryAcquire(): Held | null {
    const holder = this.#holders.current();
    return this.#held(holder, this.#mutex.tryLock(holder));
  }

  /** Gives back one level. @throws {RuntimeError} if the caller does not hold the lock */
  release(): void {
    const holder = this.#holders.current();
    this.#mutex.unlock(holder);
    const newest = this.#guards.findLastIndex((guard) => guard.holder === holder);
    if (newest !== -1) this.#guards.splice(newest, 1);
  }

  /**
   * Runs `body` holding the lock; releases it however the body ends. Inside the body, and in what it awaits, the lock
   * may be acquired again.
   *
   * @returns what `body` returns
   * @throws {TimeoutError} if the lock was not to be had in time
   * @throws {OwnerDiedError} before the body, if an owner died holding the lock, nobody has recovered since, and `recover`
   *   is not set
   */
  async withLock<T>(body: () => T | PromiseLike<T>, options: WithLockOptions = {}): Promise<T> {
    checkWithLock("withLock", body, options);
    let owner = currentOwner();
    // Blocking code of this thread holds it and calls this: the body goes on with that hold.
    const reenters = owner === undefined && this.#mutex.isHeldBy(this.#me);
    owner ??= newBodyOwner();
    const holder = reenters ? this.#me : this.#holders.of(owner);
    const acquired = await this.#mutex.lock(holder, limitsOf(options));
    const held = demandHeld(this.#held(holder, acquired), options);
    try {
      const result = await (reenters ? body() : runAs(owner, body));
      if (options.recover) RLock.mend(this, held);
      return result;
    } finally {
      held[Symbol.dispose]();
    }
  }

  /** As `withLock`, blocking the calling thread. */
  withLockSync<T>(body: (() => T) & Synchronous<T>, options?: WithLockSyncOptions): T {
    if (options !== undefined || typeof body !== "function") checkWithLockSync("withLockSync", body, options);
    refuseAsyncBody("withLockSync", body);
    const held = demandHeld(this.#acquireSync(options?.timeout), options);
    try {
      const result = refusePromisedBody("withLockSync", body());
      if (options?.recover) RLock.mend(this, held);
      return result;
    } finally {
      held[Symbol.dispose]();
    }
  }

  /** @internal */
  protected override describe(): string {
    const { locked, owner, depth } = this.statistics();
    return locked ? `locked by ${namedOwner(SharedObject.realmOf(this), owner)}, depth ${depth}` : "unlocked";
  }

  /** What can be seen of it at this moment. */
  statistics(): RLockStatistics {
    const { owner, contended, depth } = this.#mutex.look();
    return { locked: owner !== 0, owner: owner || null, depth, contended };
  }

  /** The lock as a condition sees it. @internal */
  static monitorOf(lock: RLock): Monitor {
    return {
      get isHeld() {
        return lock.#mutex.isHeld;
      },
      whileFree: (read) => lock.#mutex.whileFree(read),
      leave: () => lock.#mutex.leave(),
      enterSync: (hold) => lock.#mutex.enterSync(hold),
      enter: (hold) => lock.#mutex.enter(hold),
    };
  }

  /** @internal */
  static release(lock: RLock, guard: Guard): void {
    const index = lock.#guards.lastIndexOf(guard);
    if (index === -1) return;
    lock.#guards.splice(index, 1);
    lock.#mutex.unlock(guard.holder);
  }

  /** @returns false if that guard does not hold the lock any more @internal */
  static mend(lock: RLock, guard: Guard): boolean {
    return lock.#guards.includes(guard) && lock.#mutex.mend(guard.holder);
  }

  /** @internal */
  protected override retire(): void {
    const gone = new GoneWord(this.constructor.name);
    this.#lock = new Mutex(gone, SharedObject.realmOf(this).lockOwners, gone);
    this.#mutex = new RecursiveMutex(this.#lock, gone, gone, this.#holders.current);
    this.#guards.length = 0;
  }

  #acquireSync(timeout: number | undefined): Guard | null {
    const holder = this.#holders.current();
    let acquired = this.#mutex.tryLock(holder);
    if (acquired === Acquired.FAILED) {
      if (timeout === undefined) this.#checkNotOurs();
      acquired = this.#mutex.lockSync(holder, timeout);
    }
    return this.#held(holder, acquired);
  }

  /** Only its owner could release it, and that needs this event loop. */
  #checkNotOurs(): void {
    if (this.#lock.owner !== this.#me) return;
    throw new DeadlockError(
      "Cannot acquire the lock by blocking: other code of this very thread holds it, which could never release it; " +
        "use `await lock.acquire()` or `await lock.withLock(...)`",
    );
  }

  #awaitingHolder(owner: object | undefined): Holder {
    if (owner !== undefined) return this.#holders.of(owner);
    return this.#mutex.isHeldBy(this.#me) ? this.#me : this.#holders.fresh();
  }

  #held(holder: Holder, acquired: Acquired): Guard | null {
    if (acquired === Acquired.FAILED) return null;
    const guard = new Guard(this, holder, acquired !== Acquired.TAKEN);
    this.#guards.push(guard);
    return guard;
  }
}

class Guard implements Held {
  readonly #lock: RLock;
  readonly holder: Holder;
  readonly ownerDied: boolean;

  constructor(lock: RLock, holder: Holder, ownerDied: boolean) {
    this.#lock = lock;
    this.holder = holder;
    this.ownerDied = ownerDied;
  }

  markRecovered(): void {
    if (!RLock.mend(this.#lock, this)) throw cannotMark(RELEASED);
  }

  [Symbol.dispose](): void {
    RLock.release(this.#lock, this);
  }
}
