/**
 * Holds the event loop while somebody waits for shared memory: a pending `Atomics.waitAsync` does not
 * (nodejs/node#44729), so without this a program would end in the middle of `await lock.acquire()`.
 */
import { setRepeating } from "./timers.js";

let holders = 0;
let timer: NodeJS.Timeout | undefined;

/** Keeps the event loop of this thread alive until the returned function is called (once). */
export function keepAlive(): () => void {
  if (holders++ === 0) {
    timer ??= setRepeating(() => {}, 2 ** 31 - 1);
    timer.ref();
  }
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    if (--holders === 0) timer?.unref();
  };
}
