/** Starting tasks that belong to no group, and seeing which there are. */
import { currentRunner } from "./runner.js";
import { currentScope } from "./scope.js";
import { startTask, type Task, type TaskBody, type TaskOptions } from "./task.js";
import { checkTaskBody, checkTaskOptions } from "./task-arguments.js";

/**
 * Starts `body` as a task of its own. It starts in the next microtask, in the order of creation, unless `eager`.
 *
 * It belongs to the surrounding `run`, which cancels and awaits it when it ends; outside of any `run`, to the process.
 * To own it where you are, use a TaskGroup.
 *
 * Python: takes a coroutine. Here it is a function, because a promise is work that has begun already: too late to own.
 *
 * @throws {TypeError} if `body` is not a function, or an option is unknown or of a wrong type
 * @example
 * import { createTask, sleep } from "heddle/asyncio";
 *
 * const nap = createTask(() => sleep(10), { name: "nap" });
 * await nap;
 */
export function createTask<T>(body: TaskBody<T>, options?: TaskOptions): Task<T> {
  checkTaskBody("createTask", body);
  checkTaskOptions("createTask", options);
  return startTask(currentRunner(), body, options);
}

/** @returns the task that the calling code runs in, or null outside of any */
export function currentTask(): Task<unknown> | null {
  return currentScope()?.task ?? null;
}

/** @returns the tasks that are not done: of the surrounding `run`, or, outside of any, of the process */
export function allTasks(): Set<Task<unknown>> {
  return currentRunner().tasks();
}
