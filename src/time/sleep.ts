/** Waits that wait for nothing but the clock. */
import { checkOptions, checkTimeout, wrongType } from "../platform/errors/arguments.js";
import { after, afterTurn } from "../platform/waiting/clock.js";
import { sleepPumping } from "../platform/waiting/pump.js";
import { NO_LIMITS, refuseStopped, type StoppableWait, sourceOf, stoppable } from "../platform/waiting/stoppable.js";

/**
 * Waits `ms` milliseconds without blocking: other async code of this thread goes on. Never ends early.
 * Inside an asyncio task it also ends, with CancelledError, when the task is cancelled.
 *
 * Python: `time.sleep` and `asyncio.sleep` take seconds.
 *
 * @param ms milliseconds, 0 or more; 0 gives the event loop one turn
 * @throws {TypeError | RangeError} if `ms` is not a number of 0 or more
 * @throws `signal.reason` when the signal is aborted
 * @example
 * import { sleep } from "heddle/time";
 *
 * await sleep(100);
 */
export function sleep(ms: number, options?: { signal?: AbortSignal }): Promise<void> {
  try {
    checkDuration("sleep", ms);
    checkOptions("sleep", options, ["signal"]);
  } catch (error) {
    return Promise.reject(error);
  }
  const { signal } = options ?? {};
  const wait = signal === undefined ? NO_LIMITS : { signal };
  return ms === 0 ? turn(wait) : stoppable<void>(wait, (waiting) => after(ms, () => waiting.resolve()));
}

/** A timer of 0 would cost a millisecond. A turn is so short that to look at its end for who wants to stop is enough. */
function turn(wait: StoppableWait): Promise<void> {
  return new Promise((resolve, reject) => {
    const source = sourceOf(wait);
    refuseStopped(wait, source);
    afterTurn(() => {
      try {
        refuseStopped(wait, source);
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}

/**
 * Blocks this thread for `ms` milliseconds. Never ends early. On the main thread it stops everything that needs the
 * event loop; inside a Thread only that thread. Threads that need the main thread do not wait for the end of its sleep.
 *
 * Python: `time.sleep` takes seconds.
 *
 * @param ms milliseconds, 0 or more
 * @throws {TypeError | RangeError} if `ms` is not a number of 0 or more
 * @example
 * import { sleepSync } from "heddle/time";
 *
 * sleepSync(10);
 */
export function sleepSync(ms: number): void {
  checkDuration("sleepSync", ms);
  sleepPumping(ms);
}

function checkDuration(where: string, ms: number): void {
  if (ms === undefined) throw wrongType(`${where}: ms`, "a number of milliseconds", ms);
  checkTimeout(`${where}: ms`, ms);
}
