/** Waits that wait for nothing but the clock. */
import { checkOptions, checkTimeout, wrongType } from "../platform/arguments.js";
import { currentCancelSource } from "../platform/cancellation.js";
import { after } from "../platform/clock.js";

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
export async function sleep(ms: number, options?: { signal?: AbortSignal }): Promise<void> {
  checkDuration("sleep", ms);
  checkOptions("sleep", options, ["signal"]);
  const signal = options?.signal;
  signal?.throwIfAborted();
  const source = currentCancelSource();
  if (source?.cancelled) throw source.error();
  await new Promise<void>((resolve, reject) => {
    const stop = (error: unknown): void => {
      end();
      reject(error);
    };
    const onAbort = (): void => stop(signal?.reason);
    const clear = ms === 0 ? immediately(() => finish()) : after(ms, () => finish());
    const unsubscribe = source?.subscribe(stop);
    signal?.addEventListener("abort", onAbort, { once: true });
    const end = (): void => {
      clear();
      unsubscribe?.();
      signal?.removeEventListener("abort", onAbort);
    };
    const finish = (): void => {
      end();
      resolve();
    };
  });
}

/** A timer of 0 would cost a millisecond; a turn of the loop does not. */
function immediately(onTurn: () => void): () => void {
  const turn = setImmediate(onTurn);
  return () => clearImmediate(turn);
}

/** Nobody ever changes or notifies this cell: a wait on it ends by its timeout only. */
const nothing = new Int32Array(new SharedArrayBuffer(4));

/**
 * Blocks this thread for `ms` milliseconds. Never ends early. On the main thread it stops everything that needs the
 * event loop; inside a Thread only that thread.
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
  Atomics.wait(nothing, 0, 0, ms);
}

function checkDuration(where: string, ms: number): void {
  if (ms === undefined) throw wrongType(`${where}: ms`, "a number of milliseconds", ms);
  checkTimeout(`${where}: ms`, ms);
}
