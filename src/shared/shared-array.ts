/**
 * An array of numbers that all threads see.
 *
 * It has a SharedArrayBuffer of its own, so `array.buffer` shows these numbers and nothing else, and V8 gives the
 * memory back when no thread can reach it. It travels as that buffer, which is why a dictionary or list, whose values
 * are bytes, refuses it; a queue has a depot for it. The word of its lock is in a buffer of its own, which goes along.
 */
import type { WithLockOptions, WithLockSyncOptions } from "../locks/held.js";
import { LazyLock } from "../locks/lazy-lock.js";
import type { RLock } from "../locks/rlock.js";
import { KIND_BYTES, type Kind, type KindValue } from "../memory/cell.js";
import { processRealm } from "../memory/process-realm.js";
import { SharedWord } from "../memory/word.js";
import { register } from "../pickle/registry.js";
import { checkInteger, wrongType } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import type { Synchronous } from "../platform/errors/synchronous.js";
import { jsonOf, showAs } from "../platform/words/shown.js";
import { Indexed } from "./indexed.js";
import { checkKind, checkKindValue, fits, KIND_RANGES, type KindRange } from "./kinds.js";

/** The view of each kind. */
interface Views {
  i8: Int8Array<SharedArrayBuffer>;
  u8: Uint8Array<SharedArrayBuffer>;
  i16: Int16Array<SharedArrayBuffer>;
  u16: Uint16Array<SharedArrayBuffer>;
  i32: Int32Array<SharedArrayBuffer>;
  u32: Uint32Array<SharedArrayBuffer>;
  i64: BigInt64Array<SharedArrayBuffer>;
  u64: BigUint64Array<SharedArrayBuffer>;
  f32: Float32Array<SharedArrayBuffer>;
  f64: Float64Array<SharedArrayBuffer>;
  bool: Uint8Array<SharedArrayBuffer>;
}

const VIEWS: { readonly [K in Kind]: new (buffer: SharedArrayBuffer) => Views[K] } = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
  bool: Uint8Array,
};

/** The typed array over numbers of a kind; `bool` is 0 or 1 in bytes. */
export type ArrayOf<K extends Kind> = Views[K];

/** How it travels. */
interface ArrayData {
  readonly kind: Kind;
  readonly buffer: SharedArrayBuffer;
  /** Holds the word that names the lock. */
  readonly lockBuffer: SharedArrayBuffer;
}

/** Set while an object is made for memory that exists already. */
let reviving: ArrayData | undefined;

/**
 * Numbers of one kind in memory that all threads share. `array` is the live typed array: it is as fast as any, and
 * `Atomics` work on it. A SharedArray knows what its numbers are, checks what is written, and can be a closure's
 * captured variable like every other value. Reads and writes of one element never tear, but `a[i] += 1` is a read
 * and a write: what other threads write in between is lost. Use `lock`, or `Atomics.add(a.array, i, 1)`.
 *
 * Python: multiprocessing.Array.
 *
 * @example
 * import { SharedArray } from "heddle/shared";
 * import { Thread } from "heddle/threading";
 *
 * const squares = new SharedArray("f64", 6);
 * const fill = (from: number) => { for (let i = from; i < 6; i += 2) squares[i] = i * i; };
 * const threads = [0, 1].map((from) => new Thread({ target: fill, args: [from] }).start());
 * for (const thread of threads) await thread.join();
 * console.log([...squares]); // [ 0, 1, 4, 9, 16, 25 ]
 */
