/** What ends a call from outside while nobody need wait for it: its time, its signal, the scope that it was made in. */
import type { Wait } from "../platform/errors/arguments.js";
import { TimeoutError } from "../platform/errors/errors.js";
import type { CallSite } from "../platform/stacks/call-site.js";
import { onAborted } from "../platform/waiting/abort-listeners.js";
import { currentCancelSource } from "../platform/waiting/cancellation.js";
import { LONGEST_TIMER } from "../platform/waiting/clock.js";
import { clearTimer, setTimer } from "../platform/waiting/timers.js";

/** @returns what takes that back */
export function endWith(
  call: { cancel(error: unknown): void },
  where: string,
  { timeout = Number.POSITIVE_INFINITY, signal }: Wait,
  site: CallSite,
): () => void {
  const late = (): void => call.cancel(site.giveTo(new TimeoutError(`${where} did not finish within ${timeout} ms`)));
  // A millisecond more: the platform's timers may be early by that. Who waits for a result keeps the program alive.
  const timer = timeout < LONGEST_TIMER ? setTimer(late, Math.ceil(timeout) + 1).unref() : undefined;
  const ignoreSignal = signal && onAborted(signal, () => call.cancel(signal.reason));
  const unsubscribe = currentCancelSource()?.subscribe((error) => call.cancel(error));
  return () => {
    clearTimer(timer);
    ignoreSignal?.();
    unsubscribe?.();
  };
}
