/** A lock that its owner may acquire again. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import { GoneWord } from "../objects/gone.js";
import { tellHolders } from "../objects/lock-holders.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkNone, type Wait } from "../platform/errors/arguments.js";
import { DeadlockError } from "../platform/errors/errors.js";
import type { Monitor } from "../sync/monitor.js";
import { Acquired, Mutex } from "../sync/mutex.js";
import { RecursiveMutex } from "../sync/recursive-mutex.js";
import { type Guard, Guards, ListedGuard } from "./guards.js";
import type { WithLockOptions } from "./held.js";
import { currentOwner, type Holder, type Holders, holdersOf, newBodyOwner, runAs } from "./holders.js";
import { Lockable } from "./lockable.js";
import { namedOwner } from "./other-threads.js";
import { HOLD, HOLD_SYNC, TRY_HOLD } from "./with-held.js";

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
 * What blocks the calling thread throws DeadlockError if that would be for ever, because async code of this very thread
 * holds the lock.
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
export class RLock extends Lockable {
  static {
    SharedObject.register(RLock, import.meta.url, "RLock");
    tellHolders(RLock, (lock) => [lock.#lock.owner]);
  }

  #lock: Mutex;
  #mutex: RecursiveMutex;
  readonly #me: number;
  readonly #holders: Holders;
  /** One for each level of this thread that has not been released; its place is the holder. */
  readonly #guards = new Guards({
    leave: (holder) => this.#mutex.unlock(holder),
    mend: (holder) => this.#mutex.mend(holder),
  });

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

  /** Gives back one level. @throws {RuntimeError} if the caller does not hold the lock */
  release(): void {
    const holder = this.#holders.current();
    this.#mutex.unlock(holder);
    this.#guards.forget(holder);
  }

  /** As `Lock.withLock`. Inside the body, and in what it awaits, the lock may be acquired again. */
  override withLock<T>(body: () => T | PromiseLike<T>, options?: WithLockOptions): Promise<T> {
    const owner = currentOwner();
    // Blocking code of this thread holds it and calls this: the body goes on with that hold.
    if (owner === undefined && !this.isDisposed && this.#mutex.isHeldBy(this.#me)) return super.withLock(body, options);
    return runAs(owner ?? newBodyOwner(), () => super.withLock(body, options));
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
  protected override retire(): void {
    const gone = new GoneWord(this.constructor.name);
    this.#lock = new Mutex(gone, SharedObject.realmOf(this).lockOwners, gone);
    this.#mutex = new RecursiveMutex(this.#lock, gone, gone, this.#holders.current);
    this.#guards.clear();
  }

  /** @internal */
  override async [HOLD](limits: Wait): Promise<Guard | null> {
    const holder = this.#awaitingHolder();
    return this.#held(holder, await this.#mutex.lock(holder, limits));
  }

  /** @internal */
  override [HOLD_SYNC](timeout?: number): Guard | null {
    const holder = this.#holders.current();
    let acquired = this.#mutex.tryLock(holder);
    if (acquired === Acquired.FAILED) {
      if (timeout === undefined) this.#checkNotOurs();
      acquired = this.#mutex.lockSync(holder, timeout);
    }
    return this.#held(holder, acquired);
  }

  /** @internal */
  override [TRY_HOLD](awaits: boolean): Guard | null {
    const holder = awaits ? this.#awaitingHolder() : this.#holders.current();
    return this.#held(holder, this.#mutex.tryLock(holder));
  }

  /** Only its owner could release it, and that needs this event loop. */
  #checkNotOurs(): void {
    if (this.#lock.owner !== this.#me) return;
    throw new DeadlockError(
      "Cannot acquire the lock by blocking: other code of this very thread holds it, which could never release it; " +
        "use `await lock.acquire()` or `await lock.withLock(...)`",
    );
  }

  #awaitingHolder(): Holder {
    const owner = currentOwner();
    if (owner !== undefined) return this.#holders.of(owner);
    return this.#mutex.isHeldBy(this.#me) ? this.#me : this.#holders.fresh();
  }

  #held(holder: Holder, acquired: Acquired): Guard | null {
    if (acquired === Acquired.FAILED) return null;
    return this.#guards.add(new ListedGuard(this.#guards, holder, acquired !== Acquired.TAKEN));
  }
}
