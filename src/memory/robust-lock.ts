/**
 * Robust mutual exclusion in one word that names its owner: the non-blocking half, on which every mutex stands.
 *
 *   0 ──take──▶ id ──someone waits──▶ id|CONTENDED ──release, wake one──▶ 0
 *               └────── owner died ──────┴──▶ taken over: the new owner must repair what the lock guards
 *
 * Invariant: while a thread sleeps here, CONTENDED is set or a wake-up is on its way. So whoever has slept takes the
 * lock as CONTENDED: it cannot know that it was the last sleeper.
 *
 * Source: U. Drepper, "Futexes Are Tricky" (2011), mutex2; the owner's id in the word as in robust futexes (Linux).
 */
import type { Word } from "./word.js";

/** Set beside the owner's id while somebody may sleep. Ids are below it. */
export const CONTENDED = 0x4000_0000;

/** What an attempt to take the lock came to, besides a value to sleep on. Outside of int32. */
export const TAKEN = 2 ** 32;
export const TAKEN_FROM_DEAD = 2 ** 32 + 1;

/** The part of its slice before whose end a sleeper may rely on what another one has seen: fewer than all need look. */
export const STILL_FRESH = 0.8;

/** Who may own a lock, and who is past giving it back. */
export interface Owners {
  /** Id of the caller, from 1 to 2^30 - 1. Never given to another owner, also not after the end of this one. */
  readonly me: number;
  /** @returns true only if that owner was terminated, crashed or killed; false if it runs or has ended normally */
  died(id: number): boolean;
  /**
   * Looks whether that owner died without a word, and sees to it that `died` says so; for those who wait for it.
   * @param lately milliseconds; if somebody has looked within them there is no need to
   */
  look(id: number, lately?: number): void;
}

/** The attempt of somebody who has not slept yet. @returns true if the lock was free */
export function tryTake(word: Word, owners: Owners): boolean {
  return word.compareExchange(0, owners.me) === 0;
}

/** The attempt of somebody who has to wait. @returns TAKEN, TAKEN_FROM_DEAD, or the value to sleep on */
export function takeOrAnnounce(word: Word, owners: Owners): number {
  for (;;) {
    const seen = word.load();
    if (seen === 0) {
      if (word.compareExchange(0, owners.me | CONTENDED) === 0) return TAKEN;
    } else if (owners.died(seen & ~CONTENDED)) {
      if (word.compareExchange(seen, owners.me | CONTENDED) === seen) return TAKEN_FROM_DEAD;
    } else if ((seen & CONTENDED) !== 0 || word.compareExchange(seen, seen | CONTENDED) === seen) {
      return seen | CONTENDED;
    }
  }
}

/** Frees the lock and wakes one sleeper. @returns false if it was free already */
export function giveBack(word: Word): boolean {
  const before = word.exchange(0);
  if ((before & CONTENDED) !== 0) word.notify(1);
  return before !== 0;
}
