/**
 * Hosts of which this thread, their starter, does not know which thread of the system they are: where the system does not
 * tell, or no file could be opened when they started. Nobody else can find their deaths, so their starter looks after all
 * of them between the slices of its waits, whatever it waits for; in its event loop it hears of their exit.
 */
import { type Deadline, deadlineIn, timeLeft } from "../platform/waiting/clock.js";
import { onLook } from "../platform/waiting/pump.js";

interface Unnamed {
  lookAfter(): void;
}

/** Least time between two looks, in milliseconds: each posts a message, which a thread that computes does not take. */
const PERIOD = 100;

const unnamed = new Set<Unnamed>();
let isWatching = false;

/** From now on its death is found, if this thread waits. */
export function watchUnnamed(host: Unnamed): void {
  unnamed.add(host);
  if (isWatching) return;
  isWatching = true;
  let next: Deadline = 0;
  onLook(() => {
    if (timeLeft(next) > 0) return;
    for (const each of unnamed) each.lookAfter();
    next = deadlineIn(PERIOD);
  });
}

/** Its exit has been heard of. */
export function forgetUnnamed(host: Unnamed): void {
  unnamed.delete(host);
}
