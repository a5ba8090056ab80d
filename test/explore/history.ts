/**
 * What a thread has seen so far in its phase: the results of its operations, in order. Bodies are deterministic, so a
 * history *is* the local state of its thread. All histories of a phase form a tree; two equal ones are the same object.
 */
import type { Ask, Request, Result } from "./model-word.js";

/** What a thread does next: an operation, or it ends, by returning or throwing. */
export type Next =
  | { readonly kind: "operation"; readonly request: Request }
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

/** Runs the body of a phase from its start. */
export type Run = (ask: Ask) => unknown;

/** Thrown to stop a body before its next operation. */
class Pause {}

let histories = 0;

export class History {
  /** Unique among all histories of all threads. */
  readonly id = histories++;
  /** Index of the phase of its thread. */
  readonly phase: number;
  readonly #run: Run;
  readonly #results: readonly Result[];
  readonly #longer = new Map<Result, History>();
  #next: Next | undefined;

  constructor(run: Run, phase: number, results: readonly Result[] = []) {
    this.#run = run;
    this.phase = phase;
    this.#results = results;
  }

  get length(): number {
    return this.#results.length;
  }

  /** This history and one more result. */
  and(result: Result): History {
    let longer = this.#longer.get(result);
    if (longer === undefined) {
      longer = new History(this.#run, this.phase, [...this.#results, result]);
      this.#longer.set(result, longer);
    }
    return longer;
  }

  get next(): Next {
    this.#next ??= this.#replay();
    return this.#next;
  }

  /** Runs the body again, with the results it already had, up to its next operation. */
  #replay(): Next {
    let used = 0;
    let request: Request | undefined;
    const ask: Ask = (asked) => {
      // A body may catch the Pause and clean up: it does nothing any more in this run.
      if (request === undefined && used < this.#results.length) return this.#results[used++]!;
      request ??= asked;
      throw new Pause();
    };
    try {
      const value = this.#run(ask);
      return request ? { kind: "operation", request } : { kind: "returned", value };
    } catch (error) {
      return request ? { kind: "operation", request } : { kind: "threw", error };
    }
  }
}
