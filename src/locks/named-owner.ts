/** Who holds a lock, in words. */
import type { Realm } from "../memory/realm.js";

/** @returns the thread's id, and that it died if it did: nobody will give the lock back, the next one takes it over */
export function namedOwner({ lockOwners }: Realm, id: number | null): string {
  return id !== null && lockOwners.died(id) ? `${id}, which died` : String(id);
}
