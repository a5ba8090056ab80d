/** What the calls give that Python names `..._async`: a result that can be asked for, and asked about. */
import { Deferred } from "../future/deferred.js";
import { waitFor } from "../future/wait-for.js";
import { stay } from "../pickle/registry.js";
import { checkWait, type Wait } from "../platform/errors/arguments.js";
import { RuntimeError, TimeoutError } from "../platform/errors/errors.js";
import { surroundings } from "../platform/waiting/context.js";
import { setMicrotask } from "../platform/waiting/timers.js";
import { showAs } from "../platform/words/shown.js";
import type { Callbacks } from "./call-options.js";
import type { Results } from "./results.js";

/**
 * The result of a call of a pool. Python: multiprocessing.pool.AsyncResult.
 *
 * @example
 * import { ThreadPool } from "heddle/multiprocessing";
 *
 * await using pool = new ThreadPool(1);
 * const answer = pool.applyAsync((n: number) => n + 1, [41]);
 * console.log(answer.ready, await answer.get(), answer.ready); // false 42 true
 */
export class AsyncResult<T> {
  static {
    stay(AsyncResult, import.meta.url, "AsyncResult");
    showAs<AsyncResult<unknown>>(AsyncResult, {
      isMade: (result) => #results in result,
      look: (result) => ({ state: !result.ready ? "pending" : result.successful ? "successful" : "failed" }),
      hides: ["ready", "successful"],
    });
  }

  readonly #results: Results<T>;
  readonly #outcome = new Deferred<T>();
  #isGood: boolean | undefined;

  /** @internal */
  static of<T>(results: Results<T>, callbacks: Callbacks<T>): AsyncResult<T> {
    return new AsyncResult(results, callbacks);
  }

  private constructor(results: Results<T>, { callback, errorCallback }: Callbacks<T>) {
    this.#results = results;
    const inContext = surroundings();
    results.watch(
      (value) => {
        this.#isGood = true;
        this.#outcome.resolve(value);
        if (callback !== undefined) callBack(() => inContext(() => callback(value)));
      },
      (error) => {
        this.#isGood = false;
        this.#outcome.reject(error);
        if (errorCallback !== undefined) callBack(() => inContext(() => errorCallback(error)));
      },
    );
    if (errorCallback !== undefined) results.take();
  }

  /** True when there is a result or an error. */
  get ready(): boolean {
    return this.#isGood !== undefined;
  }

  /** True if the call has given a result, false if it has failed. @throws {RuntimeError} while it is not `ready` */
  get successful(): boolean {
    if (this.#isGood === undefined)
      throw new RuntimeError("The call is not over: whether it succeeds is not known yet");
    return this.#isGood;
  }

  /**
   * Waits for the result. The timeout ends the waiting only: the call goes on.
   * @throws {TimeoutError} if there is none after `timeout` milliseconds, `signal.reason` when the signal is aborted
   * @throws otherwise what the call failed with
   */
  async get(wait: Wait = {}): Promise<T> {
    checkWait("get", wait);
    this.#results.take();
    const outcome = await waitFor(this.#outcome, wait);
    if (outcome.timedOut) throw new TimeoutError(`There was no result within ${wait.timeout} ms`);
    return outcome.value;
  }

  /**
   * Waits until there is a result or an error, or the timeout is over; `ready` tells which.
   * @throws `signal.reason` when the signal is aborted
   */
  async wait(wait: Wait = {}): Promise<void> {
    checkWait("wait", wait);
    if (this.ready) return;
    const over = new Deferred<void>();
    const forget = this.#outcome.onSettled(
      () => over.resolve(),
      () => over.resolve(),
    );
    try {
      await waitFor(over, wait);
    } finally {
      forget();
    }
  }
}

/** What it throws is an uncaught error of the program: nobody else could hear of it. */
function callBack(call: () => void): void {
  try {
    call();
  } catch (error) {
    setMicrotask(() => {
      throw error;
    });
  }
}
