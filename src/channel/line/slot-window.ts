/**
 * How many tasks are given out of the owner's hands: as many as the workers do in a few milliseconds, and of those that take
 * long, or that nobody knows, one for each worker. What waits with the owner can still be put in another order, and counts
 * as waiting; what was offered cannot.
 */
import { COSTS_PER_MS, WINDOW } from "./slot-layout.js";

/** Milliseconds of work, for each worker. */
const AHEAD = 4;
/** A task that takes so long is fetched while it runs, without being felt. */
const LONG = COSTS_PER_MS / 2;
/** Bytes that results on their way are likely to have, at most. */
const MOST_RESULT_BYTES = 64 << 20;

/**
 * @param workers that take tasks
 * @param cost of a task
 * @param bytes that a result has
 * @returns how many tasks may be offered and not drained
 */
export function windowFor(workers: number, cost: number, bytes: number): number {
  if (cost >= LONG) return workers;
  const forTime = Math.max(workers, Math.floor((workers * AHEAD * COSTS_PER_MS) / Math.max(cost, 1)));
  return Math.min(WINDOW, forTime, bytes === 0 ? WINDOW : Math.max(1, Math.floor(MOST_RESULT_BYTES / bytes)));
}
