/**
 * Segments: blocks that hold frames, 512 bytes to 32 KB. One that is no longer needed is kept as SPARE, so a steady queue
 * needs no allocation; the others go back to the heap.
 *
 *   segment: block header | NEXT: another segment | a number | frames from byte FIRST on
 *
 * Invariant: a segment is named by one cell; between two stores of a move it may be named by two, of which one is SPARE.
 */
import { type Allocator, HEADER_BYTES, HEADER_WORDS } from "../../memory/allocator.js";
import type { Handle, Heap } from "../../memory/heap.js";
import { SPARE } from "../control-block.js";
import type { StorageMemory } from "./storage.js";

/** Word of a segment that names another one, and the number that goes with it. */
export const NEXT = HEADER_WORDS;
export const NEXT_NUMBER = HEADER_WORDS + 1;
/** Offset in bytes of a segment's first frame. */
export const FIRST = 24;
const SMALLEST = 512;
const LARGEST = 32 << 10;

export class SegmentPool {
  readonly #heap: Heap;
  readonly #allocator: Allocator;
  readonly #spare: number;

  constructor({ heap, allocator }: StorageMemory, queue: Handle) {
    this.#heap = heap;
    this.#allocator = allocator;
    this.#spare = (queue << 4) + SPARE;
  }

  /** @returns bytes of the segment, its header included */
  sizeOf(segment: Handle): number {
    return this.#allocator.capacity(segment) + HEADER_BYTES;
  }

  /**
   * Puts a segment with room for a frame of `size` bytes into `cell`, which holds 0.
   *
   * @param last the segment before it, 0 if there is none: they grow with the queue
   */
  obtain(cell: number, size: number, last: Handle): Handle {
    const { i32 } = this.#heap;
    const spare = i32[this.#spare]!;
    if (spare !== 0 && this.sizeOf(spare) >= size + FIRST) {
      i32[(spare << 4) + NEXT] = 0;
      i32[cell] = spare;
      i32[this.#spare] = 0;
      return spare;
    }
    const grown = last === 0 ? SMALLEST : Math.min(this.sizeOf(last) * 2, LARGEST);
    return this.#allocator.allocate(Math.max(grown, size + FIRST) - HEADER_BYTES, cell, FIRST - HEADER_BYTES);
  }

  /** Takes back the segment that `cell` names. */
  retire(cell: number): void {
    const { i32 } = this.#heap;
    const segment = i32[cell]!;
    const spare = i32[this.#spare]!;
    if (segment !== spare) {
      if (spare !== 0 && this.sizeOf(spare) >= this.sizeOf(segment)) return this.#allocator.free(cell);
      if (spare !== 0) this.#allocator.free(this.#spare);
      i32[this.#spare] = segment;
    }
    i32[cell] = 0;
  }

  /** Gives the spare back. */
  clear(): void {
    if (this.#heap.i32[this.#spare] !== 0) this.#allocator.free(this.#spare);
  }
}
