/**
 * The result of work that goes on somewhere else, seen from both sides: who waits for it, and who delivers it.
 *
 * Invariant: when it settles, those who wait are told, and after them the callbacks are called in the order in which they were
 * added, all of it within the call that settles it.
 *
 * An executor makes one for every call: there is nothing in it that most of them do not need.
 */
import { Subscribers } from "../future/subscribers.js";
import { waitFor } from "../future/wait-for.js";
import { stay } from "../pickle/registry.js";
import {
  checkFunction,
  checkNone,
  checkOptions,
  checkTimeout,
  checkWait,
  type Wait,
} from "../platform/errors/arguments.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { currentCancelSource } from "../platform/waiting/cancellation.js";
import { keepAlive } from "../platform/waiting/keep-alive.js";
import { setMicrotask } from "../platform/waiting/timers.js";
import { showAs } from "../platform/words/shown.js";
import { asDoneCallback } from "./done-callback.js";
import { FutureState } from "./future-state.js";
import { Takers } from "./takers.js";
import { cancelledError, notDone, tellOfFailure } from "./words.js";

/** Has `listener` called once, when the future is done, not before this has returned. @returns what takes that back */
export let whenDone: (future: Future<unknown>, listener: () => void) => () => void;

/** @returns whether it ended with an error other than its cancellation; nobody is given the error */
export let hasFailed: (future: Future<unknown>) => boolean;

/** Whoever has the future now is not one who asks for its error: nobody is told of it. */
export let hush: (future: Future<unknown>) => void;

/** The program has brought the error about: who waits is given it, and nobody else is told. Nothing happens if it is done. */
export let stopWith: (future: Future<unknown>, error: unknown) => void;

/**
 * The result of a call that an executor carries out; made by `submit`.
 *
 * `await future` gives what the function returned, or throws what it threw. The error of a future that nobody asks for is
 * printed a second later, or when the program ends, which then has exit code 1 unless it has set one.
 *
 * Python: concurrent.futures.Future. Waiting is async, as with everything here; `await` is an addition.
 *
 * @example
 * import { Future } from "heddle/futures";
 *
 * const future = new Future<number>();
 * future.addDoneCallback(({ cancelled }) => console.log("cancelled:", cancelled)); // cancelled: false
 * setTimeout(() => future.setResult(42), 10);
 * console.log(future.done, await future); // false 42
 */
export class Future<T> extends FutureState<T> implements PromiseLike<T> {
  static {
    whenDone = (future, listener) => future.#subscribe(listener);
    hasFailed = (future) => future.hasFailed;
    hush = (future) => future.#taking().hush();
    stopWith = (future, error) => {
      if (future.done) return;
      future.#taking().hush();
      future.setException(error);
    };
    stay(Future, import.meta.url, "Future");
    showAs<Future<unknown>>(Future, {
      name: "Future",
      isMade: (future) => #promise in future,
      look: (future) => ({ state: future.describe() }),
    });
  }

  /** Of all who wait without limits: made when the first of them does. */
  #promise: Promise<T> | undefined;
  /** Settles that promise, which keeps the program alive until then. */
  #settlePromise: (() => void) | undefined;
  #listeners: Subscribers<void> | undefined;
  #callbacks: (() => void)[] | undefined;
  /** Who asks for the outcome, but for those of the promise. */
  #takers: Takers | undefined;

  /** For who makes an executor: others are given futures by `submit`. */
  constructor(...none: readonly []) {
    if (none.length > 0) checkNone("Future", none);
    super();
  }

  /**
   * Waits for the result. Timeout and signal end the waiting only: the work goes on.
   *
   * @throws what the work threw
   * @throws {CancelledError} if the future was or is cancelled
   * @throws {TimeoutError} if it was not done in time, `signal.reason` when the signal is aborted
   */
  result(wait?: Wait): Promise<T> {
    if (wait === undefined && currentCancelSource() === undefined) return this.#shared();
    return this.#wait("result", wait, () => this.#value());
  }

  /**
   * As `result`, blocking the calling thread. Who delivers the results of a future of one's own is this very thread, and so it
   * is for executors whose workers answer by messages: then it gives what is there already, and refuses to wait.
   *
   * @throws what the work threw, {CancelledError} if the future was cancelled
   * @throws {RuntimeError} if it is not done, and cannot be while this thread blocks
   * @throws {TimeoutError} if it was not done in time; with a timeout of 0 also where it cannot block
   */
  resultSync(wait?: { timeout?: number }): T {
    this.#waitSync("result", wait);
    return this.#value();
  }

