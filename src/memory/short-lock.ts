/**
 * A robust lock for what takes a few instructions: it blocks, also in async code, and never for long.
 *
 * Sleeps are sliced: a death while somebody sleeps, or a wake-up that died with its receiver, costs one slice.
 */
import { demandStack } from "../platform/stacks/stack-room.js";
import { pump } from "../platform/waiting/pump.js";
import { LOOKS_AT_LOCK, takeByHopping } from "./hop.js";
import {
  CONTENDED,
  giveBack,
  type Owners,
  STILL_FRESH,
  TAKEN,
  TAKEN_FROM_DEAD,
  takeOrAnnounce,
  tryTake,
} from "./robust-lock.js";
import { WaitNote } from "./wait-note.js";
import type { Word } from "./word.js";

const FIRST_SLICE = 20;
const LONGEST_SLICE = 500;

export class ShortLock {
  readonly #word: Word;
  readonly #owners: Owners;

  constructor(word: Word, owners: Owners) {
    this.#word = word;
    this.#owners = owners;
  }

  /** @returns true if the last owner died inside: the caller must repair what the lock guards */
  acquire(): boolean {
    demandStack();
    return this.acquireWithRoom();
  }

  /** As `acquire`, for who has made sure of the stack for all that it does under the lock, with this. */
  acquireWithRoom(): boolean {
    return tryTake(this.#word, this.#owners) ? false : this.#acquireSlowly();
  }

  release(): void {
    giveBack(this.#word);
  }

  #acquireSlowly(): boolean {
    if (takeByHopping(this.#word, this.#owners.me, LOOKS_AT_LOCK)) return false;
    const note = new WaitNote();
    try {
      return this.#sleepUntilTaken(note);
    } finally {
      note.over();
    }
  }

  #sleepUntilTaken(note: WaitNote): boolean {
    for (let slice = FIRST_SLICE; ; ) {
      const outcome = takeOrAnnounce(this.#word, this.#owners);
      if (outcome === TAKEN) return false;
      if (outcome === TAKEN_FROM_DEAD) return true;
      pump(); // the owner may be held up by a full pipe
      if (this.#word.wait(outcome, slice, note) !== "timed-out") continue;
      this.#owners.look(outcome & ~CONTENDED, slice * STILL_FRESH);
      slice = Math.min(slice * 2, LONGEST_SLICE);
    }
  }
}
