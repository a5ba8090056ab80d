/**
 * One number in shared memory that is read and changed atomically, whatever its kind.
 *
 * Integers use Atomics as they are. JavaScript has no atomics for floating point: such a cell keeps the bits of the
 * number in an integer of the same size, and adds by compare-and-exchange.
 */
import { typeError } from "../platform/errors/errors.js";

/** Kinds of numbers that shared memory can hold. */
export type Kind = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64" | "f32" | "f64" | "bool";

/** What a cell of that kind holds in JavaScript. */
export type KindValue<K extends Kind> = K extends "i64" | "u64" ? bigint : K extends "bool" ? boolean : number;

/** All operations are sequentially consistent; those that change return the value before. */
export interface Cell<T> {
  load(): T;
  store(value: T): void;
  add(delta: T): T;
  sub(delta: T): T;
  exchange(value: T): T;
  compareExchange(expected: T, value: T): T;
}

/** Bytes that a cell of the kind takes; cells are aligned to their size. */
export const KIND_BYTES: Readonly<Record<Kind, number>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
  bool: 1,
};

type SmallIntegers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

class IntegerCell implements Cell<number> {
  readonly #at: SmallIntegers;

  constructor(at: SmallIntegers) {
    this.#at = at;
  }
  load(): number {
    return Atomics.load(this.#at, 0);
  }
  store(value: number): void {
    Atomics.store(this.#at, 0, value);
  }
  add(delta: number): number {
    return Atomics.add(this.#at, 0, delta);
  }
  sub(delta: number): number {
    return Atomics.sub(this.#at, 0, delta);
  }
  exchange(value: number): number {
    return Atomics.exchange(this.#at, 0, value);
  }
  compareExchange(expected: number, value: number): number {
    return Atomics.compareExchange(this.#at, 0, expected, value);
  }
}

class BigCell implements Cell<bigint> {
  readonly #at: BigInt64Array | BigUint64Array;

  constructor(at: BigInt64Array | BigUint64Array) {
    this.#at = at;
  }
  load(): bigint {
    return Atomics.load(this.#at, 0);
  }
  store(value: bigint): void {
    Atomics.store(this.#at, 0, value);
  }
  add(delta: bigint): bigint {
    return Atomics.add(this.#at, 0, delta);
  }
  sub(delta: bigint): bigint {
    return Atomics.sub(this.#at, 0, delta);
  }
  exchange(value: bigint): bigint {
    return Atomics.exchange(this.#at, 0, value);
  }
  compareExchange(expected: bigint, value: bigint): bigint {
    return Atomics.compareExchange(this.#at, 0, expected, value);
  }
}

/** Translates a kind of value to the bits that a cell of integers holds, and back. */
interface Bits<T, B> {
  encode(value: T): B;
  decode(bits: B): T;
  add(value: T, delta: T): T;
  sub(value: T, delta: T): T;
}

class EncodedCell<T, B> implements Cell<T> {
  readonly #cell: Cell<B>;
  readonly #bits: Bits<T, B>;

  constructor(cell: Cell<B>, bits: Bits<T, B>) {
    this.#cell = cell;
    this.#bits = bits;
  }
  load(): T {
    return this.#bits.decode(this.#cell.load());
  }
  store(value: T): void {
    this.#cell.store(this.#bits.encode(value));
  }
  add(delta: T): T {
    return this.#change((value) => this.#bits.add(value, delta));
  }
  sub(delta: T): T {
    return this.#change((value) => this.#bits.sub(value, delta));
  }
  exchange(value: T): T {
    return this.#bits.decode(this.#cell.exchange(this.#bits.encode(value)));
  }
  compareExchange(expected: T, value: T): T {
    const { encode, decode } = this.#bits;
    return decode(this.#cell.compareExchange(encode(expected), encode(value)));
  }
  #change(next: (value: T) => T): T {
    for (;;) {
      const before = this.#cell.load();
      const value = this.#bits.decode(before);
      if (this.#cell.compareExchange(before, this.#bits.encode(next(value))) === before) return value;
    }
  }
}

const scratch = new DataView(new ArrayBuffer(8));
const sum = (value: number, delta: number): number => value + delta;
const difference = (value: number, delta: number): number => value - delta;

const f32: Bits<number, number> = {
  encode: (value) => {
    scratch.setFloat32(0, value);
    return scratch.getInt32(0);
  },
  decode: (bits) => {
    scratch.setInt32(0, bits);
    return scratch.getFloat32(0);
  },
  add: sum,
  sub: difference,
};

const f64: Bits<number, bigint> = {
  encode: (value) => {
    scratch.setFloat64(0, value);
    return scratch.getBigInt64(0);
  },
  decode: (bits) => {
    scratch.setBigInt64(0, bits);
    return scratch.getFloat64(0);
  },
  add: sum,
  sub: difference,
};

const noSum = (): never => {
  throw typeError("Cannot add to a value of kind bool: it is true or false");
};

const bool: Bits<boolean, number> = {
  encode: (value) => (value ? 1 : 0),
  decode: (bits) => bits !== 0,
  add: noSum,
  sub: noSum,
};

/** @returns the cell of that kind at that byte of the buffer */
export function cellAt(kind: Kind, buffer: SharedArrayBuffer, byte: number): Cell<unknown> {
  switch (kind) {
    case "i8":
      return new IntegerCell(new Int8Array(buffer, byte, 1));
    case "u8":
      return new IntegerCell(new Uint8Array(buffer, byte, 1));
    case "i16":
      return new IntegerCell(new Int16Array(buffer, byte, 1));
    case "u16":
      return new IntegerCell(new Uint16Array(buffer, byte, 1));
    case "i32":
      return new IntegerCell(new Int32Array(buffer, byte, 1));
    case "u32":
      return new IntegerCell(new Uint32Array(buffer, byte, 1));
    case "i64":
      return new BigCell(new BigInt64Array(buffer, byte, 1));
    case "u64":
      return new BigCell(new BigUint64Array(buffer, byte, 1));
    case "f32":
      return new EncodedCell(new IntegerCell(new Int32Array(buffer, byte, 1)), f32);
    case "f64":
      return new EncodedCell(new BigCell(new BigInt64Array(buffer, byte, 1)), f64);
    case "bool":
      return new EncodedCell(new IntegerCell(new Uint8Array(buffer, byte, 1)), bool);
  }
}
