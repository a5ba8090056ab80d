/**
 * Waits for a result; the counterpart of `sync/park.ts`, which waits for memory.
 *
 * Whatever comes first ends the wait: the result, the timeout, the caller's signal, the cancellation of the asyncio
 * scope that the caller runs in. Nothing of the wait is left behind then: no timer, no listener, no hold on the event
 * loop. The result itself goes on; what a timeout means for it is decided by the caller.
 */
import type { Wait } from "../platform/errors/arguments.js";
import { onAborted } from "../platform/waiting/abort-listeners.js";
import { currentCancelSource } from "../platform/waiting/cancellation.js";
import { after } from "../platform/waiting/clock.js";
import { keepAlive } from "../platform/waiting/keep-alive.js";
import { Deferred } from "./deferred.js";

/** How a wait ended, when it did not end with an error. */
export type Outcome<T> = { readonly timedOut: false; readonly value: T } | { readonly timedOut: true };

/**
 * Refuses to begin something for a caller who has already given it up.
 * @throws `signal.reason` if the signal is aborted, the cancellation error if the asyncio scope is cancelled
 */
export function throwIfStopped(wait: Wait): void {
  wait.signal?.throwIfAborted();
  const source = currentCancelSource();
  if (source?.cancelled) throw source.error();
}

/**
 * Waits for a result; the event loop stays alive meanwhile. With a timeout of 0 a result that is there is still seen.
 *
 * @throws what the result rejects with
 * @throws `signal.reason` when the signal is aborted, the cancellation error when the asyncio scope is cancelled
 */
export async function waitFor<T>(result: Deferred<T> | PromiseLike<T>, wait: Wait = {}): Promise<Outcome<T>> {
  throwIfStopped(wait);
  const { timeout = Infinity, signal } = wait;
  const undo: (() => void)[] = [keepAlive()];
  try {
    return await new Promise<Outcome<T>>((resolve, reject) => {
      const onValue = (value: T): void => resolve({ timedOut: false, value });
      if (result instanceof Deferred) undo.push(result.onSettled(onValue, reject));
      else result.then(onValue, reject);

      if (timeout !== Infinity) undo.push(after(timeout, () => resolve({ timedOut: true })));

      const unsubscribe = currentCancelSource()?.subscribe(reject);
      if (unsubscribe !== undefined) undo.push(unsubscribe);

      if (signal !== undefined) undo.push(onAborted(signal, () => reject(signal.reason)));
    });
  } finally {
    for (const takeBack of undo) takeBack();
  }
}

/**
 * Waits for the end of a clean-up, which neither timeout nor cancellation may cut short; the event loop stays alive
 * meanwhile. Only for what is sure to end.
 */
export async function waitThrough<T>(result: Deferred<T>): Promise<T> {
  const release = keepAlive();
  try {
    return await new Promise<T>((resolve, reject) => {
      result.onSettled(resolve, reject);
    });
  } finally {
    release();
  }
}
