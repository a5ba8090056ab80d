/**
 *   running ──▶ closed ──▶ terminated      closed: what was launched is done, then the workers end by themselves
 *      │ └───────────────────▶ ▲           terminated: unfinished tasks fail, the workers are stopped
 *      └──▶ broken ────────────┘           broken: an initializer has failed; every task fails with that, from now on
 */
import { RuntimeError } from "../platform/errors/errors.js";

export type PoolState = "running" | "closed" | "terminated" | "broken";

export class LifeState {
  now: PoolState = "running";
  readonly #brokenBy: (cause: unknown) => Error;
  #cause: { readonly cause: unknown } | undefined;

  /** @param brokenBy makes the error of every task once an initializer has failed */
  constructor(brokenBy: (cause: unknown) => Error) {
    this.#brokenBy = brokenBy;
  }

  /** @returns false if it is ended or broken already */
  break(cause: unknown): boolean {
    if (this.#cause !== undefined || this.now === "terminated") return false;
    this.#cause = { cause };
    this.now = "broken";
    return true;
  }

  /** @throws what broke the pool, if something did */
  checkWhole(): void {
    if (this.#cause !== undefined) throw this.broken();
  }

  /** @throws {RuntimeError} after `close` or `terminate`, what broke the pool if something did */
  checkRunning(action: string): void {
    this.checkWhole();
    if (this.now !== "running") throw new RuntimeError(`Cannot ${action}: the pool is ${this.now}`);
  }

  /** @returns a new error, as each task has its own */
  broken(): Error {
    return this.#brokenBy(this.#cause?.cause);
  }
}
