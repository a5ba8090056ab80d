/**
 * The promise of a call's results, which may be awaited late. The failure of one that nobody awaits is told as that of a
 * thread whose result nobody takes.
 *
 * `await` calls `then` of a subclass, and not that of a plain promise: this is how it is known whether anybody waits.
 */
import { setMicrotask } from "../platform/waiting/timers.js";
import { Failure } from "../worker/untaken-failures.js";

/** What there is to know of a failure that nobody awaits. */
export interface Untaken {
  /** @returns true if the program has brought it about: it is no failure */
  isWished(error: unknown): boolean;
  print(error: unknown): void;
}

/** Begins the call, and settles it later or at once. */
export type BeginCall<T> = (resolve: (value: T | PromiseLike<T>) => void, reject: (error: unknown) => void) => void;

const nothing = (): void => {};

export class Results<T> extends Promise<T> {
  /** What is made of it is a plain promise: who handles no error there hears of it from Node. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  #isTaken = false;
  #failure: Failure | undefined;

  constructor(begin: BeginCall<T>, untaken: Untaken) {
    let early: { readonly error: unknown } | undefined;
    super((resolve, reject) => {
      begin(resolve, (error) => {
        reject(error);
        if (this === undefined) early ??= { error };
        else this.#failed(error, untaken);
      });
    });
    if (early !== undefined) this.#failed(early.error, untaken);
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

  /** Tells how it ends; that is not to await it. */
  watch(onValue: (value: T) => void, onError: (error: unknown) => void): void {
    void super.then(onValue, onError);
  }

  /** As if somebody had awaited it. */
  take(): void {
    this.#isTaken = true;
    this.#failure?.take();
  }

  #failed(error: unknown, untaken: Untaken): void {
    // Late handlers are allowed: Node is not to speak of it.
    super.then(undefined, nothing);
    setMicrotask(() => this.#report(error, untaken));
  }

  #report(error: unknown, untaken: Untaken): void {
    if (this.#isTaken || this.#failure !== undefined || untaken.isWished(error)) return;
    const tell = (): boolean => {
      untaken.print(error);
      return true;
    };
    this.#failure = new Failure({ atOnce: false, tell });
    this.#failure.report();
  }
}
