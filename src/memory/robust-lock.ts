/**
 * Robust mutual exclusion in one word that names its owner: the non-blocking half, on which every mutex stands.
 *
 *   0 ──take──▶ id ──someone waits──▶ id|CONTENDED ──release, wake one──▶ 0
 *               └────── owner died ──────┴──▶ taken over: the new owner must repair what the lock guards
 *
 * That a lock was taken over may be marked in the word, as TORN, for those who come later. Then a lock is free at TORN too:
 *
 *   id, id|CONTENDED ──owner died──▶ heir|TORN ──release──▶ TORN ──take──▶ id|TORN ──whole again──▶ id
 *
 * Invariant: while a thread sleeps here, CONTENDED is set or a wake-up is on its way. So whoever has slept takes the
 * lock as CONTENDED: it cannot know that it was the last sleeper. TORN is set by the very step that takes a lock from a
 * dead owner, and stays until an owner takes it off: so at no instant a death is known to the dead alone.
 *
 * Source: U. Drepper, "Futexes Are Tricky" (2011), mutex2; the owner's id in the word as in robust futexes (Linux).
 */
import type { Word } from "./word.js";

/** Set beside the owner's id while somebody may sleep. Ids are below it. */
export const CONTENDED = 0x4000_0000;

/** Set from the taking over of a lock on, if its heirs shall be told of it until one says that all is whole again. */
export const TORN = -0x8000_0000;

/** The part of a word that is the owner's id. */
export const OWNER = CONTENDED - 1;

/** What an attempt to take the lock came to, besides a value to sleep on. Outside of int32. */
export const TAKEN = 2 ** 32;
export const TAKEN_FROM_DEAD = 2 ** 32 + 1;
export const TAKEN_TORN = 2 ** 32 + 2;

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

/**
 * The attempt of somebody who has to wait.
 *
 * @param mark TORN, or 0 if only the heir itself is to know that the owner died
 * @returns TAKEN, TAKEN_FROM_DEAD, TAKEN_TORN, or the value to sleep on
 */
export function takeOrAnnounce(word: Word, owners: Owners, mark = 0): number {
  for (;;) {
    const seen = word.load();
    const owner = seen & OWNER;
    if (owner === 0) {
      if (word.compareExchange(seen, owners.me | CONTENDED | seen) === seen) return seen === TORN ? TAKEN_TORN : TAKEN;
    } else if (owners.died(owner)) {
      if (word.compareExchange(seen, owners.me | CONTENDED | mark) === seen) return TAKEN_FROM_DEAD;
    } else if ((seen & CONTENDED) !== 0 || word.compareExchange(seen, seen | CONTENDED) === seen) {
      return seen | CONTENDED;
    }
  }
}

/** Frees a lock that is never TORN and wakes one sleeper. */
export function giveBack(word: Word): void {
  if ((word.exchange(0) & CONTENDED) !== 0) word.notify(1);
}

/**
 * Frees a lock that may be TORN, which it stays, and wakes one sleeper.
 *
 * @param seen the word as it was a moment ago
 * @param id who must be its owner; 0: whoever that is
 * @returns false if the lock is free, or another's
 */
export function giveBackTorn(word: Word, seen: number, id: number): boolean {
  for (let last = seen; ; ) {
    const owner = last & OWNER;
    if (owner === 0 || (id !== 0 && owner !== id)) return false;
    const before = word.compareExchange(last, last & TORN);
    if (before === last) {
      if ((last & CONTENDED) !== 0) word.notify(1);
      return true;
    }
    last = before;
  }
}
