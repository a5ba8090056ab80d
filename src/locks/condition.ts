/** Waiting for a change of what a lock guards. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import type { Realm } from "../memory/realm.js";
import type { Word } from "../memory/word.js";
import { SharedObject } from "../objects/shared-object.js";
import {
  checkFunction,
  checkInteger,
  checkWait,
  checkWaitSync,
  type Wait,
  wrongType,
} from "../platform/errors/arguments.js";
import { OwnerDiedError, rangeError } from "../platform/errors/errors.js";
import { refuseAsync, refusePromise, type Synchronous } from "../platform/errors/synchronous.js";
import { deadlineIn, timeLeft } from "../platform/waiting/clock.js";
import { Condition as Waiters } from "../sync/condition.js";
import { WaitQueue } from "../sync/wait-queue.js";
import type { AcquireSyncWait, AcquireWait, Held, WithLockOptions, WithLockSyncOptions } from "./held.js";
import { Lock } from "./lock.js";
import { partnersOf } from "./other-threads.js";
import { RLock } from "./rlock.js";
import { HeapNodes } from "./waiter-nodes.js";

// Words of the object.
const HEAD = HEADER_WORDS;
const TAIL = HEADER_WORDS + 1;
const LOCK = HEADER_WORDS + 2;
const KIND = HEADER_WORDS + 3;

/** What the lock is. */
const LOCKS = { LOCK: 1, RLOCK: 2, OWN_RLOCK: 3 } as const;

/** What `Condition.statistics()` tells. */
export interface ConditionStatistics {
  readonly locked: boolean;
  /** `ident` of the thread that owns the lock; null if it is free. */
  readonly owner: number | null;
  /** How many wait to be notified; null if that is not to be seen because another holds the lock. */
  readonly waiting: number | null;
}

/**
 * A condition variable: threads that hold the lock wait until another one notifies them that something has changed.
 * `wait` frees the lock meanwhile and has it again when it returns. Who waits longest is notified first.
 *
 * If a thread dies holding the lock, the next ones are told until one has recovered, as with Lock: by their guards or
 * `withLock`, or by an OwnerDiedError of the `wait` that takes the lock back. A `wait` tells each death once: repair what the
 * lock guards, then wait again. In a `withLock(body, { recover: true })` that is done when the body returns.
 *
 * Over an RLock, `wait` gives back all levels and takes them again.
 *
 * Python: threading.Condition. After a bare `await acquire()` of an RLock nobody can be recognised as its owner: use
 * `withLock`, a heddle task or `acquireSync` around `wait` and `notify`.
 *
 * @example
 * import { Condition, Thread } from "heddle/threading";
 * import { Value } from "heddle/shared";
 *
 * const changed = new Condition(), stock = new Value("i32");
 * const deliver = () => changed.withLockSync(() => { stock.value = 5; changed.notify(); });
 * new Thread({ target: deliver }).start();
 * await changed.withLock(() => changed.waitFor(() => stock.value > 0));
 * console.log(stock.value); // 5
 */
export class Condition extends SharedObject {
  static {
    SharedObject.register(Condition, import.meta.url, "Condition");
  }

  readonly #lock: Lock | RLock;
  readonly #waiters: Waiters;
  readonly #ownsLock: boolean;

  /**
   * @param lock the lock that guards what changes; default a new RLock, which is the condition's own
   * @throws {TypeError} if it is neither a Lock nor an RLock
   */
  constructor(lock?: Lock | RLock) {
    if (lock !== undefined && !(lock instanceof Lock) && !(lock instanceof RLock)) {
      throw wrongType("Condition: lock", "a Lock or an RLock", lock);
    }
    super(16, ObjectKind.PLAIN);
    const realm = SharedObject.realmOf(this);
    this.begin(() => checkSameRealm(lock, realm));
    const { heap } = realm;
    const nodes = new HeapNodes(realm, this.handle);
    const base = this.handle << 4;
    const kind = heap.word(base + KIND);
    this.#lock = this.#lockAt(heap.word(base + LOCK), kind, lock);
    this.#ownsLock = kind.load() === LOCKS.OWN_RLOCK;
    const queue = new WaitQueue(
      heap.word(base + HEAD, undefined, this),
      heap.word(base + TAIL, undefined, this),
      nodes,
    );
    const monitor = this.#lock instanceof Lock ? Lock.monitorOf(this.#lock) : RLock.monitorOf(this.#lock);
    this.#waiters = new Waiters(monitor, queue, nodes, partnersOf(realm), { onOwnerDied });
  }

  /** The lock that guards what changes. */
  get lock(): Lock | RLock {
    void this.handle; // throws after `dispose`
    return this.#lock;
  }

  /** True while somebody holds the lock. */
  get locked(): boolean {
    return this.lock.locked;
  }

  /** Acquires the lock; as `RLock.acquire`. */
  acquire(): Promise<Held>;
  acquire(wait: AcquireWait): Promise<Held | null>;
  async acquire(wait: AcquireWait = {}): Promise<Held | null> {
    return this.lock.acquire(wait);
  }

  /** Acquires the lock, blocking the calling thread; as `RLock.acquireSync`. */
  acquireSync(): Held;
  acquireSync(wait: AcquireSyncWait): Held | null;
  acquireSync(wait: AcquireSyncWait = {}): Held | null {
    return this.lock.acquireSync(wait);
  }

