/** Runs a body while something is held: the one frame of `withLock`, `withRead`, `withWrite` and their blocking twins. */
import { checkFlag, checkFunction, checkWait, checkWaitSync, type Wait } from "../platform/errors/arguments.js";
import { OwnerDiedError, TimeoutError } from "../platform/errors/errors.js";
import { refuseAsync, refusePromise } from "../platform/errors/synchronous.js";
import { NO_LIMITS } from "../platform/waiting/stoppable.js";
import type { Guard } from "./guards.js";
import { limitsOf, type WithLockOptions, type WithLockSyncOptions } from "./held.js";

// Methods of public classes that are not for users: subclasses of theirs have the names for themselves.
export const HOLD = Symbol("hold");
export const HOLD_SYNC = Symbol("holdSync");
export const TRY_HOLD = Symbol("tryHold");

/** What can be held: how to wait for it. Null: not in time. */
export interface Holdable<H extends Disposable = Guard> {
  /** @returns a promise only if it has to be waited for @throws or rejects if it is stopped */
  [HOLD](limits: Wait): H | null | Promise<H | null>;
  /** Blocks the thread. @param timeout milliseconds; undefined: without limit */
  [HOLD_SYNC](timeout?: number): H | null;
}

/** @param where the method, for errors */
export async function withHeld<T>(
  where: string,
  what: Holdable,
  body: () => T | PromiseLike<T>,
  options?: WithLockOptions,
): Promise<T> {
  if (options !== undefined || typeof body !== "function") checkWithLock(where, body, options);
  const taken = what[HOLD](options === undefined ? NO_LIMITS : limitsOf(options));
  const held = demandHeld(taken instanceof Promise ? await taken : taken, options);
  try {
    const result = await body();
    if (options?.recover) held.mend();
    return result;
  } finally {
    held[Symbol.dispose]();
  }
}

/** As `withHeld`, blocking the calling thread. */
export function withHeldSync<T>(
  where: keyof typeof REMEDIES,
  what: Holdable,
  body: () => T,
  options?: WithLockSyncOptions,
): T {
  if (options !== undefined || typeof body !== "function") checkWithLockSync(where, body, options);
  refuseAsyncBody(where, body);
  const held = demandHeld(what[HOLD_SYNC](options?.timeout), options);
  try {
    const result = refusePromisedBody(where, body());
    if (options?.recover) held.mend();
    return result;
  } finally {
    held[Symbol.dispose]();
  }
}

/** What `withLock` is given, checked before it locks. @throws {TypeError | RangeError} if an argument is wrong */
function checkWithLock(where: string, body: unknown, options: WithLockOptions = {}): void {
  checkFunction(`${where}: body`, body);
  checkWait(where, options, ["recover"]);
  checkFlag(`${where}: recover`, options.recover);
}

/** As `checkWithLock`, for `withLockSync`. */
function checkWithLockSync(where: string, body: unknown, options: WithLockSyncOptions = {}): void {
  checkFunction(`${where}: body`, body);
  checkWaitSync(where, options, ["recover"]);
  checkFlag(`${where}: recover`, options.recover);
}

const REMEDIES = { withLockSync: "withLock", withReadSync: "withRead", withWriteSync: "withWrite" } as const;

/** Before the lock is taken. @throws {TypeError} if the body is an async function: it would run without the lock */
export function refuseAsyncBody(method: keyof typeof REMEDIES, body: () => unknown): void {
  refuseAsync(`${method}: body`, `use \`await ${REMEDIES[method]}(...)\``, body);
}

/** @returns what the body returned @throws {TypeError} if that is a promise: what goes on there does not hold the lock */
export function refusePromisedBody<T>(method: keyof typeof REMEDIES, result: T): T {
  return typeof result === "object" || typeof result === "function"
    ? refusePromise(`${method}: body`, `use \`await ${REMEDIES[method]}(...)\``, result)
    : result;
}

/**
 * What `withLock` asks for before it runs its body. Disposes the guard if it refuses.
 *
 * @throws {TimeoutError} without a guard
 * @throws {OwnerDiedError} if an owner died and `recover` is not set
 */
export function demandHeld(held: Guard | null, options: WithLockSyncOptions = {}): Guard {
  if (held === null) throw new TimeoutError(`Cannot run the body: the lock was not free within ${options.timeout} ms`);
  if (!held.ownerDied || options.recover) return held;
  held[Symbol.dispose]();
  throw new OwnerDiedError(
    "Cannot run the body: an owner of the lock died holding it and nobody has recovered since, so what it guards may be " +
      "half changed; pass { recover: true } if the body repairs that",
  );
}
