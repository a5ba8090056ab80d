/** Asking about cancellation without waiting. */
import { CancelledError } from "../platform/errors/errors.js";
import { displayProperty, isError } from "../platform/words/display.js";
import { currentScope } from "./scope.js";

/**
 * @returns true for a CancelledError, and for the AbortError that Node's and the web's functions make of one when they
 * are given `currentSignal()`
 */
export function isCancelled(error: unknown): boolean {
  if (error instanceof CancelledError) return true;
  return isError(error) && displayProperty(error, "name") === "AbortError" && error.cause instanceof CancelledError;
}

/**
 * Throws if the work that the calling code belongs to is cancelled. For long computations that wait for nothing.
 *
 * @throws {CancelledError} if the current task or scope is cancelled
 */
export function throwIfCancelled(): void {
  const scope = currentScope();
  if (scope?.cancelled) throw scope.error();
}

/**
 * A signal for functions that take one, such as `fetch`: it is aborted, with the CancelledError as its reason, when the
 * current task or scope is cancelled. The same object each time in the same scope. Outside of any scope it never aborts.
 */
export function currentSignal(): AbortSignal {
  return currentScope()?.signal ?? new AbortController().signal;
}
