/** What a pool of workers runs, threads or processes: one task, or a function over items. */
import { waitFor } from "../future/wait-for.js";
import type { Travels } from "../pickle/travels.js";
import { checkFunction } from "../platform/errors/arguments.js";
import { TimeoutError } from "../platform/errors/errors.js";
import { CallSite } from "../platform/stacks/call-site.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import { checkMapOptions, checkTaskOptions, launchOptions, type MapOptions, type TaskOptions } from "./call-options.js";
import { checkItems, type Items } from "./chunk-source.js";
import type { ChunkRunner } from "./items-call.js";
import { MapCall } from "./map-call.js";
import { PoolLife } from "./pool-life.js";
import { taskCall } from "./task-call.js";

/** A pool as `with` gives it: what is run by it has these options. */
export interface Runs {
  /** As `run` of the pool. */
  run<A extends readonly unknown[], R>(fn: (...args: [...A]) => R, ...args: A & Travels<A>): Promise<Awaited<R>>;
}

/**
 * What `Pool` and `ThreadPool` are made of; not public by itself.
 *
 * Python: multiprocessing.pool.Pool. Differs where Python hangs or loses something: a dead worker rejects what it ran, the
 * input is read as it is needed, a call can be cancelled.
 */
export class WorkerPool extends PoolLife {
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
    return this.#run(fn, args, {}, CallSite.affordable(this.run));
  }

  /**
   * The same pool, with options for what is run: `pool.with({ signal, timeout: 500 }).run(fn, ...args)`.
   * @throws {TypeError | RangeError} if an option is unknown or not as described
   */
  with(options: TaskOptions): Runs {
    checkTaskOptions("with", options);
    const runs: Runs = {
      run: (fn, ...args) => this.#run(fn, args, options, CallSite.affordable(runs.run)) as never,
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
    return this.#map({ where: "map", fn, items, spread: false }, options, new CallSite(this.map));
  }

  /** As `map`, for items that are arrays of arguments: calls `fn(...item)`. */
  starmap<A extends readonly unknown[], R>(
    fn: (...args: [...A]) => R,
    items: Items<A> & Travels<A>,
    options: MapOptions = {},
  ): Promise<Awaited<R>[]> {
    return this.#map({ where: "starmap", fn, items, spread: true }, options, new CallSite(this.starmap));
  }

  #run<R>(
    fn: (...args: never) => R,
    args: readonly unknown[],
    options: TaskOptions,
    site: CallSite | undefined,
  ): Promise<Awaited<R>> {
    return this.promise("run", taskCall(this.core, { where: "run", fn, args, options, site }), options.signal);
  }

  #map<R>(work: ItemsWork, options: MapOptions, site: CallSite): Promise<Awaited<R>[]> {
    const call = this.#collect(work, options, site);
    return this.promise(work.where, (resolve, reject) => void call.then(resolve, reject), options?.signal);
  }

  async #collect(work: ItemsWork, options: MapOptions, site: CallSite): Promise<unknown[]> {
    const { where } = work;
    checkWork(work);
    checkMapOptions(where, options);
    this.core.checkRunning(where);
    throwIfStopped(options);
    const call = new MapCall(this.#runnerOf(work.fn, options, site), this.size, { ...given(options), ...work, site });
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

  /** Takes the function as it is now. */
  #runnerOf(fn: (...args: never) => unknown, options: MapOptions, site: CallSite): ChunkRunner {
    const { core } = this;
    const taken = core.take(fn);
    const each = { ...launchOptions(options), site };
    return {
      launch: (sink, form, items, inContext) => core.launch(sink, taken, form, items, "items", { ...each, inContext }),
      release: () => taken.release(),
      room: core.room,
    };
  }
}

interface ItemsWork {
  readonly where: string;
  readonly fn: (...args: never) => unknown;
  readonly items: Items<unknown>;
  readonly spread: boolean;
}

function checkWork({ where, fn, items }: ItemsWork): void {
  checkFunction(`${where}: fn`, fn);
  checkItems(`${where}: items`, items);
}

function given({ chunkSize, bufferSize, onProgress }: MapOptions): Pick<MapOptions, never> & {
  readonly chunkSize: number | undefined;
  readonly bufferSize: number | undefined;
  readonly onProgress: MapOptions["onProgress"];
} {
  return { chunkSize, bufferSize, onProgress };
}
