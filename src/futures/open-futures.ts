/**
 * The futures of one executor that are not done: while there are some, the program stays alive. It knows nothing of the
 * executor, which may be garbage before they are done.
 */
import { keepAlive } from "../platform/waiting/keep-alive.js";
import type { TaskFutureOwner } from "./task-future.js";

export class OpenFutures implements TaskFutureOwner {
  readonly className: string;
  /** What the executor was ended with: no failure. */
  stop: unknown;
  #count = 0;
  #release: (() => void) | undefined;

  constructor(className: string) {
    this.className = className;
  }

  get count(): number {
    return this.#count;
  }

  futureMade(): void {
    if (this.#count++ === 0) this.#release = keepAlive();
  }

  futureDone(): void {
    if (--this.#count === 0) this.#release?.();
  }

  isWished(error: unknown): boolean {
    return error !== undefined && error === this.stop;
  }
}
