/**
 * Of many who wait for the same thing one looks now and then, and the others leave it at that. A word says when somebody
 * looked last, in milliseconds of a clock that all threads of the process share; 0: nobody has.
 *
 * Invariant: a turn is taken before the look. Who dies in between costs the others one period, no more.
 */
import { processMilliseconds } from "../platform/waiting/clock.js";
import type { Word } from "./word.js";

/** @returns true if it is the caller's turn, since nobody has looked for `period` milliseconds */
export function takeTurn(word: Pick<Word, "load" | "compareExchange">, period: number): boolean {
  const before = word.load();
  const now = processMilliseconds();
  const since = (now - before) | 0; // the clock wraps
  if (before !== 0 && since >= 0 && since < period) return false;
  return word.compareExchange(before, now) === before;
}