  /**
   * Waits until it is done, as `result` does.
   *
   * @returns what the work threw, or undefined if it returned
   * @throws {CancelledError} if the future was or is cancelled
   * @throws {TimeoutError} if it was not done in time, `signal.reason` when the signal is aborted
   */
  exception(wait?: Wait): Promise<unknown> {
    return this.#wait("exception", wait, () => this.#exception());
  }

  /** As `exception`, blocking the calling thread where `resultSync` can. */
  exceptionSync(wait?: { timeout?: number }): unknown {
    this.#waitSync("exception", wait);
    return this.#exception();
  }

  /** `await future`: as `result()`. */
  // biome-ignore lint/suspicious/noThenProperty: being awaited is what a future is for
  then<A = T, B = never>(
    onDone?: ((value: T) => A | PromiseLike<A>) | null,
    onFailed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onDone, onFailed);
  }

  /**
   * Calls `callback` with the future when it is done, before the call that completes it returns; in a microtask if it is done
   * already. Callbacks are called in the order in which they were added, each in the async context (AsyncLocalStorage) of
   * whoever added it. What one throws is printed, and stops nothing. A callback does not count as asking for the error.
   *
   * @throws {TypeError} if `callback` is not a function
   */
  addDoneCallback(callback: (future: Future<T>) => void): void {
    checkFunction("addDoneCallback: callback", callback);
    const call = asDoneCallback(() => callback(this));
    if (this.done) setMicrotask(call);
    else if (this.#callbacks === undefined) this.#callbacks = [call];
    else this.#callbacks.push(call);
  }

  /** Blocks until it is done, or the time is up. @throws {RuntimeError} where it would never be done @internal */
  protected block(what: string, _timeout: number | undefined): void {
    throw new RuntimeError(
      `Cannot block for the ${what} of a future: it is delivered by this very thread, which would never come to it. ` +
        `Write await ${what}()`,
    );
  }

  /** Whose failure it is, in what is printed. @internal */
  protected get origin(): string {
    return "a Future";
  }

  /** @internal */
  protected override settled(): void {
    this.#settlePromise?.();
    this.#settlePromise = undefined;
    if (this.hasFailed && this.#promise === undefined)
      this.#taking().failed(() => tellOfFailure(this.origin, this.outcome));
    this.#listeners?.notify();
    const callbacks = this.#callbacks;
    this.#callbacks = undefined;
    if (callbacks !== undefined) for (const call of callbacks) call();
  }

  /** @returns the result of a future that is done @throws its error */
  #value(): T {
    if (this.cancelled) throw cancelledError();
    if (this.hasFailed) throw this.outcome;
    return this.outcome as T;
  }

  #exception(): unknown {
    if (this.cancelled) throw cancelledError();
    return this.hasFailed ? this.outcome : undefined;
  }

  #shared(): Promise<T> {
    this.#takers?.take();
    this.#promise ??= new Promise((resolve, reject) => {
      if (this.done) return this.#deliver(resolve, reject);
      const release = keepAlive();
      this.#settlePromise = () => {
        release();
        this.#deliver(resolve, reject);
      };
    });
    return this.#promise;
  }

  #deliver(resolve: (value: T) => void, reject: (error: unknown) => void): void {
    if (this.cancelled) reject(cancelledError());
    else if (this.hasFailed) reject(this.outcome);
    else resolve(this.outcome as T);
  }

  async #wait<R>(what: string, wait: Wait | undefined, give: () => R): Promise<R> {
    checkWait(what, wait);
    const takers = this.#taking();
    takers.come();
    let timedOut = true;
    try {
      ({ timedOut } = await waitFor({ onSettled: (onValue) => this.#subscribe(() => onValue(undefined)) }, wait));
    } finally {
      takers.go(!timedOut);
    }
    if (timedOut) throw notDone(what, wait?.timeout);
    return give();
  }

  #waitSync(what: string, wait: { timeout?: number } | undefined): void {
    checkOptions(`${what}Sync`, wait, ["timeout"]);
    checkTimeout(`${what}Sync: timeout`, wait?.timeout);
    if (!this.done && wait?.timeout !== 0) this.block(what, wait?.timeout);
    if (!this.done) throw notDone(what, wait?.timeout);
    this.#takers?.take();
  }

  #taking(): Takers {
    this.#takers ??= new Takers();
    return this.#takers;
  }

  #subscribe(listener: () => void): () => void {
    this.#listeners ??= new Subscribers();
    if (this.done) setMicrotask(() => this.#listeners?.notify());
    return this.#listeners.add(listener);
  }
}
