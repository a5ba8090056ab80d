/**
 * What a call of a function costs, as the workers measure it together: the owner rings as many sleepers as the work is worth.
 * A hint, written without care: quick to rise, slow to fall. Calls that are short are measured many at a time.
 */
import type { Cells } from "../../memory/cells.js";
import { millisecondsSinceBirth } from "../../platform/waiting/timers.js";
import { fnAt } from "./slot-functions.js";
import { COSTS_PER_MS, Fn, WAKE_COST } from "./slot-layout.js";

/** Short calls that are measured at a time. */
const AT_ONCE = 64;
const MOST_COST = 2 ** 30;

export class CostMeter {
  readonly #cells: Cells;
  /** The function whose calls are counted; 0: none. */
  #handle = 0;
  #calls = 0;
  #since = 0;

  constructor(cells: Cells) {
    this.#cells = cells;
  }

  /** A call of the function with that block begins. @returns true if it is not known to be short */
  begin(handle: number): boolean {
    if (handle !== this.#handle || this.#calls === AT_ONCE) {
      this.end();
      this.#handle = handle;
      this.#since = millisecondsSinceBirth();
    }
    this.#calls++;
    return this.#cells.get(fnAt(handle) + Fn.COST) > WAKE_COST;
  }

  /** The calls that were begun are over, or nothing is called for a while. */
  end(): void {
    if (this.#calls > 0) this.#note(((millisecondsSinceBirth() - this.#since) * COSTS_PER_MS) / this.#calls);
    this.#handle = 0;
    this.#calls = 0;
  }

  #note(measured: number): void {
    const at = fnAt(this.#handle) + Fn.COST;
    const cost = Math.min(Math.ceil(measured), MOST_COST);
    const before = this.#cells.get(at);
    this.#cells.set(at, cost > before ? cost : (before * 3 + cost) / 4);
  }
}
