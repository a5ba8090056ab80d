/**
 * The promise of a call's results, which may be awaited late. The failure of one that nobody awaits is told as that of a
 * thread whose result nobody takes.
 *
 * `await` calls `then` of a subclass, and not that of a plain promise: this is how it is known whether anybody waits.
 */
import { Failure } from "../worker/untaken-failures.js";

/** What there is to know of a failure that nobody awaits. */
export interface Untaken {
  /** @returns true if the program has brought it about: it is no failure */
  isWished(error: unknown): boolean;
  print(error: unknown): void;
}

export class Results<T> extends Promise<T> {
  /** What is made of it is a plain promise: who handles no error there hears of it from Node. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  #isTaken = false;
  #failure: Failure | undefined;

  constructor(call: Promise<T>, untaken: Untaken) {
    super((resolve, reject) => void call.then(resolve, reject));
    super.then(undefined, (error: unknown) => this.#failed(error, untaken));
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has one
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#isTaken = true;
    this.#failure?.take();
    return super.then(onFulfilled, onRejected);
  }

  #failed(error: unknown, untaken: Untaken): void {
    if (this.#isTaken || untaken.isWished(error)) return;
    const tell = (): boolean => {
      untaken.print(error);
      return true;
    };
    this.#failure = new Failure({ atOnce: false, tell });
    this.#failure.report();
  }
}
