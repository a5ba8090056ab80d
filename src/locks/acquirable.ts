/** How locks and semaphores are asked for: one face over what each of them does. */
import { SharedObject } from "../objects/shared-object.js";
import type { Wait } from "../platform/errors/arguments.js";
import { NO_LIMITS } from "../platform/waiting/stoppable.js";
import { type AcquireSyncWait, type AcquireWait, checkAcquire, checkAcquireSync, limitsOf } from "./held.js";
import { HOLD, HOLD_SYNC, TRY_HOLD } from "./with-held.js";

export abstract class Acquirable<H extends Disposable> extends SharedObject {
  /**
   * Waits until the lock, or a permit of the semaphore, is this caller's.
   *
   * @returns null only if the timeout came first, or it was not to wait (`blocking: false`)
   * @throws {TypeError | RangeError} if an option is wrong, or `blocking: false` comes with a timeout
   * @throws `signal.reason` when the signal is aborted
   */
  acquire(): Promise<H>;
  acquire(wait: AcquireWait): Promise<H | null>;
  async acquire(wait?: AcquireWait): Promise<H | null> {
    if (wait !== undefined && !checkAcquire(wait)) return this[TRY_HOLD](true);
    const held = this[HOLD](wait === undefined ? NO_LIMITS : limitsOf(wait));
    return held instanceof Promise ? await held : held;
  }

  /** As `acquire`, blocking the calling thread. */
  acquireSync(): H;
  acquireSync(wait: AcquireSyncWait): H | null;
  acquireSync(wait?: AcquireSyncWait): H | null {
    if (wait === undefined) return this[HOLD_SYNC]();
    return checkAcquireSync(wait) ? this[HOLD_SYNC](wait.timeout) : this.tryAcquire();
  }

  /** Acquires it if that needs no waiting. @returns null if it does */
  tryAcquire(): H | null {
    return this[TRY_HOLD](false);
  }

  /** As in `Holdable`. @internal */
  abstract [HOLD](limits: Wait): H | null | Promise<H | null>;

  /** As in `Holdable`. @internal */
  abstract [HOLD_SYNC](timeout?: number): H | null;

  /** Never waits. @param awaits the caller is async code: others of its thread may come before it releases @internal */
  abstract [TRY_HOLD](awaits: boolean): H | null;
}
