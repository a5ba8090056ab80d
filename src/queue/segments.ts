/**
 * Items of a FIFO queue in the heap: frames in linked segments, moved only by the holder of the queue's lock.
 *
 * PUT counts the items published, GET those taken. The position that belongs to count n stands in word n & 1 of its
 * pair and is written before the count moves. So each `append` and each `take` happens at ONE store, and a death
 * between any two stores leaves the queue whole: there is nothing to roll back. What may be left over is a block that
 * nobody uses; GIVEN, TAKEN, LEFT and a segment's `next` name it, and `repair` settles it. (A killed thread stops at a
 * precise point of its program, so plain stores in program order are enough against death; the lock orders them for
 * the living.)
 *
 * Segment: block header | 4 next | 5 - | frames. Frame: length << 8 | kind, integer or handle, bytes; padded to 8.
 * An item of more than BIG bytes lives in a block of its own, which the frame names.
 *
 * Invariant: the holder of the lock has renewed the heap's views, so every handle in reach can be followed.
 */
import { type Allocator, HEADER_BYTES, HEADER_WORDS } from "../memory/allocator.js";
import type { Handle, Heap } from "../memory/heap.js";

import type { EncodedItem } from "../shared/item-codec.js";

// Words of the queue's block, behind its header; three cache lines: lock, producers, consumers.
export const LOCK = 4;
export const MAXSIZE = 5;
const SPARE = 6;
export const PUT = 16;
export const GETTERS = 17;
const TAIL_SEGMENT = 18;
const TAIL_OFFSET = 20;
/** Block on its way in. This and the two below come in pairs by the parity of the count they belong to. */
const GIVEN = 22;
export const GET = 32;
export const PUTTERS = 33;
const HEAD_SEGMENT = 34;
const HEAD_OFFSET = 36;
export const DONE_COUNT = 38;
export const JOINERS = 39;
/** Block on its way out. */
const TAKEN = 40;
/** Segment that the head has left. */
const LEFT = 42;
export const QUEUE_BYTES = 44 * 4 - HEADER_BYTES;

const NEXT = HEADER_WORDS;
/** Offset in bytes of a segment's first frame. */
const FIRST = 24;
/** Frame that says: go on in the next segment. */
const END = 255;
const OWN_BLOCK = 128;
const BIG = 16 << 10;
const SMALLEST = 512;
const LARGEST = 64 << 10;

/** A frame as it was copied out. */
export interface TakenItem {
  readonly kind: number;
  readonly integer: number;
  readonly bytes: Uint8Array;
}

/** Where the segments are. */
export interface QueueMemory {
  readonly heap: Heap;
  readonly allocator: Allocator;
}

export class Segments {
  readonly #memory: QueueMemory;
  /** Index of the queue's block in `heap.i32`. */
  readonly #q: number;

  constructor(memory: QueueMemory, queue: Handle) {
    this.#memory = memory;
    this.#q = queue << 4;
  }

  /** Adds a frame at the tail; PUT moves. @throws {RangeError} if the heap is full: the queue is as before */
  append(item: EncodedItem): void {
    const q = this.#q;
    const { length } = item.bytes;
    const big = length > BIG;
    const size = big ? 8 : frameSize(length);
    const put = this.#i32[q + PUT]!;
    const now = put & 1;
    const then = 1 - now;
    let segment = this.#i32[q + TAIL_SEGMENT + now]!;
    let offset = this.#i32[q + TAIL_OFFSET + now]!;
    const room = segment === 0 ? -1 : this.#sizeOf(segment) - offset;
    if (room < size) {
      segment = this.#extend(segment, room, offset, size);
      offset = FIRST;
    }
    this.#write((segment << 4) + (offset >> 2), item, q + GIVEN + now);
    const i32 = this.#i32;
    i32[q + TAIL_SEGMENT + then] = segment;
    i32[q + TAIL_OFFSET + then] = offset + size;
    i32[q + PUT] = (put + 1) | 0; // commit
    if (big) i32[q + GIVEN + now] = 0;
  }

