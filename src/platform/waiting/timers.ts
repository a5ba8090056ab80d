/**
 * The time and the timers as they were when the library was loaded. Tests replace the global ones to make time stand still
 * (`mock.timers` of node:test, sinon, jest): the program's time, not that of threads, locks and pools, which would wait for
 * ever. The only place that names them; nobody else reads the time or sets timers but through here and `clock.ts`.
 */

/** As the global of that name was. */
export const {
  setTimeout: setTimer,
  clearTimeout: clearTimer,
  setInterval: setRepeating,
  setImmediate: setTurn,
  queueMicrotask: setMicrotask,
} = globalThis;

const { performance } = globalThis;
const { now } = performance;

/** @returns milliseconds since the process was born, on a clock that never goes back */
export function millisecondsSinceBirth(): number {
  return Reflect.apply(now, performance, []);
}
