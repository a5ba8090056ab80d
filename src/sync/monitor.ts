/** What a condition needs of the lock it waits with. */
import type { Acquired } from "./mutex.js";

/** A hold of a lock that was left to wait, and is to be taken up again. */
export interface Hold {
  /** Who held it. */
  readonly holder: number;
  /** How many times over, 1 or more. */
  readonly depth: number;
  /** What was known of owners that died: how many, if they left the lock torn; 0 if it was not. */
  readonly known: number;
}

export interface Monitor {
  /** True if the caller holds the lock. */
  readonly isHeld: boolean;
  /**
   * Runs `read` holding the lock, if nobody has it at this moment. A lock whose owner died is not taken over: the news of
   * that death is for who asks for the lock.
   *
   * @returns undefined if somebody has it
   */
  whileFree<T>(read: () => T): T | undefined;
  /** Frees the lock, however many times over the caller holds it. */
  leave(): Hold;
  /** Takes the lock again as it was held, blocking the thread; never FAILED, and TORN only if there is news in that. */
  enterSync(hold: Hold): Acquired;
  /** The awaiting twin of `enterSync`. Nothing ends it early: who is to throw must hold the lock first. */
  enter(hold: Hold): Promise<Acquired>;
}
