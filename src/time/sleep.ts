/** Waits that wait for nothing but the clock. */
import { checkOptions, checkTimeout, wrongType } from "../platform/errors/arguments.js";
import { onAborted } from "../platform/waiting/abort-listeners.js";
import { type CancelSource, currentCancelSource } from "../platform/waiting/cancellation.js";
import { after, afterTurn } from "../platform/waiting/clock.js";
import { sleepPumping } from "../platform/waiting/pump.js";

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
  // Not an async function: that would make three promises of one, and a gather of 100,000 sleeps feels it.
  return new Promise((resolve, reject) => {
    checkDuration("sleep", ms);
    checkOptions("sleep", options, ["signal"]);
    const signal = options?.signal;
    const source = currentCancelSource();
    throwIfStopped(source, signal);
    if (ms === 0) endAfterTurn(source, signal, resolve, reject);
    else endAfter(ms, source, signal, resolve, reject);
  });
}

/** A timer of 0 would cost a millisecond. A turn is so short that to look at its end for who wants to stop is enough. */
function endAfterTurn(
  source: CancelSource | undefined,
  signal: AbortSignal | undefined,
  resolve: () => void,
  reject: (error: unknown) => void,
): void {
  afterTurn(() => {
    try {
      throwIfStopped(source, signal);
      resolve();
    } catch (error) {
      reject(error);
    }
  });
}

function endAfter(
  ms: number,
  source: CancelSource | undefined,
  signal: AbortSignal | undefined,
  resolve: () => void,
  reject: (error: unknown) => void,
): void {
  const stopListening = (): void => {
    unsubscribe?.();
    ignoreSignal?.();
  };
  const stop = (error: unknown): void => {
    stopTimer();
    stopListening();
    reject(error);
  };
  const stopTimer = after(ms, () => {
    stopListening();
    resolve();
  });
  const unsubscribe = source?.subscribe(stop);
  const ignoreSignal = signal && onAborted(signal, () => stop(signal.reason));
}

function throwIfStopped(source: CancelSource | undefined, signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
  if (source?.cancelled) throw source.error();
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
