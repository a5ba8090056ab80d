/** The objects met so far in one value. Most values have a few: looking through a short list is cheaper than hashing. */
const FEW = 12;

export class Seen {
  readonly #few: unknown[] = new Array(FEW).fill(undefined);
  readonly #many = new Set<unknown>();
  #count = 0;

  /** @returns true if the object was there already */
  add(object: unknown): boolean {
    const few = Math.min(this.#count, FEW);
    for (let i = 0; i < few; i++) if (this.#few[i] === object) return true;
    if (this.#count < FEW) {
      this.#few[this.#count++] = object;
      return false;
    }
    this.#count++;
    return this.#many.size === this.#many.add(object).size;
  }

  /** Forgets all, so that the value can be collected. */
  clear(): void {
    if (this.#count > FEW) this.#many.clear();
    for (let i = Math.min(this.#count, FEW) - 1; i >= 0; i--) this.#few[i] = undefined;
    this.#count = 0;
  }
}
