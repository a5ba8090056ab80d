/** What ends a call early: its time, and its signal. */
import type { Wait } from "../platform/errors/arguments.js";
import { TimeoutError } from "../platform/errors/errors.js";
import { onAborted } from "../platform/waiting/abort-listeners.js";
import { after } from "../platform/waiting/clock.js";
import { type Future, whenDone } from "./future.js";

/** Calls `stop` with an error when the time is up or the signal is aborted, unless the future is done before. */
export function limit(
  future: Future<unknown>,
  { timeout = Infinity, signal }: Wait,
  stop: (error: unknown) => void,
): void {
  if (timeout === Infinity && signal === undefined) return;
  const stopTimer = timeout === Infinity ? undefined : after(timeout, () => stop(late(timeout)));
  const ignoreSignal = signal && onAborted(signal, () => stop(signal.reason));
  whenDone(future, () => {
    stopTimer?.();
    ignoreSignal?.();
  });
}

const late = (timeout: number): TimeoutError => new TimeoutError(`The call did not finish within ${timeout} ms`);
