/** Which values can travel, found out by trying: of an error that is thrown, as much as possible is to arrive. */
export class Trials {
  readonly #known = new Map<unknown, boolean>();
  readonly #tryOut: (value: unknown, trials: Trials) => void;

  /** @param tryOut throws if the value cannot travel */
  constructor(tryOut: (value: unknown, trials: Trials) => void) {
    this.#tryOut = tryOut;
  }

  travels(value: unknown): boolean {
    const isPrimitive = (typeof value !== "object" || value === null) && typeof value !== "function";
    return isPrimitive || (this.#known.get(value) ?? this.#trial(value));
  }

  #trial(value: unknown): boolean {
    this.#known.set(value, true); // as far as it leads back to itself
    try {
      this.#tryOut(value, this);
      return true;
    } catch {
      // Not swallowed: that is the answer.
      this.#known.set(value, false);
      return false;
    }
  }
}
