/**
 * Bodies of `...Sync` methods, and other functions of the user that the library calls and does not await: a promise that
 * one returns would go on when all is over. An async function is refused before it runs, a promise when it is there.
 */
import { nameOf } from "../words/name-of.js";
import { typeError } from "./errors.js";

/**
 * `unknown` for what a synchronous body may return, a sentence otherwise: `body: (() => T) & Synchronous<T>`.
 * A type that is not known yet, and `any`, passes.
 */
export type Synchronous<T> = [T, Exactly<Verdict<T>>] extends [unknown, ExactlyRefused] ? Refused : unknown;

/** What no function is: it stands in the compiler's message, and says why. */
interface Refused {
  readonly notSynchronous: "a promise would outlive the call: use the async twin, without Sync";
}

// As in pickle/travels.ts: certain of `unknown` also where T is not known.
type Exactly<V> = <G>() => G extends [V] ? 1 : 2;
type ExactlyRefused = <G>() => G extends ["refused"] ? 1 : 2;
type Verdict<T> = 0 extends 1 & T
  ? "passes"
  : [Extract<T, PromiseLike<unknown>>] extends [never]
    ? "passes"
    : "refused";

/**
 * @param where the method, and the argument if it is not the body: `withLockSync`, `waitFor: predicate`
 * @param remedy what to do instead
 * @throws {TypeError} if the function is async
 */
export function refuseAsync(where: string, remedy: string, body: (...args: never) => unknown): void {
  const kind = (body as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  if (kind !== "AsyncFunction" && kind !== "AsyncGeneratorFunction") return;
  const name = nameOf(body);
  throw typeError(`${where} must be synchronous, got the async function ${name || "() => ..."}: ${remedy}`);
}

/** @returns what the body returned @throws {TypeError} if that is a promise; what becomes of it is nobody's concern then */
export function refusePromise<T>(where: string, remedy: string, result: T): T {
  if (!isThenable(result)) return result;
  Promise.resolve(result).catch(() => {});
  throw typeError(
    `${where} must be synchronous, but returned a promise, which would go on when all is over: ${remedy}`,
  );
}

/** @returns whether the value is a promise, or something else that can be awaited */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return isAwaitable(value);
  } catch {
    return false; // its getter throws: no promise is like that
  }
}

/** As `isThenable`, for who would await it. @throws what the getter of its `then` throws, as `await` does */
export function isAwaitable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return typeof (value as { then?: unknown }).then === "function";
}
