/**
 * First in, first out: frames in linked segments.
 *
 *   HEAD ──▶ segment ──NEXT──▶ segment ──NEXT──▶ segment ◀── TAIL
 *
 * The tail's position that belongs to count n of PUT stands in word n & 1 of its pair and is written before the count
 * moves; the head's likewise for GET. So there is nothing to roll back: see storage.ts.
 *
 * Two-sided: a putter touches the tail's words and what lies behind the frames that PUT counts, a taker the head's words
 * and the frames before. The stores of PUT and GET are atomic, so who sees the count sees the frame. One exception: the
 * very first put makes the first segment the head's. GET is 0 then and stays so, because there is nothing to take.
 */
import type { Handle, Heap } from "../../memory/heap.js";
import type { Word } from "../../memory/word.js";
import type { Encoded } from "../codec/codec.js";
import { GET, GET_SIDE, PUT, PUT_SIDE } from "../control-block.js";
import { END, Frames } from "./frames.js";
import { Leftovers } from "./leftovers.js";
import { FIRST, NEXT, Segments } from "./segments.js";
import type { ItemSink, Storage, StorageMemory } from "./storage.js";

// Pairs, by the parity of PUT.
const TAIL_SEGMENT = PUT_SIDE;
const TAIL_OFFSET = PUT_SIDE + 2;
/** Block of a large item on its way in. */
const GIVEN = PUT_SIDE + 4;
// Pairs, by the parity of GET.
const HEAD_SEGMENT = GET_SIDE;
const HEAD_OFFSET = GET_SIDE + 2;
/** Block of a large item on its way out. */
const TAKEN = GET_SIDE + 4;
/** Segment that the head has left. */
const LEFT = GET_SIDE + 6;
/** A segment with less room has none for a frame, nor for END. */
const LEAST_FRAME = 8;

export class Fifo implements Storage<Encoded, ItemSink> {
  readonly twoSided = true;
  readonly #memory: StorageMemory;
  readonly #heap: Heap;
  /** Index of the queue's block in `heap.i32`. */
  readonly #q: number;
  readonly #put: Word;
  readonly #get: Word;
  readonly #segments: Segments;
  readonly #frames: Frames;
  readonly #leftovers: Leftovers;

  constructor(memory: StorageMemory, queue: Handle) {
    this.#memory = memory;
    this.#heap = memory.heap;
    this.#q = queue << 4;
    this.#put = memory.heap.word(this.#q + PUT);
    this.#get = memory.heap.word(this.#q + GET);
    this.#segments = new Segments(memory);
    this.#frames = new Frames(memory);
    this.#leftovers = new Leftovers(memory);
  }

  append(item: Encoded): void {
    const q = this.#q;
    const size = this.#frames.sizeFor(item);
    const put = this.#heap.i32[q + PUT]!;
    const now = put & 1;
    const then = 1 - now;
    let segment = this.#heap.i32[q + TAIL_SEGMENT + now]!;
    let offset = this.#heap.i32[q + TAIL_OFFSET + now]!;
    const room = segment === 0 ? -1 : this.#segments.sizeOf(segment) - offset;
    if (room < size) {
      segment = this.#extend(segment, room, offset, size);
      offset = FIRST;
    }
    this.#frames.write((segment << 4) + (offset >> 2), item, q + GIVEN + now);
    const { i32 } = this.#heap;
    i32[q + TAIL_SEGMENT + then] = segment;
    i32[q + TAIL_OFFSET + then] = offset + size;
    this.#put.store((put + 1) | 0); // commit
    if (i32[q + GIVEN + now] !== 0) i32[q + GIVEN + now] = 0;
  }

  take(sink?: ItemSink): void {
    const q = this.#q;
    const { i32 } = this.#heap;
    const got = i32[q + GET]!;
    const now = got & 1;
    const then = 1 - now;
    const old = i32[q + HEAD_SEGMENT + now]!;
    let segment = old;
    let offset = i32[q + HEAD_OFFSET + now]!;
    if (this.#segments.sizeOf(segment) - offset < LEAST_FRAME || i32[(segment << 4) + (offset >> 2)] === END) {
      segment = i32[(segment << 4) + NEXT]!;
      offset = FIRST;
    }
    const frame = (segment << 4) + (offset >> 2);
    if (sink !== undefined) this.#frames.read(frame, sink); // may throw: nothing has happened yet
    const block = this.#frames.blockAt(frame);
    i32[q + HEAD_SEGMENT + then] = segment;
    i32[q + HEAD_OFFSET + then] = offset + this.#frames.sizeAt(frame);
    if (segment !== old) i32[q + LEFT + now] = old;
    if (block !== 0) i32[q + TAKEN + now] = block;
    this.#get.store((got + 1) | 0); // commit
    if (segment !== old) this.#segments.retire(q + LEFT + now);
    if (block !== 0) this.#memory.allocator.free(q + TAKEN + now);
  }

  repairPut(): void {
    const q = this.#q;
    const { i32 } = this.#heap;
    const put = i32[q + PUT]!;
    this.#leftovers.settleIncoming(q + GIVEN, put);
    // A segment that was linked for a put that did not happen.
    const link = this.#link(i32[q + TAIL_SEGMENT + (put & 1)]!);
    if (i32[link] !== 0) this.#segments.retire(link);
  }

  repairTake(): void {
    const q = this.#q;
    const got = this.#heap.i32[q + GET]!;
    this.#leftovers.settleOutgoing(q + TAKEN, got);
    this.#leftovers.settleOutgoing(q + LEFT, got);
  }

  clear(): void {
    const q = this.#q;
    while (this.#heap.i32[q + PUT] !== this.#heap.i32[q + GET]) this.take();
    const head = q + HEAD_SEGMENT + (this.#heap.i32[q + GET]! & 1);
    if (this.#heap.i32[head] !== 0) this.#segments.retire(head);
  }

  /** Links a segment with room for the frame behind the tail. */
  #extend(tail: Handle, room: number, offset: number, size: number): Handle {
    if (room >= LEAST_FRAME) this.#heap.i32[(tail << 4) + (offset >> 2)] = END;
    const next = this.#segments.obtain(this.#link(tail), size, tail);
    if (tail === 0) this.#heap.i32[this.#q + HEAD_OFFSET] = FIRST;
    return next;
  }

  /** @returns the cell that names the segment behind the tail; without a tail GET is 0, and it is the head */
  #link(tail: Handle): number {
    return tail === 0 ? this.#q + HEAD_SEGMENT : (tail << 4) + NEXT;
  }
}
