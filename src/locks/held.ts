/** What all locks have in common: guards, options and how they are checked. */
import {
  checkFlag,
  checkFunction,
  checkOptions,
  checkTimeout,
  checkWait,
  type Wait,
} from "../platform/errors/arguments.js";
import { OwnerDiedError, RuntimeError, TimeoutError, typeError } from "../platform/errors/errors.js";
import { refuseAsync, refusePromise } from "../platform/errors/synchronous.js";

/**
 * Proof of an acquisition, and the way to end it: disposing it releases what it acquired, once. When that has been
 * released already, by whomever, disposing does nothing. (`using` needs Node 24 or compilation.)
 */
export interface Held extends Disposable {
  /**
   * True if an owner died holding the lock and nobody had recovered since when this was acquired: what the lock guards
   * may be half changed.
   */
  readonly ownerDied: boolean;
  /**
   * Says that what the lock guards is whole again: those who acquire the lock from now on are not told of the owners that
   * died before. Does nothing if none did.
   *
   * @throws {RuntimeError} if this guard has released what it acquired, or acquired it for reading: who is not alone repairs
   *   nothing
   */
  markRecovered(): void;
}

/** Options of `acquire`. */
export interface AcquireWait extends Wait {
  /** false: do not wait, as `tryAcquire`. */
  blocking?: boolean;
}

/** Options of `acquireSync`. */
export interface AcquireSyncWait {
  /** Longest time to wait, in milliseconds, 0 or more; left out or Infinity: without limit. */
  timeout?: number;
  /** false: do not wait, as `tryAcquire`. */
  blocking?: boolean;
}

/** Options of `withLock`. */
export interface WithLockOptions extends Wait {
  /**
   * true: run the body although an owner died, because it can repair what the lock guards. If it ends without throwing,
   * that counts as repaired, and the next ones are not told any more.
   */
  recover?: boolean;
}

/** Options of `withLockSync`. */
export interface WithLockSyncOptions {
  /** Longest time to wait, in milliseconds, 0 or more; left out or Infinity: without limit. */
  timeout?: number;
  /**
   * true: run the body although an owner died, because it can repair what the lock guards. If it ends without throwing,
   * that counts as repaired, and the next ones are not told any more.
   */
  recover?: boolean;
}

/**
 * @returns false if the caller does not want to wait
 * @throws {TypeError} if `blocking` is no boolean, or the caller does not want to wait and gives a time to wait
 */
function checkBlocking(where: string, wait: { blocking?: boolean; timeout?: number }): boolean {
  checkFlag(`${where}: blocking`, wait.blocking);
  if (wait.blocking !== false) return true;
  if (wait.timeout !== undefined) throw typeError(`${where}: timeout cannot be combined with blocking: false`);
  return false;
}

/** What `acquire` is given. @returns false if the caller does not want to wait @throws {TypeError | RangeError} */
export function checkAcquire(wait: AcquireWait): boolean {
  checkWait("acquire", wait, ["blocking"]);
  return checkBlocking("acquire", wait);
}

/** As `checkAcquire`, for `acquireSync`. */
export function checkAcquireSync(wait: AcquireSyncWait): boolean {
  checkOptions("acquireSync", wait, ["timeout", "blocking"]);
  checkTimeout("acquireSync: timeout", wait.timeout);
  return checkBlocking("acquireSync", wait);
}

/** What `withLock` is given, checked before it locks. @throws {TypeError | RangeError} if an argument is wrong */
export function checkWithLock(where: string, body: unknown, options: WithLockOptions = {}): void {
  checkFunction(`${where}: body`, body);
  checkWait(where, options, ["recover"]);
  checkFlag(`${where}: recover`, options.recover);
}

/** As `checkWithLock`, for `withLockSync`. */
export function checkWithLockSync(where: string, body: unknown, options: WithLockSyncOptions = {}): void {
  checkFunction(`${where}: body`, body);
  checkOptions(where, options, ["timeout", "recover"]);
  checkTimeout(`${where}: timeout`, options.timeout);
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

/** A wait that nothing ends but what it waits for. */
export const NO_LIMITS: Readonly<Wait> = {};

/** @returns the timeout and signal of the options, without the rest */
export function limitsOf({ timeout, signal }: Wait): Wait {
  if (timeout === undefined && signal === undefined) return NO_LIMITS;
  return { ...(timeout === undefined ? {} : { timeout }), ...(signal === undefined ? {} : { signal }) };
}

/**
 * What `withLock` asks for before it runs its body. Disposes the guard if it refuses.
 *
 * @throws {TimeoutError} without a guard
 * @throws {OwnerDiedError} if an owner died and `recover` is not set
 */
export function demandHeld<H extends Held>(held: H | null, options: WithLockSyncOptions = {}): H {
  if (held === null) throw new TimeoutError(`Cannot run the body: the lock was not free within ${options.timeout} ms`);
  if (!held.ownerDied || options.recover) return held;
  held[Symbol.dispose]();
  throw new OwnerDiedError(
    "Cannot run the body: an owner of the lock died holding it and nobody has recovered since, so what it guards may be " +
      "half changed; pass { recover: true } if the body repairs that",
  );
}

export const RELEASED = "this guard does not hold it any more";

/** @returns the error of `markRecovered` */
export function cannotMark(why: string): RuntimeError {
  return new RuntimeError(`Cannot mark the lock as recovered: ${why}`);
}
