/** What carries out calls and gives a future for each; what all executors have in common. */
import { availableParallelism } from "node:os";
import type { Travels } from "../pickle/travels.js";
import {
  checkFlag,
  checkFunction,
  checkInteger,
  checkOptions,
  checkWait,
  type Wait,
} from "../platform/errors/arguments.js";
import { checkItems, type Items } from "../pool/chunk-source.js";
import type { Future } from "./future.js";
import { OrderedResults } from "./ordered-results.js";
import { submitWith } from "./submit-with.js";

/** The part of an executor that takes calls. */
export interface Submitter {
  /** Calls `fn` with `args`, somewhere, some time. @returns the future of what it returns */
  submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A & Travels<A>): Future<Awaited<R>>;
}

/** Options of `map`. `timeout`, from the call on, and `signal` end it: what has not begun is cancelled. */
export interface ExecutorMapOptions extends Wait {
  /** Most items that are read and whose results are not taken yet; 1 or more. Default: twice the number of workers. */
  bufferSize?: number;
  /** Items that travel and run together, where that saves something; 1 or more. Default 1. */
  chunkSize?: number;
}

/** Options of `shutdown`. */
export interface ShutdownOptions {
  /** False: the promise resolves at once. What was submitted is done all the same. Default true. */
  readonly wait?: boolean;
  /** Cancels what has not begun. Default false. */
  readonly cancelFutures?: boolean;
}

/** Items for each worker: one that runs, one to go on with. */
const AHEAD = 2;

/**
 * Carries out calls. A class of one's own needs a `submit`: `map` and `with` are made of it.
 *
 * Python: concurrent.futures.Executor. `map` reads its input as results are taken, not at once; `with` is an addition.
 *
 * @example
 * import { Executor, Future } from "heddle/futures";
 *
 * class Inline extends Executor {
 *   submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Future<Awaited<R>> {
 *     const future = new Future<Awaited<R>>();
 *     const call = async (): Promise<Awaited<R>> => await fn(...args);
 *     call().then((value) => future.setResult(value), (error: unknown) => future.setException(error));
 *     return future;
 *   }
 * }
 * for await (const square of new Inline().map((n) => n * n, [1, 2, 3])) console.log(square);
 */
export abstract class Executor implements Submitter, AsyncDisposable {
  /**
   * Has `fn(...args)` carried out. @returns the future of what it returns
   *
   * @throws {RuntimeError} after `shutdown`
   */
  abstract submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A & Travels<A>): Future<Awaited<R>>;

  /**
   * The same executor with options for each call: `executor.with({ signal }).submit(fn, x)`. `timeout` bounds the whole call,
   * `signal` ends it: the future fails with TimeoutError or `signal.reason` at once, and the work is taken back if it has not
   * begun.
   *
   * @throws {TypeError | RangeError} if an option is unknown or not as described
   */
  with(options: Wait): Submitter {
    checkWait("with", options);
    return { submit: (fn, ...args) => submitWith(options, () => this.submit(fn, ...args)) };
  }

  /**
   * Calls `fn` with each item, and gives the results in the order of the items. The calls begin at once; the input is read as
   * far as `bufferSize` says, and further as results are taken. Leaving the loop cancels what has not begun.
   *
   * The error of a call is thrown when its turn comes, and ends the loop, as does an error of the input.
   *
   * @throws {TypeError | RangeError} for wrong arguments, {RuntimeError} after `shutdown`
   * @throws {TimeoutError} from the loop, `timeout` after the call; `signal.reason` when the signal is aborted
   */
  map<T, R>(
    fn: (item: T) => R,
    items: Items<T> & Travels<T>,
    options: ExecutorMapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    checkMap(fn, items, options);
    const size = options.bufferSize ?? AHEAD * availableParallelism();
    const submit = (item: T): Future<Awaited<R>> => this.submit<[T], R>(fn, item as T & Travels<[T]>);
    return new OrderedResults({ items, size, submit }, options);
  }

  /**
   * Takes no more calls. What an executor has of its own ends with the last one. The default does nothing but check: the
   * executor has nothing of its own.
   *
   * @returns what resolves when that has ended
   * @throws {TypeError} if an option is unknown or not as described
   */
  async shutdown(options?: ShutdownOptions): Promise<void> {
    checkShutdown(options);
  }

  /** End of an `await using` block: `shutdown()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }
}

/** @throws {TypeError | RangeError} for wrong arguments of `map` */
export function checkMap(
  fn: unknown,
  items: unknown,
  options: ExecutorMapOptions,
  known: readonly string[] = [],
): void {
  checkFunction("map: fn", fn);
  checkItems("map: items", items);
  checkWait("map", options, ["bufferSize", "chunkSize", ...known]);
  if (options.bufferSize !== undefined) checkInteger("map: bufferSize", options.bufferSize, 1);
  if (options.chunkSize !== undefined) checkInteger("map: chunkSize", options.chunkSize, 1);
}

/** @throws {TypeError} for wrong options of `shutdown` */
export function checkShutdown(options: ShutdownOptions | undefined): void {
  checkOptions("shutdown", options, ["wait", "cancelFutures"]);
  checkFlag("shutdown: wait", options?.wait);
  checkFlag("shutdown: cancelFutures", options?.cancelFutures);
}
