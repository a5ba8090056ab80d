/**
 * Waits for a result; the counterpart of `sync/park.ts`, which waits for memory.
 *
 * The result itself goes on however the wait ends; what a timeout means for it is decided by the caller.
 */
import type { Wait } from "../platform/errors/arguments.js";
import { keepAlive } from "../platform/waiting/keep-alive.js";
import { type Begin, stoppable } from "../platform/waiting/stoppable.js";
import type { Deferred } from "./deferred.js";

/** How a wait ended, when it did not end with an error. */
export type Outcome<T> = { readonly timedOut: false; readonly value: T } | { readonly timedOut: true };

/** What settles once, and lets those who wait for it go again. */
export interface Settling<T> {
  /** Calls one of the two once, never before it has returned. @returns a function that takes that back */
  onSettled(onValue: (value: T) => void, onError: (error: unknown) => void): () => void;
}

const late = (): { readonly timedOut: true } => ({ timedOut: true });

/**
 * Waits for a result; the event loop stays alive meanwhile. With a timeout of 0 a result that is there is still seen.
 *
 * @throws what the result rejects with
 * @throws `signal.reason` when the signal is aborted, the cancellation error when the asyncio scope is cancelled
 */
export function waitFor<T>(result: Settling<T> | Promise<T>, wait: Wait = {}): Promise<Outcome<T>> {
  const begin: Begin<Outcome<T>> = (waiting) => {
    const onValue = (value: T): void => waiting.resolve({ timedOut: false, value });
    const onError = (error: unknown): void => waiting.reject(error);
    const letGo = "onSettled" in result ? result.onSettled(onValue, onError) : void result.then(onValue, onError);
    const release = keepAlive();
    return () => {
      letGo?.();
      release();
    };
  };
  return stoppable(wait, begin, late);
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
