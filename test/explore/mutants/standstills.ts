/** Circle finders with one mistake each. The explorer must catch every one. */
import type { Owners } from "#heddle/sync/owners.js";
import type { Wanted } from "#heddle/sync/single-maker.js";
import { type NotesLock, Standstill, type WaitNote } from "#heddle/sync/standstill.js";

/** Its claims are counted before they end: see the program. */
export class HastyStandstill extends Standstill {}

/** Does not count the claims that have ended. */
export class UncountedStandstill extends Standstill {
  override endedClaim(): void {}
}

/** Keeps its note while it goes on. */
export class ForgetfulStandstill extends Standstill {
  override watched(wanted: Wanted, makerOf: () => number, isForever: boolean, refuse: () => never): Wanted {
    const { claim } = super.watched(wanted, makerOf, isForever, refuse);
    return { ...wanted, claim };
  }
}

/** Follows the notes while others write theirs. */
export class RashStandstill extends Standstill {
  constructor(_lock: NotesLock, noteOf: (thread: number) => WaitNote, owners: Owners) {
    super({ acquire: () => {}, release: () => {} }, noteOf, owners);
  }
}
