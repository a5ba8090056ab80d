/**
 * The free blocks of a heap by their order, so that one of a size is found without a walk. Derived data: the headers of the
 * blocks are the truth (allocator.ts), and whoever takes over the allocator's lock from the dead makes the lists anew.
 *
 *   head of an order ──▶ block ──next──▶ block ──next──▶ 0       words 2 and 3 of a FREE block: next, prev
 *
 * Read and changed only by who holds the allocator's lock.
 */
import type { Heap } from "./heap.js";
import { FREE_LISTS } from "./layout.js";

/** In the first word of a block's header, beside its order: nobody has it. */
export const FREE = 1 << 8;

/** The largest block has 2 to the power of this many bytes. */
export const MAX_ORDER = 30;

export class FreeLists {
  readonly #heap: Heap;

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /** @returns the smallest order, from `order` on, of which there is a free block; above MAX_ORDER if there is none */
  smallest(order: number): number {
    let from = order;
    while (from <= MAX_ORDER && this.#heap.i32[FREE_LISTS + from] === 0) from++;
    return from;
  }

  /** @returns a block of that order, of which there is one; it is in no list then */
  take(order: number): number {
    const word = this.#heap.i32[FREE_LISTS + order]! << 4;
    this.unlink(word, order);
    return word;
  }

  /** Makes the block a free one of that order. */
  push(word: number, order: number): void {
    const { i32 } = this.#heap;
    const next = i32[FREE_LISTS + order]!;
    i32[word + 2] = next;
    i32[word + 3] = 0;
    i32[word] = order | FREE;
    if (next !== 0) i32[(next << 4) + 3] = word >>> 4;
    i32[FREE_LISTS + order] = word >>> 4;
  }

  unlink(word: number, order: number): void {
    const { i32 } = this.#heap;
    const next = i32[word + 2]!;
    const prev = i32[word + 3]!;
    if (next !== 0) i32[(next << 4) + 3] = prev;
    i32[prev !== 0 ? (prev << 4) + 2 : FREE_LISTS + order] = next;
  }

  /** Forgets all blocks. */
  clear(): void {
    for (let order = 0; order <= MAX_ORDER; order++) this.#heap.i32[FREE_LISTS + order] = 0;
  }
}
