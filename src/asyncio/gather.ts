/**
 * Several pieces of work at once, their results in order.
 *
 * Functions are owned: each becomes a task that has ended when `gather` ends. Tasks and promises are not: they are only
 * waited for, and live on if the waiting ends.
 */
import { checkOptions, wrongType } from "../platform/errors/arguments.js";
import { isCancelled } from "./cancelled.js";
import { ChildTasks } from "./child-tasks.js";
import { enclosingScope } from "./runner.js";
import { Scope } from "./scope.js";
import { cancellable, isPromiseLike } from "./shield.js";
import type { Task, TaskBody } from "./task.js";
import { checkTaskBody } from "./task-arguments.js";

/** What can be gathered: a function to run, a task, or a promise. */
export type Gatherable<T = unknown> = TaskBody<T> | PromiseLike<T>;

type ResultOf<O> = O extends () => infer R ? Awaited<R> : Awaited<O>;

/** The results of `gather`, in the order of what was given. */
export type GatherResults<T extends readonly Gatherable[]> = { -readonly [K in keyof T]: ResultOf<T[K]> };

/** The same with `returnExceptions`: anything can have been thrown. */
export type GatherOutcomes<T extends readonly Gatherable[]> = { -readonly [K in keyof T]: ResultOf<T[K]> | unknown };

/**
 * Runs functions as tasks, side by side, and waits for them and for the tasks and promises given.
 *
 * The first error is thrown as it is, after the tasks made here were cancelled and have ended. With `returnExceptions`
 * nothing is cancelled, and errors stand among the results.
 *
 * Python: takes its awaitables one by one, and lets the others run on after the first error.
 *
 * @returns the results in the order of `operations`, whatever the order in which they came
 * @throws the first error
 * @throws {CancelledError} if the surrounding task or scope is cancelled
 * @throws {TypeError} if `operations` is not an array of functions, tasks and promises
 * @example
 * import { gather, sleep } from "heddle/asyncio";
 *
 * const say = async (ms: number, word: string) => {
 *   await sleep(ms);
 *   return word;
 * };
 * console.log(await gather([() => say(20, "Good"), () => say(10, "Morning")])); // [ 'Good', 'Morning' ]
 */
export function gather<T extends readonly Gatherable[] | []>(
  operations: T,
  options?: { returnExceptions?: false },
): Promise<GatherResults<T>>;
export function gather<T extends readonly Gatherable[] | []>(
  operations: T,
  options: { returnExceptions: boolean },
): Promise<GatherOutcomes<T>>;
export async function gather(
  operations: readonly Gatherable[],
  options?: { returnExceptions?: boolean },
): Promise<unknown[]> {
  checkGather(operations, options);
  const returnExceptions = options?.returnExceptions ?? false;
  const scope = new Scope(enclosingScope());
  const children = new ChildTasks(scope, returnExceptions ? [] : ["failed", "cancelled"]);
  const results: unknown[] = new Array(operations.length);
  const owned: (Task<unknown> | undefined)[] = new Array(operations.length);
  const given: Promise<void>[] = [];

  const waitFor = async (promise: PromiseLike<unknown>, index: number): Promise<void> => {
    try {
      results[index] = await cancellable(promise);
    } catch (error) {
      if (returnExceptions) results[index] = error;
      // In a cancelled scope a cancelled wait only echoes what is thrown below.
      else if (!scope.cancelled || !isCancelled(error)) children.fail(error);
    }
  };
  scope.run(() => {
    operations.forEach((operation, index) => {
      if (typeof operation === "function") owned[index] = children.start(operation);
      else given.push(waitFor(operation, index));
    });
  });

  await Promise.all(given);
  await children.allEnded();
  if (children.errors.length > 0) throw children.errors[0];
  if (scope.cancelledFromAbove) throw scope.parent!.error();
  owned.forEach((task, index) => {
    if (task !== undefined) results[index] = returnExceptions ? outcomeOf(task) : task.result();
  });
  return results;
}

/** @returns the result or what was thrown */
function outcomeOf(task: Task<unknown>): unknown {
  try {
    return task.result();
  } catch (error) {
    return error;
  }
}

function checkGather(operations: readonly unknown[], options: { returnExceptions?: boolean } | undefined): void {
  if (!Array.isArray(operations)) {
    throw wrongType("gather: operations", "an array of functions, tasks and promises", operations);
  }
  for (let index = 0; index < operations.length; index++) {
    const operation: unknown = operations[index];
    if (typeof operation === "function") checkTaskBody("gather", operation);
    else if (!isPromiseLike(operation)) {
      throw wrongType(`gather: operations[${index}]`, "a function, a task or a promise", operation);
    }
  }
  if (options === undefined) return;
  checkOptions("gather", options, ["returnExceptions"]);
  const { returnExceptions } = options;
  if (returnExceptions !== undefined && typeof returnExceptions !== "boolean") {
    throw wrongType("gather: returnExceptions", "a boolean", returnExceptions);
  }
}
