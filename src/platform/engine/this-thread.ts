/**
 * What code may know of the thread that it runs in, and what it must forget of it: a worker runs one thread after another.
 */
import { millisecondsSinceBirth } from "../waiting/timers.js";

export { isMainThread } from "node:worker_threads";

const forgetters: (() => void)[] = [];

/** Has `forget` called whenever this worker becomes another thread. */
export function onRebirth(forget: () => void): void {
  forgetters.push(forget);
}

/** This worker becomes another thread. */
export function forgetLastThread(): void {
  for (const forget of forgetters) forget();
}

let count = 0;

/** @returns a name that nothing else has, in any thread or process. It need not be secret: `node:crypto` takes 5 ms to load */
export function uniqueName(): string {
  const parts = [process.pid, performance.timeOrigin, millisecondsSinceBirth(), Math.random(), count++];
  return parts.map((part) => part.toString(36)).join("-");
}
