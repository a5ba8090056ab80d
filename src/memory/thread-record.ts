/** What stands where in the record of a thread (thread-table.ts), and where its record is. Who may write: README.md. */
import { RECORD_WORDS, THREAD_SLOTS, THREAD_TABLE } from "./layout.js";

export const STATE = 0;
export const ID = 1;
export const NATIVE = 2;
export const BORN = 3;
export const PARENT = 4;
export const DAEMON = 5;
export const NAME = 6;
/** Names a block while it is on its way from the allocator to whatever will name it. */
export const SCRATCH = 7;
/** When somebody looked last whether the thread still exists. */
export const LOOKED = 8;
/** Who computes the value that it waits for, how many values that one had computed then, and how many it has itself. */
export const AWAITED = 9;
export const AWAITED_SINCE = 10;
export const COMPUTED = 11;
/** The word that it sleeps on, and since when (wait-note.ts). */
export const WAITS_FOR = 12;
export const WAITS_SINCE = 13;

export function slotOf(id: number): number {
  return id & (THREAD_SLOTS - 1);
}

/** @returns index of the record's first word */
export function recordOf(slot: number): number {
  return THREAD_TABLE + slot * RECORD_WORDS;
}
