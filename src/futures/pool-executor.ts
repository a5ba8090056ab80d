/**
 * An executor over a pool of workers; which ones is decided by who extends it.
 *
 *   running ──shutdown──▶ shut down ──the last future is done──▶ its workers end
 *      └──terminateWorkers──────────▶ terminated: what is not done fails with BrokenExecutor
 *
 * Invariant: while one of its futures is not done the program stays alive, also if nobody waits for it.
 */
import { Form } from "../channel/line/line.js";
import { PickleError } from "../pickle/errors.js";
import { stay } from "../pickle/registry.js";
import type { Travels } from "../pickle/travels.js";
import { checkFunction } from "../platform/errors/arguments.js";
import { CancelledError, RuntimeError } from "../platform/errors/errors.js";
import { CallSite } from "../platform/stacks/call-site.js";
import { displayProperty } from "../platform/words/display.js";
import { showAs } from "../platform/words/shown.js";
import type { BrokenExecutor } from "../pool/broken-executor.js";
import {
  checkMapOptions,
  checkTaskOptions,
  launchOptions,
  type MapOptions,
  type TaskOptions,
} from "../pool/call-options.js";
import { chunkRunner } from "../pool/chunk-runner.js";
import { checkItems, type Items } from "../pool/chunk-source.js";
import { endWith } from "../pool/end-with.js";
import { ItemStream } from "../pool/item-stream.js";
import { ResultIterator } from "../pool/result-iterator.js";
import type { TaskFunction } from "../pool/task-functions.js";
import { TaskPool } from "../pool/task-pool.js";
import type { TaskPoolOptions } from "../pool/task-pool-options.js";
import { refuseSecondRun } from "../worker/second-run.js";
import { checkShutdown, Executor, type ShutdownOptions, type Submitter } from "./executor.js";
import { type Future, stopWith } from "./future.js";
import { limit } from "./limit.js";
import { OpenFutures } from "./open-futures.js";
import { TaskFuture } from "./task-future.js";

const NO_OPTIONS: TaskOptions = {};

/** Of an executor that nobody has any more the workers end, when what was submitted is done. */
const dropped = new FinalizationRegistry<TaskPool>((core) => core.close());

export abstract class PoolExecutor extends Executor {
  static {
    stay(PoolExecutor, import.meta.url, "PoolExecutor");
    showAs<PoolExecutor>(PoolExecutor, {
      isMade: (executor) => #core in executor,
      look: (executor) => ({
        state: `${executor.#core.crowd.most} workers, ${executor.#state}, futures ${executor.#futures.count}`,
      }),
    });
  }

  readonly #core: TaskPool;
  readonly #futures: OpenFutures;
  /** Of `map`. */
  readonly #streams = new Set<ItemStream>();
  #state: "running" | "shut down" | "terminated" = "running";

  constructor(options: TaskPoolOptions) {
    super();
    refuseSecondRun("an executor");
    this.#core = new TaskPool(options);
    this.#futures = new OpenFutures(displayProperty(this.constructor, "name") || "Executor");
    dropped.register(this, this.#core);
  }

  /**
   * Has `fn(...args)` carried out by a worker. Function and arguments are copied at the call; if they cannot travel, the
   * future fails with the PickleError that says so.
   *
   * @returns the future of what it returns. It fails with what the function throws, with WorkerLostError if the worker ends
   * before it has answered, and with PickleError if the result cannot travel
   * @throws {TypeError} if `fn` is no function, {RuntimeError} after `shutdown`
   * @throws {BrokenExecutor} if the initializer has failed, or after `terminateWorkers`
   */
  override submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A & Travels<A>): Future<Awaited<R>> {
    return this.#submit(fn, args, NO_OPTIONS, CallSite.affordable(this.submit));
  }

  /**
   * The same executor with options for each call: `executor.with({ signal }).submit(fn, x)`. `timeout` and `signal` end the
   * call: its future fails at once, and what runs of it is asked to stop (`cancelled()`, `currentThread().signal`); if it
   * goes on, its worker is replaced.
   *
   * @throws {TypeError | RangeError} if an option is unknown or not as described
   */
  override with(options: TaskOptions): Submitter {
    checkTaskOptions("with", options);
    const submitter: Submitter = {
      submit: (fn, ...args) => this.#submit(fn, args, options, CallSite.affordable(submitter.submit)),
    };
    return submitter;
  }

