/** Names that nothing else has, in any thread or process. They need not be secret: `node:crypto` takes 5 ms to load. */
import { millisecondsSinceBirth } from "../waiting/timers.js";

let count = 0;

/** @returns another name at each call */
export function uniqueName(): string {
  const parts = [process.pid, performance.timeOrigin, millisecondsSinceBirth(), Math.random(), count++];
  return parts.map((part) => part.toString(36)).join("-");
}