  /** Takes the frame at the head, of which there is one; GET moves. */
  take(): TakenItem {
    const q = this.#q;
    const i32 = this.#i32;
    const got = i32[q + GET]!;
    const now = got & 1;
    const then = 1 - now;
    const old = i32[q + HEAD_SEGMENT + now]!;
    let segment = old;
    let offset = i32[q + HEAD_OFFSET + now]!;
    if (this.#sizeOf(segment) - offset < 8 || i32[(segment << 4) + (offset >> 2)] === END) {
      segment = i32[(segment << 4) + NEXT]!;
      offset = FIRST;
    }
    const frame = (segment << 4) + (offset >> 2);
    const head = i32[frame]!;
    const integer = i32[frame + 1]!;
    const own = (head & OWN_BLOCK) !== 0;
    i32[q + HEAD_SEGMENT + then] = segment;
    i32[q + HEAD_OFFSET + then] = offset + (own ? 8 : frameSize(head >>> 8));
    if (segment !== old) i32[q + LEFT + now] = old;
    if (own) i32[q + TAKEN + now] = integer;
    i32[q + GET] = (got + 1) | 0; // commit
    if (segment !== old) this.#retire(q + LEFT + now);
    if (own) return { kind: head & (OWN_BLOCK - 1), integer: 0, bytes: this.#takeBlock(q + TAKEN + now) };
    return { kind: head & 255, integer, bytes: this.#copy((frame + 2) * 4, head >>> 8) };
  }

  /**
   * The last holder of the lock died inside. The counts say which put and get happened: words of the parity that did
   * not happen are forgotten (a block given is freed), words of the parity that did are brought to their end.
   */
  repair(): void {
    const q = this.#q;
    const i32 = this.#i32;
    const put = i32[q + PUT]! & 1;
    const got = i32[q + GET]! & 1;
    i32[q + GIVEN + 1 - put] = 0;
    i32[q + TAKEN + got] = 0;
    i32[q + LEFT + got] = 0;
    if (i32[q + GIVEN + put] !== 0) this.#memory.allocator.free(q + GIVEN + put);
    if (i32[q + TAKEN + 1 - got] !== 0) this.#memory.allocator.free(q + TAKEN + 1 - got);
    if (i32[q + LEFT + 1 - got] !== 0) this.#retire(q + LEFT + 1 - got);
    this.#dropUnlinked(i32[q + TAIL_SEGMENT + put]!, q + HEAD_SEGMENT + got);
  }

  /** Gives all segments and blocks back; nobody may use the queue any more. */
  clear(): void {
    const q = this.#q;
    while (this.#i32[q + PUT] !== this.#i32[q + GET]) this.take();
    for (const cell of [q + HEAD_SEGMENT + (this.#i32[q + GET]! & 1), q + SPARE]) {
      if (this.#i32[cell] !== 0) this.#memory.allocator.free(cell);
    }
  }

  get #i32(): Int32Array {
    return this.#memory.heap.i32;
  }

  #sizeOf(handle: Handle): number {
    return this.#memory.allocator.capacity(handle) + HEADER_BYTES;
  }

  #write(frame: number, item: EncodedItem, given: number): void {
    const { heap, allocator } = this.#memory;
    const { length } = item.bytes;
    if (length <= BIG) {
      heap.i32[frame] = (length << 8) | item.kind;
      heap.i32[frame + 1] = item.integer;
      if (length > 0) heap.u8.set(item.bytes, (frame + 2) * 4);
      return;
    }
    const block = allocator.allocate(length + 8, given);
    const start = (block << 4) + HEADER_WORDS;
    heap.i32[start] = length;
    heap.u8.set(item.bytes, (start + 2) * 4);
    heap.i32[frame] = item.kind | OWN_BLOCK;
    heap.i32[frame + 1] = block;
  }

  /** Makes room behind the tail: the spare segment if it is large enough, else a new one that grows with the queue. */
  #extend(segment: Handle, room: number, offset: number, size: number): Handle {
    const q = this.#q;
    const i32 = this.#i32;
    if (room >= 8) i32[(segment << 4) + (offset >> 2)] = END;
    const got = i32[q + GET]! & 1;
    const cell = segment === 0 ? q + HEAD_SEGMENT + got : (segment << 4) + NEXT;
    const spare = i32[q + SPARE]!;
    let next: Handle;
    if (spare !== 0 && this.#sizeOf(spare) >= size + FIRST) {
      next = spare;
      i32[(spare << 4) + NEXT] = 0;
      i32[cell] = spare;
      i32[q + SPARE] = 0;
    } else {
      const last = segment === 0 ? SMALLEST / 2 : this.#sizeOf(segment);
      const bytes = Math.max(Math.min(last * 2, LARGEST), size + FIRST);
      next = this.#memory.allocator.allocate(bytes - HEADER_BYTES, cell);
    }
    if (segment === 0) this.#i32[q + HEAD_OFFSET + got] = FIRST;
    return next;
  }

  /** `cell` names a segment that the head has left: one is kept as spare, so a steady queue needs no allocation. */
  #retire(cell: number): void {
    const q = this.#q;
    const i32 = this.#i32;
    if (i32[cell] === i32[q + SPARE]) {
      i32[cell] = 0; // died between making it the spare and forgetting it
    } else if (i32[q + SPARE] === 0) {
      i32[q + SPARE] = i32[cell]!;
      i32[cell] = 0;
    } else {
      this.#memory.allocator.free(cell);
    }
  }

  /** A segment that `extend` had linked for a put that did not happen. */
  #dropUnlinked(tail: Handle, first: number): void {
    const i32 = this.#i32;
    const cell = tail === 0 ? first : (tail << 4) + NEXT;
    if (i32[cell] === 0) return;
    if (i32[cell] === i32[this.#q + SPARE]) i32[cell] = 0;
    else this.#memory.allocator.free(cell);
  }

  #takeBlock(cell: number): Uint8Array {
    const start = (this.#i32[cell]! << 4) + HEADER_WORDS;
    const bytes = this.#copy((start + 2) * 4, this.#i32[start]!);
    this.#memory.allocator.free(cell);
    return bytes;
  }

  #copy(from: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (length > 0) bytes.set(this.#memory.heap.u8.subarray(from, from + length));
    return bytes;
  }
}

/** Bytes of a frame: two words and the item's bytes, so that the next one starts at a multiple of 8. */
function frameSize(length: number): number {
  return (15 + length) & ~7;
}
