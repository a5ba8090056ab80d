/** Waiting for a change of what a lock guards. */
import { HEADER_WORDS } from "../memory/allocator.js";
import type { Handle } from "../memory/heap.js";
import { processHeap } from "../memory/process-heap.js";
import type { Word } from "../memory/word.js";
import {
  checkFunction,
  checkInteger,
  checkOptions,
  checkTimeout,
  checkWait,
  type Wait,
  wrongType,
} from "../platform/arguments.js";
import { deadlineIn, timeLeft } from "../platform/clock.js";
import { SharedObject } from "../shared/shared-object.js";
import { Condition as Waiters } from "../sync/condition.js";
import { type WaitNodes, WaitQueue } from "../sync/wait-queue.js";
import { type Held, Lock, type WithLockOptions } from "./lock.js";

// Words of the object.
const HEAD = HEADER_WORDS;
const TAIL = HEADER_WORDS + 1;
const LOCK = HEADER_WORDS + 2;

/** Sleepers look again after a slice: that heals a wake-up that died with its receiver. */
const heal = (): void => {};

/** A waiter's node is a small object of the heap: next, owner, state. */
const heapNodes: WaitNodes = {
  allocate: () => processHeap().create(12),
  release: (node) => processHeap().destroy(node),
  next: (node) => wordOf(node, 0),
  owner: (node) => wordOf(node, 1),
  state: (node) => wordOf(node, 2),
};

function wordOf(node: Handle, index: number): Word {
  return processHeap().heap.word((node << 4) + HEADER_WORDS + index);
}

/**
 * A condition variable: threads that hold the lock wait until another one notifies them that something has changed.
 * `wait` frees the lock meanwhile and has it again when it returns. Who waits longest is notified first.
 *
 * Python: threading.Condition. The default lock is a Lock.
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

  readonly #lock: Lock;
  readonly #waiters: Waiters;

  /** @throws {TypeError} if `lock` is not a Lock */
  constructor(lock?: Lock) {
    if (lock !== undefined && !(lock instanceof Lock)) throw wrongType("Condition: lock", "a Lock", lock);
    super(12);
    const { heap, owners } = processHeap();
    const base = this.handle << 4;
    const lockHandle = heap.word(base + LOCK);
    this.#lock = this.isRevived ? (SharedObject.revive(lockHandle.load(), Lock) as Lock) : (lock ?? new Lock());
    lockHandle.store(SharedObject.handleOf(this.#lock));
    const queue = new WaitQueue(heap.word(base + HEAD), heap.word(base + TAIL), heapNodes);
    this.#waiters = new Waiters(Lock.mutexOf(this.#lock), queue, heapNodes, owners, { watch: heal });
  }

  /** The lock that guards what changes. */
  get lock(): Lock {
    return this.#lock;
  }

  /** Acquires the lock; as `Lock.acquire`. */
  acquire(): Promise<Held> {
    return this.#lock.acquire();
  }

  /** Acquires the lock, blocking; as `Lock.acquireSync`. */
  acquireSync(): Held {
    return this.#lock.acquireSync();
  }

  /** Releases the lock; as `Lock.release`. */
  release(): void {
    this.#lock.release();
  }

  /** Runs `body` holding the lock; as `Lock.withLock`. */
  withLock<T>(body: () => T | PromiseLike<T>, options?: WithLockOptions): Promise<T> {
    return this.#lock.withLock(body, options);
  }

  /** As `withLock`, blocking the calling thread. */
  withLockSync<T>(body: () => T, options?: { timeout?: number; recover?: boolean }): T {
    return this.#lock.withLockSync(body, options);
  }

  /**
   * Frees the lock, waits until notified, and takes the lock again, however the wait ends.
   *
   * @returns false if the timeout came first
   * @throws {RuntimeError} if this thread does not hold the lock
   * @throws `signal.reason` when the signal is aborted; the lock is held also then
   */
  async wait(wait?: Wait): Promise<boolean> {
    checkWait("wait", wait);
    return this.#waiters.wait(wait);
  }

  /** As `wait`, blocking the calling thread. */
  waitSync(wait?: { timeout?: number }): boolean {
    checkOptions("waitSync", wait, ["timeout"]);
    checkTimeout("waitSync: timeout", wait?.timeout);
    return this.#waiters.waitSync(wait?.timeout);
  }

  /**
   * Waits until `predicate` is true; it is asked at once and after each notification, with the lock held.
   *
   * @returns false if it was not true in time
   */
  async waitFor(predicate: () => boolean, wait: Wait = {}): Promise<boolean> {
    checkFunction("waitFor: predicate", predicate);
    checkWait("waitFor", wait);
    const deadline = deadlineIn(wait.timeout);
    while (!predicate()) {
      const left = timeLeft(deadline);
      if (left === 0 || !(await this.#waiters.wait({ ...wait, timeout: left }))) return predicate();
    }
    return true;
  }

  /** As `waitFor`, blocking the calling thread. */
  waitForSync(predicate: () => boolean, wait: { timeout?: number } = {}): boolean {
    checkFunction("waitForSync: predicate", predicate);
    checkOptions("waitForSync", wait, ["timeout"]);
    checkTimeout("waitForSync: timeout", wait.timeout);
    const deadline = deadlineIn(wait.timeout);
    while (!predicate()) {
      const left = timeLeft(deadline);
      if (left === 0 || !this.#waiters.waitSync(left)) return predicate();
    }
    return true;
  }

  /** Wakes the `n` who wait longest, or all if there are fewer. @throws {RuntimeError} if the lock is not held here */
  notify(n = 1): void {
    checkInteger("notify: n", n, 1);
    this.#waiters.notify(n);
  }

  /** Wakes all who wait. @throws {RuntimeError} if the lock is not held here */
  notifyAll(): void {
    this.#waiters.notifyAll();
  }
}
