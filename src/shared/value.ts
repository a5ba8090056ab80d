/** One number that all threads see. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { type Cell, cellAt, type Kind, type KindValue } from "../memory/cell.js";
import { ObjectKind } from "../memory/ledger.js";
import { processHeap } from "../memory/process-heap.js";
import { GoneCell, GoneWord } from "./gone.js";
import type { WithLockOptions, WithLockSyncOptions } from "./held.js";
import { checkKind, checkKindValue, KIND_TYPES, KINDS } from "./kinds.js";
import { LazyLock } from "./lazy-lock.js";
import type { RLock } from "./rlock.js";
import { SharedObject } from "./shared-object.js";

/** Words of the object: which kind, handle of the lock or 0, then the number at an address that is a multiple of 8. */
const KIND_WORD = HEADER_WORDS;
const LOCK_WORD = HEADER_WORDS + 1;
const NUMBER_WORD = HEADER_WORDS + 2;

/**
 * A number in memory that all threads share. Each read and each write is atomic, but `v.value += 1` is one of each:
 * updates of other threads in between are lost. Use `add`, or a Lock, for such changes.
 *
 * Integers wrap as in C. Sent to a thread, in whatever way, it is the same value there.
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
  /** JavaScript's type of what it holds, so that a write needs no more than to compare it. */
  readonly #type: string;
  #lock: LazyLock;

  /**
   * @param kind `i8` to `u64`, `f32`, `f64` or `bool`; `i64` and `u64` hold bigints
   * @param initial default 0, 0n or false
   * @throws {RangeError} if the kind is unknown
   * @throws {TypeError} if `initial` does not fit the kind
   */
  constructor(kind: K, initial?: KindValue<K>) {
    if (!SharedObject.isRevival(new.target)) {
      checkKind("Value: kind", kind);
      if (initial !== undefined) checkKindValue("Value", kind, "initial", initial);
    }
    super(16, ObjectKind.PLAIN);
    const { heap } = processHeap();
    const base = this.handle << 4;
    heap.renew();
    if (!this.isRevived) heap.i32[base + KIND_WORD] = KINDS.indexOf(kind);
    this.#kind = this.isRevived ? (KINDS[heap.i32[base + KIND_WORD]!] as K) : kind;
    this.#type = KIND_TYPES[this.#kind];
    this.#cell = cellAt(this.#kind, heap.buffer, (base + NUMBER_WORD) * 4) as Cell<KindValue<K>>;
    this.#lock = new LazyLock(heap.word(base + LOCK_WORD));
    if (initial !== undefined) this.#cell.store(initial);
  }

  /** What the value is: `i32`, `f64`, `bool` ... */
  get kind(): K {
    return this.#kind;
  }

  get value(): KindValue<K> {
    return this.#cell.load();
  }
  set value(value: KindValue<K>) {
    if (typeof value !== this.#type) this.#check("value", value);
    this.#cell.store(value);
  }

  /** Adds in one step. @returns the value before @throws {TypeError} for `bool` */
  add(delta: KindValue<K>): KindValue<K> {
    this.#check("delta", delta);
    return this.#cell.add(delta);
  }

  /** Subtracts in one step. @returns the value before @throws {TypeError} for `bool` */
  sub(delta: KindValue<K>): KindValue<K> {
    this.#check("delta", delta);
    return this.#cell.sub(delta);
  }

  /** Stores a value. @returns the value before */
  exchange(value: KindValue<K>): KindValue<K> {
    this.#check("value", value);
    return this.#cell.exchange(value);
  }

  /** Stores `value` if the value is `expected`. @returns the value before */
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
  withLockSync<T>(body: () => T, options?: WithLockSyncOptions): T {
    return this.lock.withLockSync(body, options);
  }

  override dispose(): void {
    if (!this.isDisposed) this.#lock.dispose();
    super.dispose();
  }

  /** @internal */
  protected override retire(): void {
    this.#cell = new GoneCell(this.constructor.name);
    this.#lock = new LazyLock(new GoneWord(this.constructor.name));
  }

  #check(argument: string, value: unknown): void {
    checkKindValue("Value", this.#kind, argument, value);
  }
}
