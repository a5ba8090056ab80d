/**
 * Stands in for `park.js` in a primitive whose async face is explored: `doneUntil` as it is, but blocking, and aborted
 * by the explorer at any instant of its sleep. As in the real one, an attempt comes between the abort and the throw.
 */

import type { Word } from "#heddle/memory/word.js";
import type { StoppableWait } from "#heddle/platform/waiting/stoppable.js";
import { type Attempt, DONE } from "#heddle/sync/park.js";
import { SOME_TIME } from "./model-word.js";

export { blockUntil, DONE } from "#heddle/sync/park.js";

/** What an aborted wait throws. */
export class Aborted extends Error {
  override readonly name = "Aborted";
}

/** A wait that may be aborted; any other one is not. */
export const ABORTABLE: StoppableWait = { signal: new AbortController().signal };

export function doneUntil(word: Word, attempt: Attempt, wait: StoppableWait): boolean {
  let aborted = false;
  for (;;) {
    const expected = attempt();
    if (expected === DONE) return true;
    if (aborted) throw new Aborted();
    aborted = word.wait(expected, wait.signal === undefined ? Infinity : SOME_TIME) === "timed-out";
  }
}

/** Runs an abortable wait. @returns "aborted" if it was */
export function abortable<T>(wait: () => T): T | "aborted" {
  try {
    return wait();
  } catch (error) {
    if (error instanceof Aborted) return "aborted";
    throw error;
  }
}
