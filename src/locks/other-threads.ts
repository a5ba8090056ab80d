/** How those see threads who wait for each other, and how they are named. */
import type { Realm } from "../memory/realm.js";
import type { Owners } from "../sync/owners.js";

/** Of many who wait together one looks after all others, this often at most; milliseconds. */
export const LOOK_PERIOD = 250;

/** How those see threads who wait together: one that is gone, however it ended, will not come back to its wait. */
export function partnersOf({ me, threads, owners }: Realm): Owners {
  return { me, spins: owners.spins, died: (id) => threads.isGone(id), look: owners.look };
}

/** @returns the thread's id, and that it died if it did: nobody will give the lock back, the next one takes it over */
export function namedOwner({ lockOwners }: Realm, id: number | null): string {
  return id !== null && lockOwners.died(id) ? `${id}, which died` : String(id);
}
