/** What a pool of workers runs, threads or processes, under the names that Python gives it. */
import type { Travels } from "../pickle/travels.js";
import { wrongType } from "../platform/errors/arguments.js";
import { CallSite } from "../platform/stacks/call-site.js";
import { AsyncResult } from "./async-result.js";
import {
  CALLBACKS,
  type Callbacks,
  checkCallbacks,
  checkMapOptions,
  checkTaskOptions,
  type MapOptions,
  type TaskOptions,
} from "./call-options.js";
import type { Items } from "./chunk-source.js";
import { endWith } from "./end-with.js";
import { ItemStream } from "./item-stream.js";
import { checkWork, type ItemsWork, PoolRuns } from "./pool-runs.js";
import { ResultIterator } from "./result-iterator.js";

/**
 * What `Pool` and `ThreadPool` are made of; not public by itself.
 *
 * Python: multiprocessing.pool.Pool. Differs where Python hangs or loses something: a dead worker rejects what it ran, the
 * input is read as it is needed, a call can be cancelled.
 */
export class WorkerPool extends PoolRuns {
  /**
   * As `map`, one result after another in the order of the items: `for await (const result of pool.imap(fn, items))`. The input
   * is read as far as `bufferSize` says, at the call already, and further as results are taken: neither need end.
   *
   * An error of `fn`, or of the input, is thrown when its turn comes, after the results before it, and ends the iteration; so does
   * leaving the loop. What is not done then is given up. `next` may be given a timeout of its own.
   *
   * @throws {TypeError | RangeError} for wrong arguments, {RuntimeError} after `close` or `terminate`
   * @throws {PickleError} if `fn` cannot travel
   * @throws from the loop: as the promise of `map`
   */
  imap<T, R>(fn: (item: T) => R, items: Items<T> & Travels<T>, options: MapOptions = {}): ResultIterator<Awaited<R>> {
    const work = { where: "imap", fn, items, spread: false };
    return this.#stream(work, options, true, new CallSite(this.imap));
  }

  /** As `imap`, each result as soon as it is there: those of short items come before those of long ones. */
  imapUnordered<T, R>(
    fn: (item: T) => R,
    items: Items<T> & Travels<T>,
    options: MapOptions = {},
  ): ResultIterator<Awaited<R>> {
    const work = { where: "imapUnordered", fn, items, spread: false };
    return this.#stream(work, options, false, new CallSite(this.imapUnordered));
  }

  /** As `run`, with the arguments in an array, and options behind them. */
  apply<A extends readonly unknown[], R>(
    fn: (...args: [...A]) => R,
    args: A & Travels<A> = [] as unknown as A & Travels<A>,
    options: TaskOptions = {},
  ): Promise<Awaited<R>> {
    const site = CallSite.affordable(this.apply);
    return this.task("apply", fn, args, options, site, () => checkApply("apply", args, options));
  }

  /**
   * As `apply`, for who asks later: the result has `get`, `wait`, `ready` and `successful`, and may be told to callbacks.
   * @throws {TypeError | RangeError} for wrong callbacks; what else is wrong is the result's error
   */
  applyAsync<A extends readonly unknown[], R>(
    fn: (...args: [...A]) => R,
    args: A & Travels<A> = [] as unknown as A & Travels<A>,
    options: TaskOptions & Callbacks<Awaited<R>> = {},
  ): AsyncResult<Awaited<R>> {
    checkCallbacks("applyAsync", options);
    const site = CallSite.affordable(this.applyAsync);
    const check = (): void => checkApply("applyAsync", args, options, CALLBACKS);
    return AsyncResult.of(this.task<R>("applyAsync", fn, args, options, site, check), options);
  }

  /** As `map`, for who asks later; see `applyAsync`. */
  mapAsync<T, R>(
    fn: (item: T) => R,
    items: Items<T> & Travels<T>,
    options: MapOptions & Callbacks<Awaited<R>[]> = {},
  ): AsyncResult<Awaited<R>[]> {
    checkCallbacks("mapAsync", options);
    const work = { where: "mapAsync", fn, items, spread: false };
    return AsyncResult.of(this.collected<R>(work, options, new CallSite(this.mapAsync), CALLBACKS), options);
  }

  /** As `starmap`, for who asks later; see `applyAsync`. */
  starmapAsync<A extends readonly unknown[], R>(
    fn: (...args: [...A]) => R,
    items: Items<A> & Travels<A>,
    options: MapOptions & Callbacks<Awaited<R>[]> = {},
  ): AsyncResult<Awaited<R>[]> {
    checkCallbacks("starmapAsync", options);
    const work = { where: "starmapAsync", fn, items, spread: true };
    return AsyncResult.of(this.collected<R>(work, options, new CallSite(this.starmapAsync), CALLBACKS), options);
  }

  #stream<R>(work: ItemsWork, options: MapOptions, isOrdered: boolean, site: CallSite): ResultIterator<R> {
    const { where } = work;
    checkWork(work);
    checkMapOptions(where, options);
    this.core.checkRunning(where);
    options.signal?.throwIfAborted();
    const { chunkSize, bufferSize, onProgress } = options;
    const runner = this.runnerOf(work.fn, options, site);
    let letGo = (): void => {};
    const onOver = (): void => {
      letGo();
      this.over(stream);
    };
    const given = { ...work, chunkSize, bufferSize, onProgress, site, isOrdered, onOver };
    const stream = new ItemStream(runner, this.size, given);
    this.begun(stream);
    letGo = endWith(stream, where, options, site);
    stream.start();
    return ResultIterator.over(stream);
  }
}

function checkApply(where: string, args: unknown, options: TaskOptions, more: readonly string[] = []): void {
  if (!Array.isArray(args)) throw wrongType(`${where}: args`, "an array of arguments", args);
  checkTaskOptions(where, options, more);
}
