/**
 * A pool from its first worker to its last: what it is made from, how it ends, and what there is to know of it. What it runs
 * is asked for by the methods of WorkerPool.
 *
 *   running ──▶ closed ──▶ terminated      closed: no new work, the workers end by themselves when all calls are over
 *      └──────────────────────▶            terminated: unfinished calls reject, the workers are stopped
 */
import { waitFor } from "../future/wait-for.js";
import { stay } from "../pickle/registry.js";
import { checkInteger, checkOptions, checkTimeout, checkWait, type Wait } from "../platform/errors/arguments.js";
import { CancelledError, RuntimeError, TimeoutError } from "../platform/errors/errors.js";
import type { CallSite } from "../platform/stacks/call-site.js";
import { displayProperty } from "../platform/words/display.js";
import { showAs } from "../platform/words/shown.js";
import { printError } from "../worker/print-error.js";
import { refuseSecondRun } from "../worker/second-run.js";
import type { ItemsCall } from "./items-call.js";
import type { BeginCall } from "./results.js";
import { Results } from "./results.js";
import type { Times } from "./tally.js";
import { TaskPool } from "./task-pool.js";
import type { TaskPoolOptions } from "./task-pool-options.js";

/** What a pool has done and does, at one moment. Times are in milliseconds, over all tasks that have ended. */
export interface PoolStatistics {
  /** Tasks that no worker has begun. A chunk of a `map` is one task. */
  readonly queued: number;
  /** Tasks that workers have begun. */
  readonly running: number;
  /** Tasks that have given a result. */
  readonly done: number;
  /** Tasks that have failed, those included that were lost with their worker. */
  readonly failed: number;
  /** Tasks that were given up by whoever asked for them. */
  readonly cancelled: number;
  /** How long tasks have run. */
  readonly runTime: Times;
  /** How long tasks have waited: from the call to the result, without their run. */
  readonly waitTime: Times;
}

/** A pool that nobody has any more, and nobody has closed, ends as one that is closed; none of its calls is under way then. */
const dropped = new FinalizationRegistry<TaskPool>((core) => core.close());

export abstract class PoolLife implements AsyncDisposable {
  static {
    stay(PoolLife, import.meta.url, "PoolLife");
    showAs<PoolLife>(PoolLife, {
      isMade: (pool) => #core in pool,
      look: (pool) => ({
        state: `size ${pool.size}, ${pool.#core.state}, calls ${pool.#calls.size + pool.#core.load.tasks}`,
      }),
      hides: ["size"],
    });
  }

  readonly #core: TaskPool;
  readonly #calls = new Set<ItemsCall>();
  /** Errors of calls that `terminate` has ended. */
  readonly #stops = new WeakSet<object>();
  #isClosed = false;
  #isTerminated = false;

  /**
   * Starts the first workers.
   * @throws {TypeError | RangeError} if the number of workers is not an integer of 1 or more
   * @throws what the factory throws if it cannot start one; those already started are stopped
   */
  constructor(options: TaskPoolOptions) {
    checkInteger("size of the pool", options.crowd.most, 1);
    refuseSecondRun("a pool");
    this.#core = new TaskPool(options);
    dropped.register(this, this.#core);
  }

  /** Most workers that there may be at a time. */
  get size(): number {
    return this.#core.crowd.most;
  }

  /**
   * Changes the number of workers while the pool works. Those that are too many end when what they run is done; which of them
   * is left to the pool. A pool with fewer `minWorkers` than `maxWorkers` keeps its least number, if that is not more.
   * @throws {TypeError | RangeError} if `size` is not an integer of 1 or more, {RuntimeError} after `close` or `terminate`
   */
  resize(size: number): void {
    checkInteger("resize: size", size, 1);
    this.#core.checkRunning("resize");
    const { least, most } = this.#core.crowd;
    this.#core.resize({ least: least === most ? size : Math.min(least, size), most: size });
  }

  /** @returns what the pool has done and does at this moment */
  statistics(): PoolStatistics {
    const { load, tally } = this.#core;
    const { running, tasks } = load;
    const { done, failed, cancelled, runTime, waitTime } = tally;
    return { queued: tasks - running, running, done, failed, cancelled, runTime, waitTime };
  }

  /**
   * Waits until the queue has room for another task: fewer wait than `maxQueue` says, or, without that, none does. With room
   * it resolves at once.
   * @throws {TimeoutError} after `timeout`, `signal.reason` when the signal is aborted
   */
  async drained(wait: Wait = {}): Promise<void> {
    checkWait("drained", wait);
    const { timedOut } = await waitFor(this.#core.load.room.sign, wait);
    if (timedOut) throw new TimeoutError(`The queue had no room within ${wait.timeout} ms`);
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
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#core.closing(options?.grace);
    this.#closeIfIdle();
  }

  /**
   * Waits until all workers are gone.
   * @returns false if that took longer than `timeout`
   * @throws {RuntimeError} before `close` or `terminate`
   */
  async join(wait: Wait = {}): Promise<boolean> {
    checkWait("join", wait);
    if (this.#core.state === "running") {
      throw new RuntimeError("Cannot join a pool that is still running: call close() or terminate() first");
    }
    return this.#core.join(wait);
  }

  /** Stops all workers at once; unfinished calls reject with CancelledError. Resolves when the workers are gone. */
  terminate(): Promise<void> {
    this.#isClosed = true;
    this.#isTerminated = true;
    for (const call of [...this.#calls]) call.cancel(this.#stopped(call.site));
    this.#core.terminate((task) => this.#stopped(task.site));
    return this.#core.whenGone();
  }

  /** Terminates the pool. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  /** @internal */
  protected get core(): TaskPool {
    return this.#core;
  }

  /** The pool stays until the call is over. @internal */
  protected begun(call: ItemsCall): void {
    this.#calls.add(call);
  }

  /** @internal */
  protected over(call: ItemsCall): void {
    this.#calls.delete(call);
    this.#closeIfIdle();
  }

  /** @returns the promise of a call, whose failure is told if nobody awaits it @internal */
  protected promise<T>(where: string, begin: BeginCall<unknown>, signal: AbortSignal | undefined): Results<T> {
    return new Results(begin as BeginCall<T>, {
      isWished: (error) =>
        this.#stops.has(Object(error) as object) || (signal?.aborted === true && error === signal.reason),
      print: (error) =>
        printError(`${where} of a ${displayProperty(this.constructor, "name")} that nobody awaited`, error),
    });
  }

  #stopped(site: CallSite | undefined): CancelledError {
    const error = new CancelledError("the pool was terminated");
    this.#stops.add(error);
    return site?.giveTo(error) ?? error;
  }

  #closeIfIdle(): void {
    if (this.#isClosed && !this.#isTerminated && this.#calls.size === 0) this.#core.close();
  }
}
