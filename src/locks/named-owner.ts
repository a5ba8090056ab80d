/** Who holds a lock, in words. */
import { processHeap } from "../memory/process-heap.js";

/** @returns the thread's id, and that it died if it did: nobody will give the lock back, the next one takes it over */
export function namedOwner(id: number | null): string {
  return id !== null && processHeap().lockOwners.died(id) ? `${id}, which died` : String(id);
}
