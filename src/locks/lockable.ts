/** The face of locks that one holds at a time. */
import type { Wait } from "../platform/errors/arguments.js";
import type { Synchronous } from "../platform/errors/synchronous.js";
import { Acquirable } from "./acquirable.js";
import type { Guard } from "./guards.js";
import type { Held, WithLockOptions, WithLockSyncOptions } from "./held.js";
import { HOLD, HOLD_SYNC, withHeld, withHeldSync } from "./with-held.js";

export abstract class Lockable extends Acquirable<Held> {
  /**
   * Runs `body` holding the lock; releases it however the body ends.
   *
   * @returns what `body` returns
   * @throws {TimeoutError} if the lock was not to be had in time
   * @throws {OwnerDiedError} before the body, if an owner died holding the lock, nobody has recovered since, and `recover`
   *   is not set
   */
  withLock<T>(body: () => T | PromiseLike<T>, options?: WithLockOptions): Promise<T> {
    return withHeld("withLock", this, body, options);
  }

  /** As `withLock`, blocking the calling thread. */
  withLockSync<T>(body: (() => T) & Synchronous<T>, options?: WithLockSyncOptions): T {
    return withHeldSync("withLockSync", this, body, options);
  }

  /** @internal */
  abstract override [HOLD](limits: Wait): Guard | null | Promise<Guard | null>;

  /** @internal */
  abstract override [HOLD_SYNC](timeout?: number): Guard | null;
}
