/**
 * Tasks that live and end together.
 *
 *   open ──body or join ends──▶ waiting for the children ──▶ closed
 *     └──failure, cancel(), outer cancellation──▶ cancelled: children end early, then closed
 *
 * Invariant: when a group is closed none of its tasks runs, and every error has been thrown to whoever opened it.
 *
 * Source: N. J. Smith, "Notes on structured concurrency" (2018); Trio's nursery; Python 3.11's TaskGroup.
 */
import { stay } from "../pickle/registry.js";
import { checkFunction, checkOptions, wrongType } from "../platform/errors/arguments.js";
import { showAs } from "../platform/words/shown.js";
import { visible } from "../platform/words/user-text.js";
import { isCancelled } from "./cancelled.js";
import { ChildTasks } from "./child-tasks.js";
import { ExceptionGroup } from "./exception-group.js";
import { enclosingScope } from "./runner.js";
import { Scope } from "./scope.js";
import type { Task, TaskBody, TaskOptions } from "./task.js";
import { checkTaskBody, checkTaskOptions } from "./task-arguments.js";

export interface TaskGroupOptions {
  /** For the message of the ExceptionGroup. */
  name?: string;
}

/**
 * Owns tasks: it ends when all of them have ended. If one fails, the others and the body are cancelled, and the group
 * throws an ExceptionGroup of all errors, also if it is only one.
 *
 * Python: `async with asyncio.TaskGroup() as group`.
 *
 * @example
 * import { sleep, TaskGroup } from "heddle/asyncio";
 *
 * await TaskGroup.run(async (group) => {
 *   group.createTask(() => sleep(10));
 *   group.createTask(() => sleep(10));
 * }); // both are done here
 */
export class TaskGroup implements AsyncDisposable {
  static {
    stay(TaskGroup, import.meta.url, "TaskGroup");
    showAs<TaskGroup>(TaskGroup, {
      isMade: (group) => #children in group,
      look: (group) => {
        const { closed, running } = group.#children;
        const name = group.#name === undefined ? "" : `${group.#name}, `;
        return { state: `${name}${closed ? "closed" : "open"}, tasks ${running}` };
      },
    });
  }

  readonly #name: string | undefined;
  readonly #children: ChildTasks;
  #joined = false;

  private constructor(options: TaskGroupOptions | undefined) {
    this.#name = options?.name;
    this.#children = new ChildTasks(new Scope(enclosingScope()), ["failed"]);
  }

  /**
   * Runs `body` in a new group, then waits for the group's tasks.
   *
   * @returns what `body` returned; undefined if `cancel()` interrupted it: say `{ cancellable: true }` to see that in
   * the type
   * @throws {ExceptionGroup} of the errors of the tasks and of the body
   * @throws {CancelledError} if the surrounding task or scope was cancelled and nothing failed
   */
  static run<T>(body: (group: TaskGroup) => PromiseLike<T> | T, options?: TaskGroupOptions): Promise<T>;
  static run<T>(
    body: (group: TaskGroup) => PromiseLike<T> | T,
    options: TaskGroupOptions & { cancellable: true },
  ): Promise<T | undefined>;
  static async run<T>(
    body: (group: TaskGroup) => PromiseLike<T> | T,
    options?: TaskGroupOptions & { cancellable?: boolean },
  ): Promise<T | undefined> {
    checkFunction("TaskGroup.run: body", body);
    checkGroupOptions("TaskGroup.run", options, ["name", "cancellable"]);
    const group = new TaskGroup(options);
    let result: T | undefined;
    try {
      result = await group.#children.scope.run(() => body(group));
    } catch (error) {
      await group.#bodyFailed(error);
      return undefined;
    }
    await group.#end();
    return result;
  }

  /**
   * Opens a group for an `await using` block, which must call `join` at its end: leaving without it, as an error in the
   * block does, cancels the tasks. The block itself is not inside the group: a failing task does not interrupt it.
   * (`await using` needs Node 24 or compilation.)
   */
  static open(options?: TaskGroupOptions): TaskGroup {
    checkGroupOptions("TaskGroup.open", options, ["name"]);
    return new TaskGroup(options);
  }

  /**
   * Starts a task in this group, also from within its tasks. In a cancelled group its body never runs.
   *
   * @throws {RuntimeError} if the group has ended
   * @throws {TypeError} if `body` is not a function, or an option is unknown or of a wrong type
   */
  createTask<T>(body: TaskBody<T>, options?: TaskOptions): Task<T> {
    checkTaskBody("createTask", body);
    checkTaskOptions("createTask", options);
    return this.#children.start(body, options);
  }

  /**
   * Ends the group early, without an error: cancels its tasks, and the body of `run`.
   * @returns false if it was cancelled before
   */
  cancel(reason?: unknown): boolean {
    return this.#children.scope.cancel(reason);
  }

  /**
   * Waits until all tasks have ended. When the waiting code is cancelled they are cancelled with it, and still awaited.
   *
   * @throws {ExceptionGroup} if tasks failed
   * @throws {CancelledError} if the surrounding task or scope was cancelled and nothing failed
   */
  async join(): Promise<void> {
    this.#joined = true;
    await this.#end();
  }

  /**
   * End of an `await using` block: cancels what `join` has not awaited, and waits for it. Without `join` the errors of
   * tasks are thrown here, so that they are not lost: together with an error of the block, as SuppressedError.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const { errors } = this.#children;
    if (!this.#joined) this.cancel("left the block of the group without join()");
    await this.#children.allEnded();
    if (!this.#joined && errors.length > 0) throw this.#failure(errors.splice(0));
  }

  async #end(): Promise<void> {
    const { scope, errors } = this.#children;
    await this.#children.allEnded();
    if (errors.length > 0) throw this.#failure(errors);
    if (scope.cancelledFromAbove) throw scope.parent!.error();
  }

  async #bodyFailed(error: unknown): Promise<void> {
    const { scope } = this.#children;
    const cancelled = isCancelled(error);
    const interrupted = cancelled && scope.cancelled;
    if (cancelled) scope.cancel(error);
    else this.#children.fail(error);
    await this.#end();
    // The CancelledError of another task that the body awaited: not ours to absorb.
    if (!interrupted) throw error;
  }

  #failure(errors: unknown[]): ExceptionGroup {
    const where = this.#name === undefined ? "a TaskGroup" : `TaskGroup ${visible(this.#name)}`;
    return new ExceptionGroup(`unhandled errors in ${where}`, errors);
  }
}

function checkGroupOptions(caller: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  checkOptions(caller, options, known);
  const { name, cancellable } = options as { name?: unknown; cancellable?: unknown };
  if (name !== undefined && typeof name !== "string") throw wrongType(`${caller}: name`, "a string", name);
  if (cancellable !== undefined && typeof cancellable !== "boolean") {
    throw wrongType(`${caller}: cancellable`, "a boolean", cancellable);
  }
}
