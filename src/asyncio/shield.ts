/** The two ways between a cancellation and a wait: keep it out, or let it in where it would not reach. */
import { checkOptions, checkTimeout, wrongType } from "../platform/errors/arguments.js";
import { NO_LIMITS, stoppable } from "../platform/waiting/stoppable.js";
import { enclosingScope } from "./runner.js";
import { currentScope, refused, Scope } from "./scope.js";
import { timeout } from "./timeout.js";

/**
 * Given a function: runs it to its end although the surrounding task or scope is cancelled, which it notices at its next
 * wait after the shield. For cleanup that waits. Given a promise: the same as `cancellable(promise)`.
 *
 * Python: `asyncio.shield(aw)` is the second form: the waiting ends, and the work goes on without an owner.
 *
 * @param options `timeout`: longest time to shield, in milliseconds, 0 or more; left out: without limit
 * @throws {TimeoutError} if the function has not ended after `timeout`
 * @throws {TypeError | RangeError} if an argument or option is not as above
 * @example
 * import { createTask, shield, sleep } from "heddle/asyncio";
 *
 * const task = createTask(async () => {
 *   try {
 *     await sleep(60_000);
 *   } finally {
 *     await shield(() => sleep(10)); // saying goodbye takes a moment
 *   }
 * });
 * await sleep(0);
 * await task.cancelAndWait();
 */
export function shield<T>(work: () => PromiseLike<T> | T, options?: { timeout?: number }): Promise<T>;
export function shield<T>(work: PromiseLike<T>): Promise<T>;
export async function shield<T>(
  work: (() => PromiseLike<T> | T) | PromiseLike<T>,
  options?: { timeout?: number },
): Promise<T> {
  if (typeof work !== "function") return cancellable(work);
  checkOptions("shield", options, ["timeout"]);
  const limit = options?.timeout;
  checkTimeout("shield: timeout", limit);
  const scope = new Scope(enclosingScope(), { shield: true });
  try {
    return await scope.run(() => (limit === undefined ? work() : timeout(limit, work)));
  } finally {
    scope.close();
  }
}

/**
 * Waits for a promise that knows nothing of cancellation, but stops waiting at once when the calling code is cancelled.
 * The promise itself goes on; its error, should it come later, is dropped.
 *
 * @throws {TypeError} if it is not a promise
 */
export async function cancellable<T>(promise: PromiseLike<T>): Promise<T> {
  if (!isPromiseLike(promise)) throw wrongType("cancellable: promise", "a promise", promise);
  const scope = currentScope();
  if (scope === undefined) return promise;
  const taken = Promise.resolve(promise);
  if (scope.cancelled) {
    taken.catch(() => {});
    return refused(scope);
  }
  return stoppable<T>(NO_LIMITS, (waiting) => {
    taken.then(
      (value) => waiting.resolve(value),
      (error) => waiting.reject(error),
    );
    return undefined;
  });
}

/** @returns true if `value` can be awaited for a result */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
