/**
 * Segments of which one that is no longer needed is kept as SPARE: what goes up and down around the end of a segment
 * needs no allocation. The others go back to the heap.
 *
 * Invariant: a segment is named by one cell; between two stores of a move it may be named by two, of which one is SPARE.
 */
import type { Handle, Heap } from "../../memory/heap.js";
import { SPARE } from "../control-block.js";
import { FIRST, NEXT, Segments } from "./segments.js";
import type { StorageMemory } from "./storage.js";

export class SparedSegments extends Segments {
  readonly #heap: Heap;
  readonly #spare: number;

  constructor(memory: StorageMemory, queue: Handle) {
    super(memory);
    this.#heap = memory.heap;
    this.#spare = (queue << 4) + SPARE;
  }

  override obtain(cell: number, size: number, last: Handle): Handle {
    const { i32 } = this.#heap;
    const spare = i32[this.#spare]!;
    if (spare === 0 || this.sizeOf(spare) < size + FIRST) return super.obtain(cell, size, last);
    i32[(spare << 4) + NEXT] = 0;
    i32[cell] = spare;
    i32[this.#spare] = 0;
    return spare;
  }

  override retire(cell: number): void {
    const { i32 } = this.#heap;
    const segment = i32[cell]!;
    const spare = i32[this.#spare]!;
    if (segment !== spare) {
      if (spare !== 0 && this.sizeOf(spare) >= this.sizeOf(segment)) return super.retire(cell);
      if (spare !== 0) super.retire(this.#spare);
      i32[this.#spare] = segment;
    }
    i32[cell] = 0;
  }

  /** Gives the spare back. */
  clear(): void {
    if (this.#heap.i32[this.#spare] !== 0) super.retire(this.#spare);
  }
}
