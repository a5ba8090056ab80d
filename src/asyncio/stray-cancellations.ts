/**
 * A strand that nobody awaits (`const p = work(); await other; await p`) is cancelled together with its task, and its
 * promise then rejects unhandled, which ends the process. But nothing went wrong: the strand was told to stop. So while
 * a `run` lasts, unhandled CancelledErrors are ignored. All other errors end the process as they would without us.
 */
import { isCancelled } from "./cancelled.js";

let runs = 0;

/** @returns a function that ends it (call once); the last one takes the listener away */
export function ignoreStrayCancellations(): () => void {
  if (runs++ === 0) process.on("unhandledRejection", onUnhandledRejection);
  return () => {
    if (--runs === 0) process.off("unhandledRejection", onUnhandledRejection);
  };
}

function onUnhandledRejection(error: unknown): void {
  if (isCancelled(error)) return;
  // Our listening alone has switched Node's default off; with another listener the program has its own way.
  if (process.listenerCount("unhandledRejection") === 1) throw error;
}
