/** First in, first out; and what the queues have that know tasks, limits and an end. */
import { QueueItems, queueItemsSync } from "../channel/queue-items.js";
import { SharedObject } from "../objects/shared-object.js";
import type { Travels } from "../pickle/travels.js";
import { checkOptions, checkWait, checkWaitSync, type Wait, wrongType } from "../platform/errors/arguments.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import { BasicQueue } from "./basic-queue.js";
import { checkMaxsize, NO_WAIT } from "./limits.js";

/** What a queue is doing at one moment. */
export interface QueueStatistics {
  readonly qsize: number;
  readonly maxsize: number;
  readonly unfinishedTasks: number;
  readonly isShutdown: boolean;
  /** Threads and tasks that wait for an item. A thread that was killed while it waited stays counted. */
  readonly getters: number;
  /** Those that wait for room. */
  readonly putters: number;
  /** Those that wait for all tasks to be done. */
  readonly joiners: number;
}

/**
 * A queue of items that any thread puts and any thread takes, in the order of put. Items are copied, functions,
 * instances and shared objects included. It has no owner: any thread may end or die, also in the middle of a call; at
 * most the item in its hands is lost, and that stays unfinished.
 *
 * Python: queue.Queue. `maxsize` 0 or less means without limit.
 *
 * @example
 * import { Queue } from "heddle/queue";
 * import { Thread } from "heddle/threading";
 *
 * const tasks = new Queue<string>();
 * const work = () => { for (;;) { console.log(tasks.getSync().toUpperCase()); tasks.taskDone(); } };
 * new Thread({ target: work, daemon: true }).start();
 * for (const task of ["spin", "weave"]) await tasks.put(task);
 * await tasks.join(); // SPIN and WEAVE are printed
 */
export class Queue<T = unknown> extends BasicQueue<T> implements AsyncIterable<T> {
  static {
    SharedObject.register(Queue, import.meta.url, "Queue");
  }

  /**
   * @param maxsize most items in the queue, an int32; left out, 0 or less: without limit
   * @throws {TypeError | RangeError} if maxsize is not such an integer
   */
  constructor(maxsize: number | { maxsize?: number } = 0) {
    super(checkMaxsize("Queue", maxsize));
  }

  /** Most items that the queue holds; 0 or less: without limit. */
  override get maxsize(): number {
    return super.maxsize;
  }

  /** True if there is no room at this moment. */
  get full(): boolean {
    const { qsize, maxsize } = this;
    return maxsize > 0 && qsize >= maxsize;
  }

  /** Items put whose `taskDone` has not been called. */
  get unfinishedTasks(): number {
    return this.core.unfinished;
  }

  /** True once `shutdown` was called, in whatever thread. */
  get isShutdown(): boolean {
    return this.core.isShutDown;
  }

  /** Adds a copy of the item if there is room. @returns false if there is none @throws {ShutDown} */
  tryPut(item: T & Travels<T>): boolean {
    return this.putAtOnce(item);
  }

  /** Takes the next item. @returns undefined if there is none @throws {ShutDown} if there will be none any more */
  tryGet(): T | undefined {
    return this.takeOr(undefined);
  }

  /**
   * Says that an item taken before is done; `join` returns when all are.
   *
   * @throws {RangeError} if called more often than items were put
   */
  taskDone(): void {
    this.core.taskDone();
  }

  /** Waits until every item put so far, and until then, is done. @returns false if the timeout came first */
  async join(wait: Wait = {}): Promise<boolean> {
    checkWait("join", wait);
    return this.core.join(wait);
  }

  /** As `join`, blocking the calling thread. */
  joinSync(wait?: { timeout?: number }): boolean {
    checkWaitSync("joinSync", wait);
    return this.core.joinSync(wait?.timeout);
  }

  /**
   * Ends the queue for all threads: from now on `put` throws ShutDown, and so does `get` when the items left are taken.
   * Who waits is told at once. Calling it again does no harm.
   *
   * @param options `immediate`: the items left are dropped, and count as done
   */
  shutdown(options?: { immediate?: boolean }): void {
    checkOptions("shutdown", options, ["immediate"]);
    const immediate = options?.immediate ?? false;
    if (typeof immediate !== "boolean") throw wrongType("shutdown: immediate", "true or false", immediate);
    this.core.shutdown(immediate);
    this.emptyWaste();
  }

  /**
   * Takes items as they come, until the queue is shut down and empty. Does not call `taskDone`. Leaving (`break`, or
   * `return()` while `next()` waits) takes no item.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return new QueueItems<T>({
      takeOr: (none) => {
        throwIfStopped(NO_WAIT);
        return this.takeOr(none);
      },
      get: (wait) => this.get(wait),
    });
  }

  /** As `for await` over the queue, blocking the calling thread while there is no item. */
  itemsSync(): IterableIterator<T> {
    return queueItemsSync(() => this.getSync());
  }

  /** @internal */
  protected override describe(): string {
    const { qsize, maxsize, unfinishedTasks, isShutdown } = this;
    const size = maxsize > 0 ? `${qsize}/${maxsize}` : `${qsize}`;
    return `qsize ${size}, unfinished ${unfinishedTasks}${isShutdown ? ", shut down" : ""}`;
  }

  /** @returns numbers of one moment; those who wait are counted right after it */
  statistics(): QueueStatistics {
    return { ...this.core.state, maxsize: this.maxsize, ...this.core.sleepers };
  }
}
