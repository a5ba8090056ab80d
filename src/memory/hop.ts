/**
 * How who wants a contended lock looks before it sleeps ("hop lock"). A lock that is held steadily is not worth looking at:
 * the caller shall sleep. One that was seen free and lost to another is handed over quickly: then a short nap, of which
 * the owner is not told, lets it run a burst without contention. That is faster for both than fighting over the cache line.
 */
import { availableParallelism } from "node:os";
import { NAP } from "./patience.js";
import type { Word } from "./word.js";

/** Looks at a lock before a nap or the sleep; with one core the owner cannot let it go meanwhile. */
export const LOOKS_AT_LOCK = availableParallelism() > 1 ? 50 : 0;

/** Rounds of looking, each ended by a nap. */
const ROUNDS = 4;

const FREE = 0;

/**
 * @param looks how often in one round
 * @returns true if the lock was taken; if not, the caller must take it as one who has slept: a nap may have been given a
 *   wake-up that was meant for a sleeper
 */
export function takeByHopping(word: Word, me: number, looks: number): boolean {
  for (let round = 0; round < ROUNDS; round++) {
    const winner = takeWhenFree(word, me, looks);
    if (winner === FREE) return true;
    if (winner === undefined || word.wait(winner, NAP) === "ok") return false;
  }
  return false;
}

/** @returns FREE if the lock was taken, the word as its winner left it if it was lost, undefined if never seen free */
function takeWhenFree(word: Word, me: number, looks: number): number | undefined {
  for (let look = 0; look < looks; look++) {
    if (word.load() === FREE) return word.compareExchange(FREE, me);
  }
  return undefined;
}
