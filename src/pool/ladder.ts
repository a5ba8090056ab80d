/**
 * How a task that has begun is brought to its end: it is asked, has a while to end by itself, and then its worker is stopped.
 *
 *   running ──▶ asked ──ends within the grace──▶ over
 *                 └──▶ its worker is stopped ──▶ over
 *
 * The same for tasks that may run for a limited time only: their time begins when a worker is seen to have begun them.
 */
import type { Line, WorkerId } from "../channel/line/line.js";
import { TimeoutError } from "../platform/errors/errors.js";
import { LONGEST_TIMER } from "../platform/waiting/clock.js";
import { clearTimer, millisecondsSinceBirth, setRepeating, setTimer } from "../platform/waiting/timers.js";
import type { PoolTask } from "./task.js";

/** Least time between two looks at tasks whose time is limited, in milliseconds. */
const SHORTEST_LOOK = 2;
const LONGEST_LOOK = 50;

export class Ladder {
  readonly #grace: number;
  readonly #line: Line<PoolTask>;
  readonly #stopWorker: (worker: WorkerId) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Tasks whose time is limited, and since when they are seen to run. */
  readonly #limited = new Map<PoolTask, number>();
  #looking: NodeJS.Timeout | undefined;
  #interval = LONGEST_LOOK;

  constructor(grace: number, line: Line<PoolTask>, stopWorker: (worker: WorkerId) => void) {
    this.#grace = grace;
    this.#line = line;
    this.#stopWorker = stopWorker;
  }

  /** The task was begun, and nobody waits for it any more. */
  stop(task: PoolTask): void {
    this.#line.interrupt(task);
    if (this.#grace === 0) this.#end(task);
    else if (this.#grace !== Number.POSITIVE_INFINITY) this.#later(() => this.#end(task));
  }

  /** The task was offered: if its time is limited, that is seen to. */
  watch(task: PoolTask): void {
    if (task.taskTimeout === Number.POSITIVE_INFINITY) return;
    this.#limited.set(task, Number.NaN);
    const interval = Math.max(SHORTEST_LOOK, Math.min(this.#interval, task.taskTimeout / 10));
    if (this.#looking !== undefined && interval === this.#interval) return;
    clearTimer(this.#looking);
    this.#interval = interval;
    this.#looking = setRepeating(() => this.#look(), interval).unref();
  }

  close(): void {
    for (const timer of this.#timers) clearTimer(timer);
    this.#timers.clear();
    this.#limited.clear();
    this.#rest();
  }

  #end(task: PoolTask): void {
    if (task.isSettled) return;
    const worker = this.#line.runnerOf(task);
    if (worker !== undefined) this.#stopWorker(worker);
    // It was given to a worker that has not come to it, and has been asked to give it back.
    else this.#later(() => this.#end(task));
  }

  #later(end: () => void): void {
    // Nobody waits for it: a program that has nothing else to do ends, and the worker with it.
    const timer = setTimer(
      () => {
        this.#timers.delete(timer);
        end();
      },
      Math.min(Math.max(this.#grace, 1), LONGEST_TIMER),
    ).unref();
    this.#timers.add(timer);
  }

  #look(): void {
    const now = millisecondsSinceBirth();
    for (const [task, since] of this.#limited) {
      if (task.isOver || task.isSettled) this.#limited.delete(task);
      else if (this.#line.runnerOf(task) === undefined) this.#limited.set(task, Number.NaN);
      else if (Number.isNaN(since)) this.#limited.set(task, now);
      else if (now - since >= task.taskTimeout) this.#expire(task);
    }
    if (this.#limited.size === 0) this.#rest();
  }

  #expire(task: PoolTask): void {
    this.#limited.delete(task);
    task.stop(task.sited(new TimeoutError(`The task did not finish within ${task.taskTimeout} ms`)));
  }

  #rest(): void {
    clearTimer(this.#looking);
    this.#looking = undefined;
    this.#interval = LONGEST_LOOK;
  }
}
