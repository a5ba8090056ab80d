/** What all locks have in common for their users: what a guard is, options and how they are checked. */
import { checkFlag, checkWait, checkWaitSync, type Wait } from "../platform/errors/arguments.js";
import { typeError } from "../platform/errors/errors.js";
import { NO_LIMITS } from "../platform/waiting/stoppable.js";

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
  checkWaitSync("acquireSync", wait, ["blocking"]);
  return checkBlocking("acquireSync", wait);
}

/** @returns the timeout and signal of the options, without the rest */
export function limitsOf({ timeout, signal }: Wait): Wait {
  if (timeout === undefined && signal === undefined) return NO_LIMITS;
  return { ...(timeout === undefined ? {} : { timeout }), ...(signal === undefined ? {} : { signal }) };
}
