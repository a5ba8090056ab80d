/** What a pool of workers runs: one task, or a function over items whose results are collected. */
import { waitFor } from "../future/wait-for.js";
import type { Travels } from "../pickle/travels.js";
import { checkFunction } from "../platform/errors/arguments.js";
import { TimeoutError } from "../platform/errors/errors.js";
import { CallSite } from "../platform/stacks/call-site.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import { checkMapOptions, checkTaskOptions, type MapOptions, type TaskOptions } from "./call-options.js";
import { chunkRunner } from "./chunk-runner.js";
import { checkItems, type Items } from "./chunk-source.js";
import type { ChunkRunner } from "./items-call.js";
import { MapCall } from "./map-call.js";
import { PoolLife } from "./pool-life.js";
import type { Results } from "./results.js";
import { taskCall } from "./task-call.js";

/** A pool as `with` gives it: what is run by it has these options. */
export interface Runs {
  /** As `run` of the pool. */
  run<A extends readonly unknown[], R>(fn: (...args: [...A]) => R, ...args: A & Travels<A>): Promise<Awaited<R>>;
}

export abstract class PoolRuns extends PoolLife {
  /**
   * Calls `fn(...args)` in a worker. Function and arguments are copied at the call.
   *
   * The promise may be awaited late: a rejection before that is no unhandled one. If nobody has awaited it a second later, or
   * when the program ends, its error is printed, and the program ends with exit code 1 unless it has set one.
   *
   * @throws {TypeError} if `fn` is no function, {RuntimeError} after `close` or `terminate`, or if `maxQueue` tasks wait
   * @throws {PickleError} if `fn`, an argument or the result cannot travel
   * @throws {WorkerLostError} if the worker ends while it runs the task, or none can be started
   * @throws {CancelledError} on `terminate`; the cancellation error if the surrounding asyncio scope is cancelled
   * @throws otherwise what `fn` throws
   */
  run<A extends readonly unknown[], R>(fn: (...args: [...A]) => R, ...args: A & Travels<A>): Promise<Awaited<R>> {
    return this.task("run", fn, args, {}, CallSite.affordable(this.run));
  }

  /**
   * The same pool, with options for what is run: `pool.with({ signal, timeout: 500 }).run(fn, ...args)`.
   * @throws {TypeError | RangeError} if an option is unknown or not as described
   */
  with(options: TaskOptions): Runs {
    checkTaskOptions("with", options);
    const runs: Runs = {
      run: (fn, ...args) => this.task("run", fn, args, options, CallSite.affordable(runs.run)) as never,
    };
    return runs;
  }

  /**
   * Calls `fn` with each item and collects the results in the order of the items. What `fn` captures is copied at the call, an
   * item when it is read: at the call as many as `bufferSize` says, the others as results come.
   *
   * The promise may be awaited late: a rejection before that is no unhandled one. If nobody has awaited it a second later, or
   * when the program ends, its error is printed, and the program ends with exit code 1 unless it has set one; not so the
   * error of `terminate` or of an aborted `signal`.
   *
   * @throws {TypeError | RangeError} for wrong arguments, {RuntimeError} after `close` or `terminate`
   * @throws {PickleError} if `fn`, an item or a result cannot travel
   * @throws {WorkerLostError} if a worker ends while it runs an item of this call, or none can be started
   * @throws {TimeoutError} after `timeout`, `signal.reason` when the signal is aborted, {CancelledError} on `terminate`
   * @throws otherwise the first error thrown by `fn` (its chunk ends there, the other chunks are run first), or by the input
   */
  map<T, R>(fn: (item: T) => R, items: Items<T> & Travels<T>, options: MapOptions = {}): Promise<Awaited<R>[]> {
    return this.collected({ where: "map", fn, items, spread: false }, options, new CallSite(this.map));
  }

  /** As `map`, for items that are arrays of arguments: calls `fn(...item)`. */
  starmap<A extends readonly unknown[], R>(
    fn: (...args: [...A]) => R,
    items: Items<A> & Travels<A>,
    options: MapOptions = {},
  ): Promise<Awaited<R>[]> {
    return this.collected({ where: "starmap", fn, items, spread: true }, options, new CallSite(this.starmap));
  }

  /** @returns the promise of one task @param check throws if an argument is wrong @internal */
  protected task<R>(
    where: string,
    fn: (...args: never) => R,
    args: readonly unknown[],
    options: TaskOptions,
    site: CallSite | undefined,
    check?: () => void,
  ): Results<Awaited<R>> {
    return this.promise(where, taskCall(this.core, { where, fn, args, options, site, check }), options?.signal);
  }

  /** @returns the promise of a call over items @param more options that are known besides @internal */
  protected collected<R>(
    work: ItemsWork,
    options: MapOptions,
    site: CallSite,
    more: readonly string[] = [],
  ): Results<Awaited<R>[]> {
    const call = this.#collect(work, options, site, more);
    return this.promise(work.where, (resolve, reject) => void call.then(resolve, reject), options?.signal);
  }

  async #collect(work: ItemsWork, options: MapOptions, site: CallSite, more: readonly string[]): Promise<unknown[]> {
    const { where } = work;
    checkWork(work);
    checkMapOptions(where, options, more);
    this.core.checkRunning(where);
    throwIfStopped(options);
    const { chunkSize, bufferSize, onProgress } = options;
    const runner = this.runnerOf(work.fn, options, site);
    const call = new MapCall(runner, this.size, { ...work, chunkSize, bufferSize, onProgress, site });
    const over = (): void => this.over(call);
    call.result.onSettled(over, over);
    this.begun(call);
    try {
      call.start();
      const outcome = await waitFor(call.result, options);
      if (!outcome.timedOut) return outcome.value;
      throw site.giveTo(new TimeoutError(`${where} did not finish within ${options.timeout} ms`));
    } catch (error) {
      // Does nothing if it was the call itself that failed.
      call.cancel(error);
      throw error;
    }
  }

  /** Takes the function as it is now. @internal */
  protected runnerOf(fn: (...args: never) => unknown, options: MapOptions, site: CallSite): ChunkRunner {
    return chunkRunner(this.core, fn, options, site);
  }
}

/** A function and its items. */
export interface ItemsWork {
  readonly where: string;
  readonly fn: (...args: never) => unknown;
  readonly items: Items<unknown>;
  readonly spread: boolean;
}

/** @throws {TypeError} if it is no function, or there are no items */
export function checkWork({ where, fn, items }: ItemsWork): void {
  checkFunction(`${where}: fn`, fn);
  checkItems(`${where}: items`, items);
}
