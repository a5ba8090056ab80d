/**
 * The end of the program: when the main thread is through, the platform ends all others, one after another. They are not to
 * take each other for dead meanwhile: nobody is there any more who could use what they would say.
 *
 *   RUNNING ──main exits──▶ ENDING      who looks after others: all        main alone, after all of them
 *
 * Exit handlers of the program still run in the main thread, and may wait for others. So it goes on to look, between the
 * slices of its waits, also on behalf of those who no longer do.
 */
import { deadlineIn, timeLeft } from "../platform/waiting/clock.js";
import { onLook } from "../platform/waiting/pump.js";
import type { Word } from "./word.js";

/** Least time between two looks after all threads, in milliseconds. */
const PERIOD = 100;

/**
 * For the main thread: says so when it exits.
 * @param lookAround looks after all threads
 */
export function announceEnd(ending: Word, lookAround: () => void): void {
  process.on("exit", () => {
    // Programs emit this event themselves, too.
    if ((process as { _exiting?: boolean })._exiting !== true || ending.exchange(1) === 1) return;
    let next = 0;
    onLook(() => {
      if (timeLeft(next) > 0) return;
      lookAround();
      next = deadlineIn(PERIOD);
    });
  });
}
