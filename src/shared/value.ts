/** One number that all threads see. */
import type { WithLockOptions, WithLockSyncOptions } from "../locks/held.js";
import { LazyLock } from "../locks/lazy-lock.js";
import type { RLock } from "../locks/rlock.js";
import { HEADER_WORDS } from "../memory/allocator.js";
import { type Cell, cellAt, type Kind, type KindValue } from "../memory/cell.js";
import { ObjectKind } from "../memory/ledger.js";
import { GoneCell, GoneWord } from "../objects/gone.js";
import { SharedObject } from "../objects/shared-object.js";
import type { Synchronous } from "../platform/errors/synchronous.js";
import { jsonOf, type Look } from "../platform/words/shown.js";
import { checkKind, checkKindValue, fits, KIND_RANGES, KINDS, type KindRange } from "./kinds.js";

/** Words of the object: which kind, handle of the lock or 0, then the number at an address that is a multiple of 8. */
const KIND_WORD = HEADER_WORDS;
const LOCK_WORD = HEADER_WORDS + 1;
const NUMBER_WORD = HEADER_WORDS + 2;

/**
 * A number in memory that all threads share. Each read and each write is atomic, but `v.value += 1` is one of each:
 * updates of other threads in between are lost. Use `add`, or a Lock, for such changes.
 *
 * What is given to a kind of integers is an integer of its range; only sums that leave the range wrap, as in C and as
 * Atomics do, since `add` and `sub` never refuse half-way. `f32` and `f64` take any number. Sent to a thread, in whatever way, it is the same value there.
 *
 * Python: multiprocessing.Value, and a global variable in threading.
 *
 * @example
 * import { Value } from "heddle/shared";
 * import { Thread } from "heddle/threading";
 *
 * const hits = new Value("i32");
 * const threads = [1, 2].map(() => new Thread({ target: () => { for (let i = 0; i < 1000; i++) hits.add(1); } }).start());
 * for (const thread of threads) await thread.join();
 * console.log(hits.value); // 2000
 */
export class Value<K extends Kind = Kind> extends SharedObject {
  static {
    SharedObject.register(Value, import.meta.url, "Value");
  }

  #cell: Cell<KindValue<K>>;
  readonly #kind: K;
  readonly #range: KindRange;
  #lock: LazyLock;

  /**
   * @param kind `i8` to `u64`, `f32`, `f64` or `bool`; `i64` and `u64` hold bigints
   * @param initial default 0, 0n or false
   * @throws {RangeError} if the kind is unknown, or `initial` no integer of the kind's range
   * @throws {TypeError} if `initial` is of another type than the kind holds
   */
  constructor(kind: K, initial?: KindValue<K>) {
    if (!SharedObject.isRevival(new.target)) {
      checkKind("Value: kind", kind);
      if (initial !== undefined) checkKindValue("Value", kind, "initial", initial);
    }
    super(16, ObjectKind.PLAIN);
    const realm = SharedObject.realmOf(this);
    const { heap } = realm;
    const base = this.handle << 4;
    heap.renew();
    if (!this.isRevived) heap.i32[base + KIND_WORD] = KINDS.indexOf(kind);
    this.#kind = this.isRevived ? (KINDS[heap.i32[base + KIND_WORD]!] as K) : kind;
    this.#range = KIND_RANGES[this.#kind];
    this.#cell = cellAt(this.#kind, heap.buffer, (base + NUMBER_WORD) * 4) as Cell<KindValue<K>>;
    this.#lock = new LazyLock(realm, heap.word(base + LOCK_WORD), this.isRevived);
    if (initial !== undefined) this.#cell.store(initial);
  }

  /** What the value is: `i32`, `f64`, `bool` ... */
  get kind(): K {
    return this.#kind;
  }

  /**
   * The number. Writing another one than the kind holds (for `i32`: an integer from -2147483648 to 2147483647) throws.
   *
   * @throws {TypeError | RangeError} on writing: the type is wrong, or a number of integer kind is not whole or out of range
   */
  get value(): KindValue<K> {
    return this.#cell.load();
  }
  set value(value: KindValue<K>) {
    this.#check("value", value);
    this.#cell.store(value);
  }

  /**
   * Adds in one step. A sum out of the kind's range wraps: 255 + 1 is 0 in `u8`.
   *
   * @returns the value before
   * @throws {TypeError} for `bool`, or if `delta` is of another type than the kind holds
   * @throws {RangeError} if `delta` itself is no integer of the kind's range
   */
  add(delta: KindValue<K>): KindValue<K> {
    this.#check("delta", delta);
    return this.#cell.add(delta);
  }

  /** Subtracts in one step; in all else as `add`. */
  sub(delta: KindValue<K>): KindValue<K> {
    this.#check("delta", delta);
    return this.#cell.sub(delta);
  }

  /** Stores a value. @returns the value before @throws {TypeError | RangeError} as writing `value` does */
  exchange(value: KindValue<K>): KindValue<K> {
    this.#check("value", value);
    return this.#cell.exchange(value);
  }

  /**
   * Stores `value` if the value is `expected`.
   *
   * @returns the value before
   * @throws {TypeError | RangeError} if one of them is nothing that the kind holds
   */
  compareExchange(expected: KindValue<K>, value: KindValue<K>): KindValue<K> {
    this.#check("expected", expected);
    this.#check("value", value);
    return this.#cell.compareExchange(expected, value);
  }

  /** The value's own lock, for changes of several steps: of all threads one holds it at a time. */
  get lock(): RLock {
    return this.#lock.get();
  }

  /** Runs `body` holding the value's lock; as `RLock.withLock`. */
  async withLock<T>(body: () => T | PromiseLike<T>, options?: WithLockOptions): Promise<T> {
    return this.lock.withLock(body, options);
  }

  /** As `withLock`, blocking the calling thread. */
  withLockSync<T>(body: (() => T) & Synchronous<T>, options?: WithLockSyncOptions): T {
    return this.lock.withLockSync(body, options);
  }

  override dispose(): void {
    if (!this.isDisposed) this.#lock.dispose();
    super.dispose();
  }

  /** @internal */
  protected override travels(): void {
    this.#lock.letGo();
  }

  /** @internal */
  protected override describe(): Look {
    return { state: this.#kind, value: this.#cell.load() };
  }

  /** @internal */
  protected override toText(): string {
    return String(this.#cell.load());
  }

  /** @internal */
  protected override toPlain(): unknown {
    return jsonOf(this.#cell.load());
  }

  /** @internal */
  protected override retire(): void {
    this.#cell = new GoneCell(this.constructor.name);
    this.#lock = new LazyLock(SharedObject.realmOf(this), new GoneWord(this.constructor.name), true);
  }

  #check(argument: string, value: unknown): void {
    if (!fits(this.#range, value)) checkKindValue("Value", this.#kind, argument, value);
  }
}
