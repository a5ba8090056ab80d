/**
 * Segments: blocks that hold frames, 512 bytes to 32 KB.
 *
 *   segment: block header | NEXT: another segment | a number | frames from byte FIRST on
 *
 * Invariant: a segment is named by one cell.
 */
import { type Allocator, HEADER_BYTES, HEADER_WORDS } from "../../memory/allocator.js";
import type { Handle } from "../../memory/heap.js";
import type { StorageMemory } from "./storage.js";

/** Word of a segment that names another one, and the number that goes with it. */
export const NEXT = HEADER_WORDS;
export const NEXT_NUMBER = HEADER_WORDS + 1;
/** Offset in bytes of a segment's first frame. */
export const FIRST = 24;
const SMALLEST = 512;
const LARGEST = 32 << 10;

export class Segments {
  readonly #allocator: Allocator;

  constructor({ allocator }: StorageMemory) {
    this.#allocator = allocator;
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
    const grown = last === 0 ? SMALLEST : Math.min(this.sizeOf(last) * 2, LARGEST);
    return this.#allocator.allocate(Math.max(grown, size + FIRST) - HEADER_BYTES, cell, FIRST - HEADER_BYTES);
  }

  /** Takes back the segment that `cell` names. */
  retire(cell: number): void {
    this.#allocator.free(cell);
  }
}
