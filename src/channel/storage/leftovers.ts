/**
 * Words that name what an operation has in its hands, one for each parity of its count: after the death of the thread
 * they say what belongs to an operation that happened and what to one that did not.
 */
import type { Allocator } from "../../memory/allocator.js";
import type { Heap } from "../../memory/heap.js";
import type { StorageMemory } from "./storage.js";

export class Leftovers {
  readonly #heap: Heap;
  readonly #allocator: Allocator;

  constructor({ heap, allocator }: StorageMemory) {
    this.#heap = heap;
    this.#allocator = allocator;
  }

  /** On its way in, and the next operation is `count`: what came in is no longer in anyone's hands, the rest goes. */
  settleIncoming(pair: number, count: number, drop = this.#free): void {
    this.#heap.i32[pair + (1 - (count & 1))] = 0;
    const cell = pair + (count & 1);
    if (this.#heap.i32[cell] !== 0) drop(cell);
  }

  /** On its way out: what an operation that did not happen would have taken stays, the rest goes. */
  settleOutgoing(pair: number, count: number, drop = this.#free): void {
    this.#heap.i32[pair + (count & 1)] = 0;
    const cell = pair + (1 - (count & 1));
    if (this.#heap.i32[cell] !== 0) drop(cell);
  }

  readonly #free = (cell: number): void => this.#allocator.free(cell);
}
