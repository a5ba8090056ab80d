/**
 * A Word of the explorer. Instead of doing its operation it asks the run it belongs to for the result.
 */
import type { Wakeup, Word } from "#heddle/memory/word.js";

/** An operation that a thread is about to do. */
export type Request =
  | { readonly kind: "change"; readonly word: number; readonly name: string; readonly next: (before: number) => number }
  | {
      readonly kind: "wait";
      readonly word: number;
      readonly name: string;
      readonly expected: number;
      readonly ends: Ends;
    }
  | { readonly kind: "notify"; readonly word: number; readonly name: string; readonly count: number }
  | { readonly kind: "lock"; readonly word: number; readonly name: string; readonly id: number }
  | { readonly kind: "died"; readonly id: number; readonly name: string };

/** How a sleep may end besides by a wake-up. */
export type Ends = "never" | "at-any-time" | "slice";

/** What an operation returned. */
export type Result = number | Wakeup | boolean;

/** Gives the result of an operation, or stops the thread before it by throwing. */
export type Ask = (request: Request) => Result;

/** Finite timeouts from here on are a caller's, and may run out at any time. Shorter ones are slices (see park.ts). */
const SHORTEST_TIMEOUT = 10_000;

/** A timeout for programs: may run out at any time, or never. */
export const SOME_TIME = 2 ** 30;

export class ModelWord implements Word {
  /** If not, no sleep is sliced, so that slices hide no lost wake-up and timeouts run out at any time. */
  isMortal: boolean;
  readonly #ask: Ask;
  readonly #word: number;
  readonly #name: string;

  constructor(ask: Ask, word: number, name: string, isMortal: boolean) {
    this.isMortal = isMortal;
    this.#ask = ask;
    this.#word = word;
    this.#name = name;
  }
  load(): number {
    return this.#change("load()", (before) => before);
  }
  store(value: number): void {
    this.#change(`store(${value})`, () => value);
  }
  exchange(value: number): number {
    return this.#change(`exchange(${value})`, () => value);
  }
  compareExchange(expected: number, value: number): number {
    return this.#change(`compareExchange(${expected}, ${value})`, (before) => (before === expected ? value : before));
  }
  add(delta: number): number {
    return this.#change(`add(${delta})`, (before) => before + delta);
  }
  wait(expected: number, timeout: number): Wakeup {
    const ends = timeout === Infinity ? "never" : timeout < SHORTEST_TIMEOUT ? "slice" : "at-any-time";
    return this.#ask({
      kind: "wait",
      word: this.#word,
      name: `${this.#name}.wait(${expected})`,
      expected,
      ends,
    }) as Wakeup;
  }
  waitAsync(): never {
    throw new Error("the explorer runs synchronous faces only");
  }
  notify(count: number): number {
    return this.#ask({ kind: "notify", word: this.#word, name: `${this.#name}.notify(${count})`, count }) as number;
  }
  /** For ModelMutex: waits until the cell is 0 or names a dead thread, and stores `id`. @returns 1, or 2 from the dead */
  lock(id: number): number {
    return this.#ask({ kind: "lock", word: this.#word, name: `${this.#name}.lock(${id})`, id }) as number;
  }
  #change(operation: string, next: (before: number) => number): number {
    return this.#ask({ kind: "change", word: this.#word, name: `${this.#name}.${operation}`, next }) as number;
  }
}
