/**
 * Deadlines that hold for everything inside them, however deep, and nest: the outer one wins if both have passed.
 *
 *   running ──body ends──▶ over, not expired (expired, if that was after the deadline)
 *      └──────deadline───▶ expired: the waits of the body end with CancelledError ──▶ TimeoutError
 */
import { checkFunction, checkTimeout, wrongType } from "../platform/errors/arguments.js";
import { RuntimeError, TimeoutError } from "../platform/errors/errors.js";
import { deadlineIn, monotonic } from "../platform/waiting/clock.js";
import { CancelScope } from "./cancel-scope.js";

/** Handed to the body of `timeout`, `timeoutAt` and `moveOnAfter`. */
export interface Timeout {
  /** @returns the deadline on the clock of `monotonic()`, or null if there is none */
  when(): number | null;
  /**
   * Moves the deadline to `ms` milliseconds from now; null takes it away.
   * @throws {RuntimeError} if the timeout has expired or its body has ended
   */
  reschedule(ms: number | null): void;
  /** Moves the deadline to a time of `monotonic()`; null takes it away. Otherwise as `reschedule`. */
  rescheduleAt(at: number | null): void;
  /** @returns true if the deadline passed before the body ended, also if it ended normally */
  expired(): boolean;
}

/** What runs under a deadline. */
export type TimeoutBody<T> = (timeout: Timeout) => PromiseLike<T> | T;

/**
 * Runs `body`; if it has not ended `ms` milliseconds from now, its waits end and the call throws TimeoutError. A body
 * that returns late all the same gives its value.
 *
 * Python: `async with asyncio.timeout(seconds)`.
 *
 * @param ms 0 or more; null or Infinity: no limit. With 0 the body runs up to its first wait
 * @throws {TimeoutError} whose cause is the CancelledError
 * @throws {TypeError | RangeError} if `ms` is not a number of 0 or more, or `body` not a function
 * @example
 * import { sleep, TimeoutError, timeout } from "heddle/asyncio";
 *
 * try {
 *   await timeout(10, () => sleep(60_000));
 * } catch (error) {
 *   console.log(error instanceof TimeoutError); // true
 * }
 */
export async function timeout<T>(ms: number | null, body: TimeoutBody<T>): Promise<T> {
  return runUntil(durationToDeadline("timeout: ms", ms), `timed out after ${ms} ms`, body);
}

/**
 * As `timeout`, up to a time of `monotonic()`. A time in the past lets the body run up to its first wait.
 *
 * @throws {TimeoutError} whose cause is the CancelledError
 * @throws {TypeError | RangeError} if `at` is not a number or is NaN, or `body` not a function
 */
export async function timeoutAt<T>(at: number | null, body: TimeoutBody<T>): Promise<T> {
  return runUntil(at ?? Infinity, "timed out: the deadline passed", body);
}

/**
 * As `timeout`, but a deadline that passes is no error: the call resolves to undefined and the program goes on after it.
 *
 * Python: no counterpart; Trio's `move_on_after`.
 *
 * @throws {TypeError | RangeError} if `ms` is not a number of 0 or more, or `body` not a function
 */
export async function moveOnAfter<T>(ms: number | null, body: TimeoutBody<T>): Promise<T | undefined> {
  checkFunction("moveOnAfter: body", body);
  return new DeadlineScope(durationToDeadline("moveOnAfter: ms", ms)).run(body);
}

async function runUntil<T>(deadline: number, message: string, body: TimeoutBody<T>): Promise<T> {
  checkFunction("timeout: body", body);
  const scope = new DeadlineScope(deadline);
  const result = await scope.run(body);
  const error = scope.error();
  if (error !== undefined) throw new TimeoutError(message, { cause: error });
  return result as T;
}

function durationToDeadline(argument: string, ms: number | null): number {
  if (ms === undefined) throw wrongType(argument, "a number of milliseconds or null", ms);
  if (ms === null) return Infinity;
  checkTimeout(argument, ms);
  return deadlineIn(ms);
}

class DeadlineScope implements Timeout {
  readonly #scope: CancelScope;
  /** Whether the deadline had passed when the body ended; undefined while it runs. */
  #late: boolean | undefined;

  constructor(deadline: number) {
    this.#scope = new CancelScope({ deadline });
  }

  async run<T>(body: TimeoutBody<T>): Promise<T | undefined> {
    try {
      return await this.#scope.run(() => body(this));
    } finally {
      this.#late = this.expired();
    }
  }

  /** @returns the CancelledError that ended the body, if its deadline did */
  error(): unknown {
    return this.#scope.cancelledCaught ? this.#scope.signal.reason : undefined;
  }

  when(): number | null {
    return this.#scope.deadline === Infinity ? null : this.#scope.deadline;
  }

  reschedule(ms: number | null): void {
    this.rescheduleAt(durationToDeadline("Timeout.reschedule: ms", ms));
  }

  rescheduleAt(at: number | null): void {
    if (this.#late !== undefined) throw new RuntimeError("Timeout.reschedule: the body has ended");
    if (this.#scope.cancelCalled) throw new RuntimeError("Timeout.reschedule: the timeout has expired");
    this.#scope.deadline = at ?? Infinity;
  }

  expired(): boolean {
    // By the clock, not by the timer: a body that never let the event loop turn was late too.
    return this.#late ?? (this.#scope.cancelCalled || monotonic() >= this.#scope.deadline);
  }
}
