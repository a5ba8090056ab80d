/** One task of a pool, from its launch until nothing of it is left with a worker. */
import type { LineTask } from "../channel/line/line.js";
import type { CallSite } from "../platform/stacks/call-site.js";
import type { Surroundings } from "../platform/waiting/context.js";
import { millisecondsSinceBirth } from "../platform/waiting/timers.js";
import type { Dispatched } from "./dispatcher.js";
import type { Launched, LaunchOptions, Sink } from "./sink.js";
import type { Tally } from "./tally.js";
import type { TaskFunction } from "./task-functions.js";

/** Who runs it. */
export interface TaskOwner {
  hasBegun(task: PoolTask): boolean;
  revoke(task: PoolTask): boolean;
  stop(task: PoolTask, error: unknown): void;
}

/**
 *   launched ──▶ over          its sink has heard, or was taken away
 *            ──▶ settled       no worker has it any more; over before, if it was stopped while it ran
 */
export class PoolTask implements LineTask, Dispatched, Launched {
  place = -1;
  retries: number;
  isOver = false;
  isSettled = false;
  readonly priority: number;
  readonly taskTimeout: number;
  readonly inContext: Surroundings | undefined;
  readonly site: CallSite | undefined;
  readonly sink: Sink;
  readonly fn: TaskFunction;
  readonly launchedAt = millisecondsSinceBirth();
  readonly #owner: TaskOwner;

  constructor(owner: TaskOwner, sink: Sink, fn: TaskFunction, options: LaunchOptions) {
    this.#owner = owner;
    this.sink = sink;
    this.fn = fn;
    this.retries = options.retries ?? 0;
    this.priority = options.priority ?? 0;
    this.taskTimeout = options.taskTimeout ?? Number.POSITIVE_INFINITY;
    this.inContext = options.inContext;
    this.site = options.site;
  }

  /** Tells its sink the result, if it is not over. @param ran milliseconds; NaN if that is not known */
  succeed(tally: Tally, value: unknown, ran: number): void {
    if (this.isOver) return;
    this.isOver = true;
    tally.count("done", this, ran);
    this.sink.taskDone(value, ran);
  }

  /** Tells its sink the error, if it is not over. */
  fail(tally: Tally, error: () => unknown, ran: number): void {
    if (this.isOver) return;
    this.isOver = true;
    tally.count("failed", this, ran);
    this.sink.taskFailed(error());
  }

  /** As `fail`, for one that is given up. @returns false if it was over */
  giveUp(tally: Tally, error: unknown): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.retries = 0;
    tally.cancelled++;
    this.sink.taskFailed(error);
    return true;
  }

  /** @returns an error that arises here, as one of the code that sent the task */
  sited<E extends Error>(error: E): E {
    return this.site?.giveTo(error) ?? error;
  }

  get hasBegun(): boolean {
    return this.#owner.hasBegun(this);
  }

  revoke(): boolean {
    return this.#owner.revoke(this);
  }

  stop(error: unknown): void {
    this.#owner.stop(this, error);
  }
}
