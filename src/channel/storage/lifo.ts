/**
 * Last in, first out: frames in segments that are linked downwards. A frame ends in its own size, so that the one on
 * top is found from its end.
 *
 *   TOP ──▶ segment ──NEXT, end of the frames there──▶ segment ──▶ ... ──▶ 0
 *
 * A put and a get change the same position. So all pairs go by the parity of PUT + GET, the number of operations: any
 * operation moves one of the two, and its ONE store changes the parity. See storage.ts.
 */
import type { Handle, Heap } from "../../memory/heap.js";
import type { Encoded } from "../codec/codec.js";
import { GET, GET_SIDE, PUT, PUT_SIDE } from "../control-block.js";
import { Frames } from "./frames.js";
import { Leftovers } from "./leftovers.js";
import { FIRST, NEXT, NEXT_NUMBER } from "./segments.js";
import { SparedSegments } from "./spared-segments.js";
import type { ItemSink, Storage, StorageMemory } from "./storage.js";

const TOP_SEGMENT = PUT_SIDE;
const TOP_OFFSET = PUT_SIDE + 2;
/** Block of a large item on its way in. */
const GIVEN = PUT_SIDE + 4;
/** Segment on its way in. */
const ADDED = PUT_SIDE + 6;
/** Block of a large item on its way out. */
const TAKEN = GET_SIDE;
/** Segment that the top has left. */
const LEFT = GET_SIDE + 2;
/** The size of a frame behind it, padded. */
const TRAILER = 8;

export class Lifo implements Storage<Encoded, ItemSink> {
  readonly twoSided = false;
  readonly #memory: StorageMemory;
  readonly #heap: Heap;
  readonly #q: number;
  readonly #segments: SparedSegments;
  readonly #frames: Frames;
  readonly #leftovers: Leftovers;

  constructor(memory: StorageMemory, queue: Handle) {
    this.#memory = memory;
    this.#heap = memory.heap;
    this.#q = queue << 4;
    this.#segments = new SparedSegments(memory, queue);
    this.#frames = new Frames(memory);
    this.#leftovers = new Leftovers(memory);
  }

  append(item: Encoded): void {
    const q = this.#q;
    const size = this.#frames.sizeFor(item) + TRAILER;
    const now = this.#operations & 1;
    const then = 1 - now;
    let segment = this.#heap.i32[q + TOP_SEGMENT + now]!;
    let offset = this.#heap.i32[q + TOP_OFFSET + now]!;
    if (segment === 0 || this.#segments.sizeOf(segment) - offset < size) {
      const added = this.#segments.obtain(q + ADDED + now, size, segment);
      this.#heap.i32[(added << 4) + NEXT] = segment;
      this.#heap.i32[(added << 4) + NEXT_NUMBER] = offset;
      segment = added;
      offset = FIRST;
    }
    this.#frames.write((segment << 4) + (offset >> 2), item, q + GIVEN + now);
    const { i32 } = this.#heap;
    const end = offset + size;
    i32[(segment << 4) + (end >> 2) - 1] = size;
    i32[q + TOP_SEGMENT + then] = segment;
    i32[q + TOP_OFFSET + then] = end;
    i32[q + PUT] = (i32[q + PUT]! + 1) | 0; // commit
    if (i32[q + GIVEN + now] !== 0) i32[q + GIVEN + now] = 0;
    if (i32[q + ADDED + now] !== 0) i32[q + ADDED + now] = 0;
  }

  take(sink?: ItemSink): void {
    const q = this.#q;
    const { i32 } = this.#heap;
    const now = this.#operations & 1;
    const then = 1 - now;
    const segment = i32[q + TOP_SEGMENT + now]!;
    const end = i32[q + TOP_OFFSET + now]!;
    const start = end - i32[(segment << 4) + (end >> 2) - 1]!;
    const frame = (segment << 4) + (start >> 2);
    if (sink !== undefined) this.#frames.read(frame, sink); // may throw: nothing has happened yet
    const block = this.#frames.blockAt(frame);
    const below = start === FIRST ? i32[(segment << 4) + NEXT]! : 0;
    i32[q + TOP_SEGMENT + then] = below === 0 ? segment : below;
    i32[q + TOP_OFFSET + then] = below === 0 ? start : i32[(segment << 4) + NEXT_NUMBER]!;
    if (below !== 0) i32[q + LEFT + now] = segment;
    if (block !== 0) i32[q + TAKEN + now] = block;
    i32[q + GET] = (i32[q + GET]! + 1) | 0; // commit
    if (below !== 0) this.#segments.retire(q + LEFT + now);
    if (block !== 0) this.#memory.allocator.free(q + TAKEN + now);
  }

  repairPut(): void {
    const q = this.#q;
    const operations = this.#operations;
    const retire = (cell: number): void => this.#segments.retire(cell);
    this.#leftovers.settleIncoming(q + GIVEN, operations);
    this.#leftovers.settleIncoming(q + ADDED, operations, retire);
    this.#leftovers.settleOutgoing(q + TAKEN, operations);
    this.#leftovers.settleOutgoing(q + LEFT, operations, retire);
  }

  repairTake(): void {
    // Who has the one lock has repaired both sides.
  }

  clear(): void {
    const q = this.#q;
    while (this.#heap.i32[q + PUT] !== this.#heap.i32[q + GET]) this.take();
    const top = q + TOP_SEGMENT + (this.#operations & 1);
    if (this.#heap.i32[top] !== 0) this.#memory.allocator.free(top);
    this.#segments.clear();
  }

  /** How many puts and gets there were. */
  get #operations(): number {
    return (this.#heap.i32[this.#q + PUT]! + this.#heap.i32[this.#q + GET]!) | 0;
  }
}
