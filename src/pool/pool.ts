/**
 * A fixed number of workers that run functions over items. Whether they are threads or processes is decided by the
 * factory that the pool is given.
 *
 *   running ──▶ closed ──▶ terminated      closed: no new work, the workers end by themselves when all calls are over
 *      └──────────────────────▶            terminated: unfinished calls reject, the workers are stopped
 */
import { waitFor, waitThrough } from "../future/wait-for.js";
import { stay } from "../pickle/registry.js";
import type { Travels } from "../pickle/travels.js";
import {
  checkFunction,
  checkInteger,
  checkOptions,
  checkTimeout,
  checkWait,
  type Wait,
} from "../platform/errors/arguments.js";
import { CancelledError, RuntimeError, TimeoutError } from "../platform/errors/errors.js";
import { CallSite } from "../platform/stacks/call-site.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import { displayProperty } from "../platform/words/display.js";
import { showAs } from "../platform/words/shown.js";
import { printError } from "../worker/print-error.js";
import { refuseSecondRun } from "../worker/second-run.js";
import { checkItems, type Items } from "./chunk-source.js";
import { Crew, type CrewOptions } from "./crew.js";
import { MapCall } from "./map-call.js";
import { Results } from "./results.js";

/** What a worker has to write when it ends is seldom more than this takes; what it holds on to may be for ever. */
const DEFAULT_GRACE = 5000;

/** Options of one map call. `timeout` (ms) and `signal` end the call and stop the workers that run it. */
export interface PoolMapOptions extends Wait {
  /** Items that travel and run together; 1 or more. Default: as Python where the length is known, else 1. */
  chunkSize?: number;
  /** Most items that are read from the input and have no result yet; 1 or more. Limits `chunkSize` as well. */
  bufferSize?: number;
  /** Called after each chunk with the number of items that are done, and of all items where it is known. */
  onProgress?: (done: number, total?: number) => void;
}

/**
 * What `Pool` and `ThreadPool` are made of; not public by itself.
 *
 * Python: multiprocessing.pool.Pool. Differs where Python hangs or loses something: a dead worker rejects the call, the
 * input is read as it is needed, a call can be cancelled.
 */
export class WorkerPool {
  static {
    stay(WorkerPool, import.meta.url, "WorkerPool");
    showAs<WorkerPool>(WorkerPool, {
      isMade: (pool) => #crew in pool,
      look: (pool) => ({ state: `size ${pool.size}, ${pool.#state}, calls ${pool.#calls.size}` }),
      hides: ["size"],
    });
  }

  /** Number of workers. */
  readonly size: number;
  readonly #crew: Crew;
  readonly #calls = new Set<MapCall>();
  /** Errors of calls that `terminate` has ended. */
  readonly #stops = new WeakSet<object>();
  #state: "running" | "closed" | "terminated" = "running";
  #grace = DEFAULT_GRACE;

