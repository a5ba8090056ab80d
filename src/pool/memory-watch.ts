/** Whether a worker of a pool uses more memory than it shall: a thread its own heap, a process all that it has. */
import { type Destination, PROCESS } from "../pickle/destination.js";
import { millisecondsSinceBirth } from "../platform/waiting/timers.js";

/** Least time between two looks, in milliseconds: each takes some tens of microseconds. */
const BETWEEN_LOOKS = 20;

export class MemoryWatch {
  readonly #most: number;
  readonly #isProcess: boolean;
  #next = 0;
  #isOver = false;

  /** @param most bytes; undefined: any */
  constructor(destination: Destination, most = Number.POSITIVE_INFINITY) {
    this.#most = most;
    this.#isProcess = destination === PROCESS;
  }

  /** @returns true at the first look that finds too much */
  isOver(): boolean {
    if (this.#most === Number.POSITIVE_INFINITY || this.#isOver || millisecondsSinceBirth() < this.#next) return false;
    this.#next = millisecondsSinceBirth() + BETWEEN_LOOKS;
    this.#isOver = this.#used() > this.#most;
    return this.#isOver;
  }

  #used(): number {
    if (this.#isProcess) return process.memoryUsage.rss();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }
}
