/** Many readers or one writer. */
import { ObjectKind } from "../memory/ledger.js";
import { GoneWord } from "../objects/gone.js";
import { tellHolders } from "../objects/lock-holders.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkNone, checkWait, checkWaitSync, type Wait } from "../platform/errors/arguments.js";
import { RuntimeError } from "../platform/errors/errors.js";
import type { Synchronous } from "../platform/errors/synchronous.js";
import { Access, type RWLock as Entries } from "../sync/rw-lock.js";
import { type Guard, Guards, ListedGuard } from "./guards.js";
import type { Held, WithLockOptions, WithLockSyncOptions } from "./held.js";
import { namedOwner } from "./other-threads.js";
import { entriesAt, RW_LOCK_BYTES } from "./rw-lock-entries.js";
import { HOLD, HOLD_SYNC, type Holdable, withHeld, withHeldSync } from "./with-held.js";

/** Why who reads may not say that all is whole again. */
const READS_ONLY = "this guard holds it for reading; acquire it for writing";

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
    tellHolders(RWLock, (lock) => {
      const { readers, writer } = lock.#entries.census();
      return [writer, ...readers];
    });
  }

  #entries: Entries;
  /** Of what this thread holds; a place is that of the entry. */
  readonly #guards = new Guards({
    leave: (place) => this.#entries.leave(place),
    mend: () => {
      this.#entries.mend();
      return true;
    },
  });
  readonly #reading = this.#holdable(Access.READ);
  readonly #writing = this.#holdable(Access.WRITE);

  constructor(...none: []) {
    checkNone("RWLock", none);
    super(RW_LOCK_BYTES, ObjectKind.PLAIN);
    const base = this.handle << 4;
    const realm = SharedObject.realmOf(this);
    this.#entries = entriesAt(realm, this.handle, (index) => realm.heap.word(base + index, undefined, this));
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
  withRead<T>(body: () => T | PromiseLike<T>, options?: WithLockOptions): Promise<T> {
    return withHeld("withRead", this.#reading, body, options);
  }

  /** As `withRead`, blocking the calling thread. */
  withReadSync<T>(body: (() => T) & Synchronous<T>, options?: WithLockSyncOptions): T {
    return withHeldSync("withReadSync", this.#reading, body, options);
  }

  /** As `withRead`, for writing. */
  withWrite<T>(body: () => T | PromiseLike<T>, options?: WithLockOptions): Promise<T> {
    return withHeld("withWrite", this.#writing, body, options);
  }

  /** As `withWrite`, blocking the calling thread. */
  withWriteSync<T>(body: (() => T) & Synchronous<T>, options?: WithLockSyncOptions): T {
    return withHeldSync("withWriteSync", this.#writing, body, options);
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
  protected override retire(): void {
    const gone = new GoneWord(this.constructor.name);
    this.#entries = entriesAt(SharedObject.realmOf(this), 0, () => gone);
    this.#guards.clear();
  }

  #release(access: Access, what: string): void {
    void this.handle; // throws after `dispose`
    const guard = this.#guards.newest(({ obstacle }) => (obstacle === READS_ONLY) === (access === Access.READ));
    if (guard === undefined)
      throw new RuntimeError(`Cannot release the lock: this thread does not hold it for ${what}`);
    this.#guards.end(guard);
  }

  async #acquire(where: string, access: Access, wait: Wait): Promise<Held | null> {
    checkWait(where, wait);
    return this.#held(access, await this.#entries.enter(access, wait));
  }

  #acquireSync(where: string, access: Access, wait: { timeout?: number }): Held | null {
    checkWaitSync(where, wait);
    return this.#held(access, this.#entries.enterSync(access, wait.timeout));
  }

  #holdable(access: Access): Holdable {
    return {
      [HOLD]: async (limits) => {
        const place = this.#entries.enter(access, limits);
        return this.#held(access, typeof place === "number" ? place : await place);
      },
      [HOLD_SYNC]: (timeout) => this.#held(access, this.#entries.enterSync(access, timeout)),
    };
  }

  #held(access: Access, place: number): Guard | null {
    if (place === 0) return null;
    const obstacle = access === Access.READ ? READS_ONLY : undefined;
    return this.#guards.add(new ListedGuard(this.#guards, place, this.#entries.torn, obstacle));
  }
}