  /**
   * Starts all workers.
   * @throws {TypeError | RangeError} if `size` is not an integer of 1 or more
   * @throws what the factory throws if it cannot start one; those already started are stopped
   */
  constructor(options: CrewOptions) {
    checkInteger("size of the pool", options.size, 1);
    refuseSecondRun("a pool");
    this.size = options.size;
    this.#crew = new Crew(options);
    this.#crew.start();
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
  map<T, R>(fn: (item: T) => R, items: Items<T> & Travels<T>, options: PoolMapOptions = {}): Promise<Awaited<R>[]> {
    return this.#launch("map", { fn, items, spread: false }, options, new CallSite(this.map));
  }

  /** As `map`, for items that are arrays of arguments: calls `fn(...item)`. */
  starmap<A extends readonly unknown[], R>(
    fn: (...args: [...A]) => R,
    items: Items<A> & Travels<A>,
    options: PoolMapOptions = {},
  ): Promise<Awaited<R>[]> {
    return this.#launch("starmap", { fn, items, spread: true }, options, new CallSite(this.starmap));
  }

  /**
   * Takes no more work; the workers end when what they have is done. Each of them then does what its tasks have left in the
   * event loop, such as writing what is in streams, runs its exit handlers and writes its coverage; `join` waits for that.
   *
   * @param options `grace`: how long a worker may take to have nothing left, in milliseconds, 0 or more. Then it is told to
   * exit, with exit handlers and coverage; if it is there after as long again, or at once with 0, it is stopped. Default 5000
   * @throws {TypeError | RangeError} if an option is unknown or not as described
   */
  close(options?: { readonly grace?: number }): void {
    checkOptions("close", options, ["grace"]);
    checkTimeout("close: grace", options?.grace);
    if (this.#state !== "running") return;
    this.#state = "closed";
    this.#grace = options?.grace ?? this.#grace;
    if (this.#calls.size === 0) this.#crew.dismiss(this.#grace);
  }

  /**
   * Waits until all workers are gone.
   * @returns false if that took longer than `timeout`
   * @throws {RuntimeError} before `close` or `terminate`
   */
  async join(wait: Wait = {}): Promise<boolean> {
    checkWait("join", wait);
    if (this.#state === "running") {
      throw new RuntimeError("Cannot join a pool that is still running: call close() or terminate() first");
    }
    return !(await waitFor(this.#crew.gone, wait)).timedOut;
  }

  /** Stops all workers at once; unfinished calls reject with CancelledError. Resolves when the workers are gone. */
  terminate(): Promise<void> {
    if (this.#state !== "terminated") {
      this.#state = "terminated";
      for (const call of [...this.#calls]) {
        const stop = call.site.giveTo(new CancelledError("the pool was terminated"));
        this.#stops.add(stop);
        call.abandon(stop);
      }
      this.#crew.stop();
    }
    return waitThrough(this.#crew.gone);
  }

  #launch<R>(where: string, work: Work, options: PoolMapOptions, site: CallSite): Promise<Awaited<R>[]> {
    const results = this.#call(where, work, options, site) as Promise<Awaited<R>[]>;
    const name = `${where} of a ${displayProperty(this.constructor, "name")} that nobody awaited`;
    return new Results(results, {
      isWished: (error) =>
        this.#stops.has(error as object) || (options?.signal?.aborted === true && error === options.signal.reason),
      print: (error) => printError(name, error),
    });
  }

  async #call(where: string, work: Work, options: PoolMapOptions, site: CallSite): Promise<unknown[]> {
    checkArguments(where, work, options);
    if (this.#state !== "running") throw new RuntimeError(`Cannot ${where}: the pool is ${this.#state}`);
    throwIfStopped(options);
    const { chunkSize, bufferSize, onProgress, timeout } = options;
    const call = new MapCall(this.#crew, this.size, { ...work, chunkSize, bufferSize, onProgress, site });
    const over = (): void => this.#over(call);
    call.result.onSettled(over, over);
    this.#calls.add(call);
    try {
      this.#crew.prepare(call);
      call.start();
      const outcome = await waitFor(call.result, options);
      if (!outcome.timedOut) return outcome.value;
      throw site.giveTo(new TimeoutError(`${where} did not finish within ${timeout} ms`));
    } catch (error) {
      // Does nothing if it was the call itself that failed.
      call.cancel(error);
      throw error;
    }
  }

  #over(call: MapCall): void {
    this.#calls.delete(call);
    this.#crew.forget(call);
    if (this.#state === "closed" && this.#calls.size === 0) this.#crew.dismiss(this.#grace);
  }
}

interface Work {
  readonly fn: (...args: never) => unknown;
  readonly items: Items<unknown>;
  readonly spread: boolean;
}

function checkArguments(where: string, { fn, items }: Work, options: PoolMapOptions): void {
  checkFunction(`${where}: fn`, fn);
  checkItems(`${where}: items`, items);
  checkWait(where, options, ["chunkSize", "bufferSize", "onProgress"]);
  if (options.chunkSize !== undefined) checkInteger(`${where}: chunkSize`, options.chunkSize, 1);
  if (options.bufferSize !== undefined) checkInteger(`${where}: bufferSize`, options.bufferSize, 1);
  if (options.onProgress !== undefined) checkFunction(`${where}: onProgress`, options.onProgress);
}