  /** Acquires the lock if that needs no waiting; as `RLock.tryAcquire`. */
  tryAcquire(): Held | null {
    return this.lock.tryAcquire();
  }

  /** Releases the lock; as `RLock.release`. */
  release(): void {
    this.lock.release();
  }

  /** Runs `body` holding the lock; as `RLock.withLock`. */
  async withLock<T>(body: () => T | PromiseLike<T>, options?: WithLockOptions): Promise<T> {
    return this.lock.withLock(body, options);
  }

  /** As `withLock`, blocking the calling thread. */
  withLockSync<T>(body: (() => T) & Synchronous<T>, options?: WithLockSyncOptions): T {
    return this.lock.withLockSync(body, options);
  }

  /**
   * Frees the lock, waits until notified, and takes the lock again, however the wait ends: also when it throws.
   *
   * @returns false if the timeout came first
   * @throws {RuntimeError} if this thread does not hold the lock
   * @throws {OwnerDiedError} if an owner died holding the lock, nobody has recovered since, and the caller did not know
   *   that when it began to wait; if the wait was aborted as well, its `cause` is the reason
   * @throws `signal.reason` when the signal is aborted
   */
  async wait(wait?: Wait): Promise<boolean> {
    checkWait("wait", wait);
    return this.#alive.wait(wait);
  }

  /** As `wait`, blocking the calling thread. */
  waitSync(wait?: { timeout?: number }): boolean {
    checkWaitSync("waitSync", wait);
    return this.#alive.waitSync(wait?.timeout);
  }

  /**
   * Waits until `predicate` is true; it is asked at once and after each notification, with the lock held.
   *
   * @returns false if it was not true in time
   * @throws as `wait`
   */
  async waitFor(predicate: () => boolean, wait: Wait = {}): Promise<boolean> {
    checkFunction("waitFor: predicate", predicate);
    const isTrue = synchronous("waitFor: predicate", predicate);
    checkWait("waitFor", wait);
    const deadline = deadlineIn(wait.timeout);
    while (!isTrue()) {
      const left = timeLeft(deadline);
      if (left === 0 || !(await this.#alive.wait({ ...wait, timeout: left }))) return isTrue();
    }
    return true;
  }

  /** As `waitFor`, blocking the calling thread. */
  waitForSync(predicate: () => boolean, wait: { timeout?: number } = {}): boolean {
    checkFunction("waitForSync: predicate", predicate);
    const isTrue = synchronous("waitForSync: predicate", predicate);
    checkWaitSync("waitForSync", wait);
    const deadline = deadlineIn(wait.timeout);
    while (!isTrue()) {
      const left = timeLeft(deadline);
      if (left === 0 || !this.#alive.waitSync(left)) return isTrue();
    }
    return true;
  }

  /** Wakes the `n` who wait longest, or all if there are fewer. @throws {RuntimeError} if the lock is not held here */
  notify(n = 1): void {
    checkInteger("notify: n", n, 1);
    this.#alive.notify(n);
  }

  /** Wakes all who wait. @throws {RuntimeError} if the lock is not held here */
  notifyAll(): void {
    this.#alive.notifyAll();
  }

  /** Gives the condition's memory back, and that of its default lock; a lock that it was given stays. */
  override dispose(): void {
    if (this.isDisposed) return;
    super.dispose();
    if (this.#ownsLock) this.#lock.dispose();
  }

  /** @internal */
  protected override travels(): void {
    SharedObject.letGo(this.#lock);
  }

  /** @internal */
  protected override describe(): string {
    return this.#lock.statistics().locked ? "locked" : "unlocked"; // who waits is to be seen only with the lock
  }

  /** What can be seen of it at this moment. */
  statistics(): ConditionStatistics {
    const { locked, owner } = this.lock.statistics();
    return { locked, owner, waiting: this.#alive.countWaiting() ?? null };
  }

  /** @throws {RuntimeError} after `dispose` */
  get #alive(): Waiters {
    void this.handle;
    return this.#waiters;
  }

  /** A revived condition finds which lock it has in its own memory. */
  #lockAt(handle: Word, kind: Word, given: Lock | RLock | undefined): Lock | RLock {
    const realm = SharedObject.realmOf(this);
    if (this.isRevived) {
      return SharedObject.revive(realm, handle.load(), kind.load() === LOCKS.LOCK ? Lock : RLock) as Lock | RLock;
    }
    const lock = given ?? SharedObject.in(realm, () => new RLock());
    handle.store(SharedObject.handleWithin(lock));
    kind.store(lock instanceof Lock ? LOCKS.LOCK : given === undefined ? LOCKS.OWN_RLOCK : LOCKS.RLOCK);
    return lock;
  }
}

/** @returns the predicate, as one that refuses to be taken for true because it returned a promise */
function synchronous(where: string, predicate: () => boolean): () => boolean {
  const remedy = "it is asked again and again, and must answer at once";
  refuseAsync(where, remedy, predicate);
  return () => refusePromise(where, remedy, predicate());
}

function onOwnerDied(cause?: unknown): never {
  throw new OwnerDiedError(
    "An owner of the lock died holding it during this wait, so what it guards may be half changed; the caller has the lock again",
    cause === undefined ? {} : { cause },
  );
}

function checkSameRealm(lock: Lock | RLock | undefined, realm: Realm): void {
  if (lock === undefined || SharedObject.realmOf(lock) === realm) return;
  throw rangeError("Condition: lock must live in the same memory as the condition, got one of another");
}
