/**
 * Words of a heap by their index, for algorithms over many words at places that other words name. Where a word stays at one
 * place, it is a `Word`. The explorer has cells of its own.
 */
import type { Heap } from "./heap.js";
import type { Patience } from "./patience.js";

/** All but `get` and `set` are sequentially consistent. */
export interface Cells {
  load(at: number): number;
  store(at: number, value: number): void;
  /** @returns the value before */
  exchange(at: number, value: number): number;
  /** Stores `value` if the cell holds `expected`. @returns what it held */
  compareExchange(at: number, expected: number, value: number): number;
  /** For what another store publishes, or for hints that may be old. */
  get(at: number): number;
  set(at: number, value: number): void;
  /** Makes all in reach that has been published to this thread. */
  renew(): void;
  /** Looks a moment whether the cell changes. @returns true if it holds another value than `expected` */
  look(at: number, expected: number, patience: Patience): boolean;
}

export class HeapCells implements Cells {
  readonly #heap: Heap;

  constructor(heap: Heap) {
    this.#heap = heap;
  }
  load(at: number): number {
    return Atomics.load(this.#heap.i32, at);
  }
  store(at: number, value: number): void {
    Atomics.store(this.#heap.i32, at, value);
  }
  exchange(at: number, value: number): number {
    return Atomics.exchange(this.#heap.i32, at, value);
  }
  compareExchange(at: number, expected: number, value: number): number {
    return Atomics.compareExchange(this.#heap.i32, at, expected, value);
  }
  get(at: number): number {
    return this.#heap.i32[at]!;
  }
  set(at: number, value: number): void {
    this.#heap.i32[at] = value;
  }
  renew(): void {
    this.#heap.renew();
  }
  look(at: number, expected: number, patience: Patience): boolean {
    return patience.look(this.#heap.i32, at, expected);
  }
}
