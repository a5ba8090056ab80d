/** Cells for the explorer: words of the program at the indices that the product uses. */
import type { Cells } from "#heddle/memory/cells.js";
import type { Word } from "#heddle/memory/word.js";

export class ModelCells implements Cells {
  readonly #words: ReadonlyMap<number, Word>;

  constructor(words: ReadonlyMap<number, Word>) {
    this.#words = words;
  }
  load(at: number): number {
    return this.#at(at).load();
  }
  store(at: number, value: number): void {
    this.#at(at).store(value);
  }
  exchange(at: number, value: number): number {
    return this.#at(at).exchange(value);
  }
  compareExchange(at: number, expected: number, value: number): number {
    return this.#at(at).compareExchange(expected, value);
  }
  get(at: number): number {
    return this.#at(at).load();
  }
  set(at: number, value: number): void {
    this.#at(at).store(value);
  }
  renew(): void {}
  look(at: number, expected: number): boolean {
    return this.#at(at).load() !== expected;
  }
  #at(at: number): Word {
    const word = this.#words.get(at);
    if (word === undefined) throw new Error(`The program has no word ${at}`);
    return word;
  }
}
