/**
 * A 32-bit cell of shared memory that threads change atomically and sleep on.
 *
 * This is the only seam between the primitives and real memory: threads use SharedWord, the explorer ModelWord,
 * processes will use a word in a mapped file. Every operation is sequentially consistent (ECMA-262, "Memory Model").
 */
import { endIfLost } from "../platform/engine/lost-termination.js";
import { type Patience, SHORTEST_SLEEP } from "./patience.js";
import type { WaitNote } from "./wait-note.js";

export type Wakeup = "ok" | "not-equal" | "timed-out";

export interface Word {
  /** True if a thread that is to change it may die before it does: whoever sleeps on it must look now and then. */
  readonly isMortal: boolean;
  load(): number;
  store(value: number): void;
  /** Stores `value`; returns the value it replaced. */
  exchange(value: number): number;
  /** Stores `value` if the cell holds `expected`; returns what it held. */
  compareExchange(expected: number, value: number): number;
  /** Adds `delta`, wrapping at 32 bits; returns the value before. */
  add(delta: number): number;
  /**
   * Blocks the thread while the cell holds `expected`, at most `timeout` milliseconds.
   * @param note of the wait that this sleep is part of; who makes one says when it is over
   */
  wait(expected: number, timeout: number, note?: WaitNote): Wakeup;
  /** As `wait`, without blocking. The sleeper cannot be taken back: who gives up must pass its wake-up on. */
  waitAsync(expected: number, timeout: number, note?: WaitNote): Wakeup | Promise<Wakeup>;
  /** Wakes up to `count` sleepers; returns how many. */
  notify(count: number): number;
}

/** TypeScript's library types waitAsync only from ES2024 on; every Node we support has it. */
type WaitAsync = (
  cells: Int32Array,
  index: number,
  expected: number,
  timeout: number,
) => { async: false; value: Wakeup } | { async: true; value: Promise<Wakeup> };

/** A word in memory that threads share. */
export class SharedWord implements Word {
  readonly #cells: Int32Array;
  readonly #index: number;
  readonly #patience: Patience | undefined;
  /** What must not become garbage while somebody has the word: its memory would be given back. */
  readonly keeps: object | undefined;

  /**
   * @param cells a view of a SharedArrayBuffer
   * @param patience decides whether `wait` looks a moment before it sleeps; without it, it never does
   */
  constructor(cells: Int32Array, index: number, patience?: Patience, keeps?: object) {
    this.#cells = cells;
    this.#index = index;
    this.#patience = patience;
    this.keeps = keeps;
  }
  get isMortal(): true {
    return true;
  }
  load(): number {
    return Atomics.load(this.#cells, this.#index);
  }
  store(value: number): void {
    Atomics.store(this.#cells, this.#index, value);
  }
  exchange(value: number): number {
    return Atomics.exchange(this.#cells, this.#index, value);
  }
  compareExchange(expected: number, value: number): number {
    return Atomics.compareExchange(this.#cells, this.#index, expected, value);
  }
  add(delta: number): number {
    return Atomics.add(this.#cells, this.#index, delta);
  }
  wait(expected: number, timeout: number, note?: WaitNote): Wakeup {
    if (timeout >= SHORTEST_SLEEP && this.#patience?.look(this.#cells, this.#index, expected)) return "not-equal";
    endIfLost(); // it would sleep for ever
    note?.sleeps(this.#cells, this.#index);
    return Atomics.wait(this.#cells, this.#index, expected, timeout);
  }
  waitAsync(expected: number, timeout: number, note?: WaitNote): Wakeup | Promise<Wakeup> {
    const { async, value } = (Atomics.waitAsync as unknown as WaitAsync)(this.#cells, this.#index, expected, timeout);
    if (async) note?.awaits(this.#cells, this.#index);
    return value;
  }
  notify(count: number): number {
    return Atomics.notify(this.#cells, this.#index, count);
  }
}