  /**
   * Calls `fn` with each item, and gives the results in the order of the items. The calls begin at once; the input is read as
   * far as `bufferSize` says, and further as results are taken. What `fn` captures is copied at the call, an item when it is
   * read. When the loop is left, by `break`, an error, `timeout` or `signal`, all that runs of it is stopped.
   *
   * The error of a call is thrown when its turn comes, and ends the loop, as does an error of the input.
   *
   * @throws {TypeError | RangeError} for wrong arguments, {RuntimeError} after `shutdown`, {PickleError} if `fn` cannot travel
   * @throws {TimeoutError} from the loop, `timeout` after the call; `signal.reason` when the signal is aborted
   */
  override map<T, R>(
    fn: (item: T) => R,
    items: Items<T> & Travels<T>,
    options: MapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    checkFunction("map: fn", fn);
    checkItems("map: items", items);
    checkMapOptions("map", options);
    this.checkOpen("map");
    options.signal?.throwIfAborted();
    const site = new CallSite(this.map);
    const { chunkSize, bufferSize, onProgress } = options;
    let letGo = (): void => {};
    const onOver = (): void => {
      letGo();
      this.#streams.delete(stream);
    };
    const given = { items, spread: false, chunkSize, bufferSize, onProgress, site, isOrdered: true, onOver };
    const stream = new ItemStream(chunkRunner(this.#core, fn, options, site), this.#core.crowd.most, given);
    this.#streams.add(stream);
    letGo = endWith(stream, "map", options, site);
    stream.start();
    return ResultIterator.over(stream);
  }

  /**
   * Takes no more calls. Those that are submitted are done, or cancelled with `cancelFutures` if they have not begun; then
   * the workers end. May be called again, to wait.
   *
   * @returns what resolves when the workers are gone; with `wait: false` at once
   * @throws {TypeError} if an option is unknown or not as described
   */
  override async shutdown(options?: ShutdownOptions): Promise<void> {
    checkShutdown(options);
    if (this.#state === "running") this.#state = "shut down";
    if (options?.cancelFutures) this.#cancelWaiting();
    this.#core.close();
    if (options?.wait !== false) await this.#core.join({});
  }

  /**
   * Ends the executor and its workers at once, whatever they do: what is not done fails with BrokenExecutor, as does every
   * further `submit`. Does nothing to an executor that has ended.
   *
   * @returns what resolves when the workers are gone
   */
  terminateWorkers(): Promise<void> {
    if (this.#state !== "terminated") {
      this.#state = "terminated";
      const stop = this.broken("The workers of the executor were terminated");
      this.#futures.stop = stop;
      this.#core.terminate(() => stop);
    }
    return this.#core.whenGone();
  }

  /** Shuts down and waits; if that is cancelled, with the asyncio scope around it, the workers are terminated. */
  override async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.shutdown();
    } catch (error) {
      await this.terminateWorkers();
      throw error;
    }
  }

  /** @internal */
  protected abstract broken(message: string): BrokenExecutor;

  /** @internal */
  protected get core(): TaskPool {
    return this.#core;
  }

  /** @throws {RuntimeError} if it takes no more calls @internal */
  protected checkOpen(where: string): void {
    if (this.#state === "terminated") throw this.broken(`Cannot ${where}: the workers of the executor were terminated`);
    if (this.#state === "shut down") throw new RuntimeError(`Cannot ${where}: the executor is shut down`);
    this.#core.checkRunning(where);
  }

  #submit<R>(
    fn: (...args: never) => R,
    args: readonly unknown[],
    options: TaskOptions,
    site: CallSite | undefined,
  ): Future<Awaited<R>> {
    checkFunction("submit: fn", fn);
    this.checkOpen("submit");
    const future = new TaskFuture<Awaited<R>>(this.#futures);
    this.#futures.futureMade();
    if (options.signal?.aborted) stopWith(future, options.signal.reason);
    else this.#launch(future, fn, args, options, site);
    return future;
  }

  #launch(
    future: TaskFuture<unknown>,
    fn: (...args: never) => unknown,
    args: readonly unknown[],
    options: TaskOptions,
    site: CallSite | undefined,
  ): void {
    const how = options === NO_OPTIONS ? { site } : { ...launchOptions(options), site };
    let taken: TaskFunction;
    try {
      taken = this.#core.take(fn);
    } catch (error) {
      return failUnsent(future, error);
    }
    try {
      future.launchedAs(this.#core.launch(future, taken, Form.SPREAD, args, "args", how));
    } catch (error) {
      failUnsent(future, error);
    } finally {
      taken.release();
    }
    if (options !== NO_OPTIONS) limit(future, options, (error) => future.stop(error));
  }

  #cancelWaiting(): void {
    for (const { sink } of this.#core.unfinished()) if (sink instanceof TaskFuture) sink.cancel();
    for (const stream of this.#streams) stream.cancel(new CancelledError("the executor was shut down"));
  }
}

/** What cannot travel is an error of the call. @throws any other error */
function failUnsent(future: TaskFuture<unknown>, error: unknown): void {
  if (error instanceof PickleError) return future.taskFailed(error);
  stopWith(future, error);
  throw error;
}