export class SharedArray<K extends Kind = Kind> extends Indexed<KindValue<K>> {
  static {
    register<SharedArray, ArrayData>(SharedArray, {
      url: import.meta.url,
      name: "SharedArray",
      reach: () => "process",
      reduce: (object) => {
        object.#lock.letGo();
        return { kind: object.kind, buffer: object.array.buffer, lockBuffer: object.#lockBuffer };
      },
      revive: (data, actualClass) => {
        reviving = data;
        return Reflect.construct(SharedArray, [], actualClass) as SharedArray;
      },
    });
    showAs<SharedArray>(SharedArray, {
      isMade: (array) => #array in array,
      look: (array, most) => {
        const holds = array.slice(0, most);
        return { state: array.kind, holds, more: array.length - holds.length };
      },
      json: (array) => array.slice().map(jsonOf),
      text: (array) => String(array.slice()),
    });
  }

  readonly #kind: K;
  readonly #range: KindRange;
  readonly #array: ArrayOf<K>;
  readonly #lockBuffer: SharedArrayBuffer;
  readonly #lock: LazyLock;

  /**
   * @param kind `i8` to `u64`, `f32`, `f64` or `bool`; `i64` and `u64` hold bigints
   * @param lengthOrItems how many zeroes, or what to begin with
   * @throws {TypeError | RangeError} if the kind is unknown, the length is no length or an item does not fit the kind
   */
  constructor(kind: K, lengthOrItems: number | Iterable<KindValue<K>>) {
    super();
    const existing = reviving;
    reviving = undefined;
    this.#kind = (existing?.kind ?? checkKind("SharedArray: kind", kind)) as K;
    this.#range = KIND_RANGES[this.#kind];
    const items = existing === undefined ? itemsOf(lengthOrItems) : undefined;
    const buffer = existing?.buffer ?? allocate(this.#kind, items?.length ?? (lengthOrItems as number));
    this.#array = new VIEWS[this.#kind](buffer);
    this.#lockBuffer = existing?.lockBuffer ?? new SharedArrayBuffer(4);
    this.#lock = new LazyLock(
      processRealm(), // that of whoever can have the buffer
      new SharedWord(new Int32Array(this.#lockBuffer), 0),
      existing !== undefined,
    );
    for (const [index, item] of items?.entries() ?? []) {
      if (!fits(this.#range, item)) this.#check(`items[${index}]`, item);
      this.set(index, item);
    }
  }

  /** What the numbers are: `i32`, `f64`, `bool` ... */
  get kind(): K {
    return this.#kind;
  }

  /**
   * The live typed array over the shared memory; nothing is copied, and nothing is checked: JavaScript's own typed arrays
   * store NaN as 0 and 1.5 as 1, and wrap what is out of range.
   */
  get array(): ArrayOf<K> {
    return this.#array;
  }

  get length(): number {
    return this.#array.length;
  }

  at(index: number): KindValue<K> | undefined {
    return this.#valueOf(this.#array.at(index));
  }

  /**
   * Writes one element; `a[index] = value` does the same.
   *
   * @throws {RangeError} if there is no such index (negative ones count from the end), or the value is no integer of the
   *   kind's range
   * @throws {TypeError} if the value is of another type than the kind holds
   */
  set(index: number, value: KindValue<K>): void {
    const { length } = this.#array;
    checkInteger("SharedArray: index", index, -length, length - 1);
    this.#check("value", value);
    (this.#array as number[] | ArrayOf<K>)[index < 0 ? length + index : index] = this.#bitsOf(value) as number;
  }

  /** @returns an ordinary array with a copy of the elements (`array.slice()` gives a typed one) */
  slice(start?: number, end?: number): KindValue<K>[] {
    return Array.from(this.#array.subarray(start, end) as Iterable<number | bigint>, (bits) => this.#valueOf(bits)!);
  }

  /**
   * Writes `value` into every element from `start` up to `end`; both count from the end if negative.
   * @throws {TypeError | RangeError} if the value does not fit the kind
   */
  fill(value: KindValue<K>, start?: number, end?: number): this {
    this.#check("value", value);
    (this.#array as Int32Array).fill(this.#bitsOf(value) as number, start, end);
    return this;
  }

  /**
   * The array's own lock, for changes of several steps: of all threads one holds it at a time. It is made at the first
   * use and stays when the array is garbage: of arrays by the thousand, dispose of the lock.
   */
  get lock(): RLock {
    return this.#lock.get();
  }

  /** Runs `body` holding the array's lock; as `RLock.withLock`. */
  async withLock<T>(body: () => T | PromiseLike<T>, options?: WithLockOptions): Promise<T> {
    return this.lock.withLock(body, options);
  }

  /** As `withLock`, blocking the calling thread. */
  withLockSync<T>(body: (() => T) & Synchronous<T>, options?: WithLockSyncOptions): T {
    return this.lock.withLockSync(body, options);
  }

  #check(argument: string, value: unknown): void {
    if (!fits(this.#range, value)) checkKindValue("SharedArray", this.#kind, argument, value);
  }

  #valueOf(bits: number | bigint | undefined): KindValue<K> | undefined {
    return (this.#kind === "bool" && bits !== undefined ? bits !== 0 : bits) as KindValue<K> | undefined;
  }

  #bitsOf(value: KindValue<K>): number | bigint {
    return typeof value === "boolean" ? Number(value) : value;
  }
}

function itemsOf<T>(lengthOrItems: number | Iterable<T>): T[] | undefined {
  if (typeof lengthOrItems === "number") return undefined;
  if (typeof lengthOrItems === "object" && lengthOrItems !== null && Symbol.iterator in lengthOrItems) {
    return [...lengthOrItems];
  }
  throw wrongType("SharedArray: lengthOrItems", "a length or an iterable of items", lengthOrItems);
}

function allocate(kind: Kind, length: number): SharedArrayBuffer {
  checkInteger("SharedArray: length", length, 0);
  try {
    return new SharedArrayBuffer(length * KIND_BYTES[kind]);
  } catch (cause) {
    throw rangeError(`SharedArray: there is no memory for ${length} numbers of kind ${kind}`, { cause });
  }
}
