/** Deaths without a word: a thread that died of memory tells nobody, so those who wait for it must look. */
import { type ProcessHeap, processHeap } from "../memory/process-heap.js";
import type { ThreadId } from "../memory/thread-table.js";
import type { Owners } from "../sync/owners.js";

/** Looks whether that thread died without a word, and if so settles its death. 0 is no thread. */
export function lookAfter(id: ThreadId): void {
  processHeap().lookAfter(id);
}

/** A watch for sleepers that wait for nobody in particular: looking again heals a wake-up that died with its receiver. */
export const heal = (): void => {};

/** How those see threads who wait together: one that is gone, however it ended, will not come back to its wait. */
export function partnersOf({ me, threads, owners }: ProcessHeap): Owners {
  return { me, spins: owners.spins, died: (id) => threads.isGone(id) };
}
