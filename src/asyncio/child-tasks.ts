/**
 * The tasks of one owner that waits for all of them: what groups and gathers rest on.
 *
 *   open ──allEnded()──▶ open, somebody waits for the end ──last one ends──▶ closed
 *
 * Invariant: after the close no child runs and none can be added, so none is ever left alone.
 */
import { Subscribers } from "../future/subscribers.js";
import { RuntimeError } from "../platform/errors/errors.js";
import type { Scope } from "./scope.js";
import { startTask, type Task, type TaskBody, type TaskOptions } from "./task.js";
import type { Ending, TaskOwner } from "./task-owner.js";

export class ChildTasks implements TaskOwner {
  readonly scope: Scope;
  readonly unretrieved = undefined;
  /** What went wrong, in the order of time. */
  readonly errors: unknown[] = [];
  readonly #fatal: readonly Ending[];
  #running = 0;
  #closed = false;
  readonly #idle = new Subscribers<void>();

  /** @param fatal if one ends like this, it is an error of the whole, and the others are cancelled */
  constructor(scope: Scope, fatal: readonly Ending[]) {
    this.scope = scope;
    this.#fatal = fatal;
  }

  /** How many have not ended. */
  get running(): number {
    return this.#running;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws {RuntimeError} if all have ended and the owner has moved on */
  start<T>(body: TaskBody<T>, options?: TaskOptions): Task<T> {
    if (this.#closed) throw new RuntimeError("cannot create a task: the group has ended");
    this.#running++;
    return startTask(this, body, options);
  }

  taskEnded(ending: Ending, outcome: unknown): void {
    const obeyed = ending === "cancelled" && this.scope.cancelled;
    if (this.#fatal.includes(ending) && !obeyed) this.fail(outcome);
    if (--this.#running === 0) this.#idle.notify();
  }

  /** Something of the whole has failed: notes it and cancels the rest. */
  fail(error: unknown): void {
    this.errors.push(error);
    this.scope.cancel(error);
  }

  /** Waits for the last one, which a cancellation of the waiting code does not shorten; then nobody can join. */
  async allEnded(): Promise<void> {
    // Whoever runs between the last end and this going on may have started another.
    while (this.#running > 0) await new Promise<void>((resolve) => void this.#idle.add(resolve));
    this.#closed = true;
    this.scope.close();
  }
}
