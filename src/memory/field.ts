/**
 * One number of a struct: read and written at a byte of the heap, without an object of its own.
 *
 * Integers are atomic and ordered as in `Value`. Floating point numbers are aligned to their size and stand in one
 * machine word, so they never tear on the 64-bit platforms that Node runs on; they order nothing.
 */
import { KIND_BYTES, type Kind } from "./cell.js";
import type { Heap } from "./heap.js";

/** Reads and writes numbers of one kind; `byte` is a multiple of the kind's size. */
export interface FieldAccess {
  read(heap: Heap, byte: number): number | bigint | boolean;
  write(heap: Heap, byte: number, value: never): void;
}

/** Integers that are kept as they are, in a view of that size, and what makes them signed or unsigned again. */
function integers<V extends Uint8Array | Int16Array | Int32Array>(
  viewOf: (heap: Heap) => V,
  shift: number,
  widen: (stored: number) => number,
): FieldAccess {
  return {
    read: (heap, byte) => widen(Atomics.load(viewOf(heap), byte >>> shift)),
    write: (heap, byte, value) => Atomics.store(viewOf(heap), byte >>> shift, value),
  };
}

const bytes = (heap: Heap): Uint8Array => heap.u8;
const shorts = (heap: Heap): Int16Array => heap.i16;
const words = (heap: Heap): Int32Array => heap.i32;
const same = (stored: number): number => stored;

// A heap may be larger than 2^31 bytes: a byte is divided by unsigned shifts.
const ACCESS: Readonly<Record<Kind, FieldAccess>> = {
  i8: integers(bytes, 0, (stored) => (stored << 24) >> 24),
  u8: integers(bytes, 0, same),
  i16: integers(shorts, 1, same),
  u16: integers(shorts, 1, (stored) => stored & 0xffff),
  i32: integers(words, 2, same),
  u32: integers(words, 2, (stored) => stored >>> 0),
  i64: {
    read: (heap, byte) => Atomics.load(heap.i64, byte >>> 3),
    write: (heap, byte, value) => Atomics.store(heap.i64, byte >>> 3, value),
  },
  u64: {
    read: (heap, byte) => BigInt.asUintN(64, Atomics.load(heap.i64, byte >>> 3)),
    write: (heap, byte, value) => Atomics.store(heap.i64, byte >>> 3, value),
  },
  f32: {
    read: (heap, byte) => heap.f32[byte >>> 2]!,
    write: (heap, byte, value) => {
      heap.f32[byte >>> 2] = value;
    },
  },
  f64: {
    read: (heap, byte) => heap.f64[byte >>> 3]!,
    write: (heap, byte, value) => {
      heap.f64[byte >>> 3] = value;
    },
  },
  bool: {
    read: (heap, byte) => Atomics.load(heap.u8, byte) !== 0,
    write: (heap, byte, value) => Atomics.store(heap.u8, byte, value ? 1 : 0),
  },
};

/** @returns how numbers of that kind are read and written */
export function fieldAccess(kind: Kind): FieldAccess {
  return ACCESS[kind];
}

/** @returns the next byte from `at` on where a number of that kind may stand */
export function alignFor(kind: Kind, at: number): number {
  return Math.ceil(at / KIND_BYTES[kind]) * KIND_BYTES[kind];
}
