/**
 * How many workers are rung when something is offered: see slot-layout.ts, invariant 3. One for each task, or for each 50 us
 * of tasks that are known to be short: to wake more would take longer than the work. Of those who are awake no one need be
 * rung.
 *
 * Cost decides how many, never whether: with something unclaimed and nobody awake, one is rung whatever it costs. (A rule
 * that went by cost alone rang nobody when the line was filled again after it had run empty, and hung.)
 */
import { UNKNOWN_COST, WAKE_COST } from "./slot-layout.js";

interface Wakeable {
  readonly isAwake: boolean;
  /** @returns true if it slept, and was rung */
  ring(): boolean;
}

/**
 * @param unclaimed how many tasks there are
 * @param cost what one of them costs, at most
 * @param first the worker that is the warmest
 */
export function wake(workers: readonly Wakeable[], unclaimed: number, cost: number, first: number): void {
  let need = Math.min(unclaimed, Math.max(1, Math.ceil((unclaimed * cost) / WAKE_COST)));
  for (let i = 0; i < workers.length && need > 0; i++) if (workers[i]!.isAwake) need--;
  for (let i = 0; i < workers.length && need > 0; i++) {
    if (workers[(first + i) % workers.length]!.ring()) need--;
  }
}

/** The cost of what was thought short, and is there after a millisecond. */
export const STALE_COST = UNKNOWN_COST;
