/**
 * Every shared byte of the process: one growable SharedArrayBuffer that each thread is given at its birth. A reference
 * is a handle (offset / 64), so an object is sent by sending a number, and threads born later need nothing.
 *
 * Views have a fixed length and are replaced after growth: length-tracking views cost 10 to 30 times more per access.
 * A view made before a growth stays valid for the part it covers, but **writes beyond its end vanish silently**, hence:
 *
 * Invariant: FRONTIER never runs behind a published handle. Whoever takes a lock that guards handles calls `renew()`
 * right after; inside the lock every handle is in reach. Read `heap.i32` after it, never before.
 */
import { rangeError } from "../platform/errors/errors.js";
import { millisecondsSinceBirth } from "../platform/waiting/timers.js";
import { FRONTIER, HEAP_ID, MAGIC, MAGIC_WORD } from "./layout.js";
import type { Patience } from "./patience.js";
import { WaitNotes } from "./wait-note.js";
import { SharedWord } from "./word.js";

/** Block number of 64 bytes in the heap; 0 is no block. */
export type Handle = number;

const FIRST_BYTES = 1 << 20;
/** Node 20 allows 4 GB at most. */
const RESERVE_BYTES = 4 * 2 ** 30;
const LEAST_RESERVE = 1 << 26;

/** Address space is reserved, not used: but a process may be limited (`ulimit -v`), so ask for less until it is given. */
function reserve(bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: bytes });
  } catch (error) {
    if (!(error instanceof RangeError) || bytes <= LEAST_RESERVE) throw error;
    return reserve(bytes / 2);
  }
}

/** Positive; another one in each thread that makes a heap, also where the program has made chance repeatable. */
function newId(): number {
  const { timeOrigin } = performance;
  return (
    ((timeOrigin * 1000) ^ (millisecondsSinceBirth() * 2 ** 20) ^ (process.pid << 12) ^ (Math.random() * 2 ** 31)) >>>
      1 || 1
  );
}

export class Heap {
  readonly buffer: SharedArrayBuffer;
  /** What this thread waits for in here. */
  readonly waits: WaitNotes;
  i32!: Int32Array;
  i16!: Int16Array;
  u8!: Uint8Array;
  f32!: Float32Array;
  f64!: Float64Array;
  i64!: BigInt64Array;

  /** Joins the heap in `buffer`, or makes the first one of this process. */
  constructor(buffer?: SharedArrayBuffer, reserveBytes = RESERVE_BYTES) {
    this.buffer = buffer ?? reserve(reserveBytes);
    this.refresh();
    this.waits = new WaitNotes(this.i32);
    if (buffer === undefined) {
      Atomics.store(this.i32, HEAP_ID, newId());
      Atomics.store(this.i32, MAGIC_WORD, MAGIC);
    } else if (Atomics.load(this.i32, MAGIC_WORD) !== MAGIC) throw rangeError("Cannot join the heap: unknown layout");
  }

  /** Tells this heap from any other one. */
  get id(): number {
    return this.i32[HEAP_ID]!;
  }

  /** Replaces the views if another thread has grown the heap. */
  renew(): void {
    if (this.i32[FRONTIER]! << 4 > this.i32.length) this.refresh();
  }

  refresh(): void {
    const { buffer } = this;
    const bytes = Math.floor(buffer.byteLength / 8) * 8;
    this.i32 = new Int32Array(buffer, 0, bytes / 4);
    this.i16 = new Int16Array(buffer, 0, bytes / 2);
    this.u8 = new Uint8Array(buffer, 0, bytes);
    this.f32 = new Float32Array(buffer, 0, bytes / 4);
    this.f64 = new Float64Array(buffer, 0, bytes / 8);
    this.i64 = new BigInt64Array(buffer, 0, bytes / 8);
  }

  /**
   * @param patience makes waits on the word look a moment before they sleep: for what is handed over quickly
   * @param keeps the object that the word is part of, if its memory is given back when it is garbage
   * @returns the word at that index of `i32`; it stays good for ever, whatever the heap grows to
   */
  word(index: number, patience?: Patience, keeps?: object): SharedWord {
    if (index >= this.i32.length) this.refresh();
    return new SharedWord(this.i32, index, patience, keeps);
  }
}
