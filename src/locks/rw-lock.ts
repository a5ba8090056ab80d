/** Many readers or one writer. */
import { ObjectKind } from "../memory/ledger.js";
import { GoneWord } from "../objects/gone.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkNone, checkOptions, checkTimeout, checkWait, type Wait } from "../platform/errors/arguments.js";
import { RuntimeError } from "../platform/errors/errors.js";
import type { Synchronous } from "../platform/errors/synchronous.js";
import { Access, type RWLock as Entries } from "../sync/rw-lock.js";
import {
  cannotMark,
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
import { namedOwner } from "./named-owner.js";
import { entriesAt, RW_LOCK_BYTES } from "./rw-lock-entries.js";

/** What `RWLock.statistics()` tells. */
export interface RWLockStatistics {
  /** `ident` of the threads that read, one for each reader. */
  readonly readers: readonly number[];
  /** `ident` of the thread that writes; null if none does. */
  readonly writer: number | null;
  /** How many wait. */
  readonly waiting: number;
}

/**
 * A lock that many readers hold together, or one writer alone. First come, first served: a reader that comes after a
 * waiting writer waits for it, so neither readers nor writers starve. Hence it is not re-entrant: who reads and wants
 * to read again may wait for a writer that waits for it.
 *
 * If a writer dies, those after it are told (`held.ownerDied`, OwnerDiedError of `withRead` and `withWrite`), until a
 * writer has repaired what the lock guards and says so: by `held.markRecovered()`, or a
 * `withWrite(body, { recover: true })` whose body returns. A dead reader changes nothing.
 *
 * Python has none.
 *
 * @example
 * import { RWLock } from "heddle/threading";
 *
 * const lock = new RWLock();
 * const first = lock.acquireReadSync(), second = await lock.acquireRead();
 * console.log(lock.tryAcquireWrite()); // null
 * first[Symbol.dispose]();
 * second[Symbol.dispose]();
 * console.log(lock.withWriteSync(() => "alone")); // alone
 */
export class RWLock extends SharedObject {
  static {
    SharedObject.register(RWLock, import.meta.url, "RWLock");
  }

  #entries: Entries;
  /** What this thread holds, oldest first. */
  readonly #guards: Guard[] = [];

  constructor(...none: []) {
    checkNone("RWLock", none);
    super(RW_LOCK_BYTES, ObjectKind.PLAIN);
    const base = this.handle << 4;
    const realm = SharedObject.realmOf(this);
    this.#entries = entriesAt(realm, (index) => realm.heap.word(base + index, undefined, this));
  }

  /**
   * Waits until the caller may read.
   *
   * @returns null only if the timeout came first
   * @throws `signal.reason` when the signal is aborted
   */
  acquireRead(): Promise<Held>;
  acquireRead(wait: Wait): Promise<Held | null>;
  acquireRead(wait: Wait = {}): Promise<Held | null> {
    return this.#acquire("acquireRead", Access.READ, wait);
  }

  /** As `acquireRead`, blocking the calling thread. */
  acquireReadSync(): Held;
  acquireReadSync(wait: { timeout?: number }): Held | null;
  acquireReadSync(wait: { timeout?: number } = {}): Held | null {
    return this.#acquireSync("acquireReadSync", Access.READ, wait);
  }

  /** Acquires the lock for reading if that needs no waiting. @returns null if it does */
  tryAcquireRead(): Held | null {
    return this.#held(Access.READ, this.#entries.tryEnter(Access.READ));
  }

  /** As `acquireRead`, for writing. */
  acquireWrite(): Promise<Held>;
  acquireWrite(wait: Wait): Promise<Held | null>;
  acquireWrite(wait: Wait = {}): Promise<Held | null> {
    return this.#acquire("acquireWrite", Access.WRITE, wait);
  }

  /** As `acquireWrite`, blocking the calling thread. */
  acquireWriteSync(): Held;
  acquireWriteSync(wait: { timeout?: number }): Held | null;
  acquireWriteSync(wait: { timeout?: number } = {}): Held | null {
    return this.#acquireSync("acquireWriteSync", Access.WRITE, wait);
  }

  /** Acquires the lock for writing if that needs no waiting. @returns null if it does */
  tryAcquireWrite(): Held | null {
    return this.#held(Access.WRITE, this.#entries.tryEnter(Access.WRITE));
  }

  /** Ends what this thread acquired last for reading. @throws {RuntimeError} if it holds nothing for reading */
  releaseRead(): void {
    this.#release(Access.READ, "reading");
  }

  /** Ends what this thread acquired for writing. @throws {RuntimeError} if it does not hold the lock for writing */
  releaseWrite(): void {
    this.#release(Access.WRITE, "writing");
  }

  /**
   * Runs `body` holding the lock for reading.
   *
   * @returns what `body` returns
   * @throws {TimeoutError} if the lock was not to be had in time
   * @throws {OwnerDiedError} before the body, if a writer died, nobody has recovered since, and `recover` is not set; a
   *   reader with `recover` sees what is there, and repairs nothing
   */
  withRead<T>(body: () => T | PromiseLike<T>, options: WithLockOptions = {}): Promise<T> {
    return this.#with("withRead", Access.READ, body, options);
  }

  /** As `withRead`, blocking the calling thread. */
  withReadSync<T>(body: (() => T) & Synchronous<T>, options: WithLockSyncOptions = {}): T {
    return this.#withSync("withReadSync", Access.READ, body, options);
  }

  /** As `withRead`, for writing. */
  withWrite<T>(body: () => T | PromiseLike<T>, options: WithLockOptions = {}): Promise<T> {
    return this.#with("withWrite", Access.WRITE, body, options);
  }

  /** As `withWrite`, blocking the calling thread. */
  withWriteSync<T>(body: (() => T) & Synchronous<T>, options: WithLockSyncOptions = {}): T {
    return this.#withSync("withWriteSync", Access.WRITE, body, options);
  }

  /** @internal */
  protected override describe(): string {
    const { readers, writer } = this.statistics();
    const named = (id: number): string => namedOwner(SharedObject.realmOf(this), id);
    if (writer !== null) return `locked by writer ${named(writer)}`;
    return readers.length > 0 ? `locked by readers ${readers.map(named).join(", ")}` : "unlocked";
  }

  /** What can be seen of it at this moment. */
  statistics(): RWLockStatistics {
    const { readers, writer, waiting } = this.#entries.census();
    return { readers, writer: writer || null, waiting };
  }

  /** @internal */
  static release(lock: RWLock, guard: Guard): void {
    lock.#leave(guard);
  }

  /** @returns false if that guard does not write, or does not any more @internal */
  static mend(lock: RWLock, guard: Guard): boolean {
    if (guard.access !== Access.WRITE || !lock.#guards.includes(guard)) return false;
    lock.#entries.mend();
    return true;
  }

  /** @internal */
  protected override retire(): void {
    const gone = new GoneWord(this.constructor.name);
    this.#entries = entriesAt(SharedObject.realmOf(this), () => gone);
    this.#guards.length = 0;
  }

  #leave(guard: Guard): void {
    const index = this.#guards.lastIndexOf(guard);
    if (index === -1) return;
    this.#guards.splice(index, 1);
    this.#entries.leave(guard.node);
  }

  #release(access: Access, what: string): void {
    void this.handle; // throws after `dispose`
    const guard = this.#guards.findLast((held) => held.access === access);
    if (guard === undefined)
      throw new RuntimeError(`Cannot release the lock: this thread does not hold it for ${what}`);
    this.#leave(guard);
  }

  async #acquire(where: string, access: Access, wait: Wait): Promise<Held | null> {
    checkWait(where, wait);
    return this.#held(access, await this.#entries.enter(access, wait));
  }

  #acquireSync(where: string, access: Access, wait: { timeout?: number }): Held | null {
    checkOptions(where, wait, ["timeout"]);
    checkTimeout(`${where}: timeout`, wait.timeout);
    return this.#held(access, this.#entries.enterSync(access, wait.timeout));
  }

  async #with<T>(where: string, access: Access, body: () => T | PromiseLike<T>, options: WithLockOptions): Promise<T> {
    checkWithLock(where, body, options);
    const held = demandHeld(this.#held(access, await this.#entries.enter(access, limitsOf(options))), options);
    try {
      const result = await body();
      if (options.recover) RWLock.mend(this, held);
      return result;
    } finally {
      held[Symbol.dispose]();
    }
  }

  #withSync<T>(
    where: "withReadSync" | "withWriteSync",
    access: Access,
    body: () => T,
    options: WithLockSyncOptions,
  ): T {
    checkWithLockSync(where, body, options);
    refuseAsyncBody(where, body);
    const held = demandHeld(this.#held(access, this.#entries.enterSync(access, options.timeout)), options);
    try {
      const result = refusePromisedBody(where, body());
      if (options.recover) RWLock.mend(this, held);
      return result;
    } finally {
      held[Symbol.dispose]();
    }
  }

  #held(access: Access, node: number): Guard | null {
    if (node === 0) return null;
    const guard = new Guard(this, access, node, this.#entries.torn);
    this.#guards.push(guard);
    return guard;
  }
}

class Guard implements Held {
  readonly #lock: RWLock;
  readonly access: Access;
  readonly node: number;
  readonly ownerDied: boolean;

  constructor(lock: RWLock, access: Access, node: number, ownerDied: boolean) {
    this.#lock = lock;
    this.access = access;
    this.node = node;
    this.ownerDied = ownerDied;
  }

  markRecovered(): void {
    if (this.access === Access.READ) throw cannotMark("this guard holds it for reading; acquire it for writing");
    if (!RWLock.mend(this.#lock, this)) throw cannotMark(RELEASED);
  }

  [Symbol.dispose](): void {
    RWLock.release(this.#lock, this);
  }
}
