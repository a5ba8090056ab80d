/**
 * A line of tasks in shared memory: what stands where, and who may write it. Indices are words of the heap, relative to the
 * start of the line, of a seat (what a worker has), or of a slot (what a task has).
 *
 *   slot    FREE ──offer──▶ QUEUED ──claim──▶ RUNNING|w ──publish──▶ DONE|w or FAILED|w ──drained──▶ FREE
 *                              └──revoke──▶ FREE
 *   worker  working | looking: one in all, a moment | asleep in its event loop, so that what tasks left behind goes on
 *   owner   looking: some turns of its event loop | asleep: it wants one bell
 *
 * Invariants
 * 1. The claim is one compare-and-exchange of STATE, which also names the worker; so is taking back. Whoever wins it has the
 *    task. The rings of offers and results are hints: a position that is stale, or names a slot that was used again, does no
 *    harm. A death costs the one task that STATE says.
 * 2. Who is about to sleep stores that first, then looks whether there is something; who brings something does the opposite.
 * 3. Something offered, nobody awake: one worker is rung. While anything is unclaimed, a watch of 1 ms rings the others.
 * 4. There are at most WINDOW positions between HEAD and TAIL, and tasks that are offered and not drained: no ring wraps.
 *
 * | word                    | who writes it                                                                                |
 * | ----------------------- | -------------------------------------------------------------------------------------------- |
 * | TAIL, offers            | the owner                                                                                    |
 * | HEAD                    | workers; it only moves on                                                                    |
 * | OWNER                   | the owner; a worker from ASLEEP to AWAKE, which then rings                                   |
 * | LOOKER                  | the worker that looks; of one that died, the owner                                           |
 * | SLEEPS                  | the worker to 1, the owner to 0, which then rings; the worker takes its 1 back by exchange   |
 * | BUSY, DONE, ring        | the worker                                                                                   |
 * | QUOTA, INTERRUPT, TAKEN | the owner                                                                                    |
 * | a slot that is FREE     | the owner                                                                                    |
 * | one that is RUNNING|w   | the worker w, but for NUMBER and SERIAL; when it is dead, the owner                          |
 * | one that is DONE|w      | the owner                                                                                    |
 *
 * A slot's BLOCK is the allocator's cell for the bytes that do not fit into the slot: so what a dead worker had begun
 * to allocate or to free is settled with the thread, and belongs to the slot, or is free.
 */

/** Tasks that are offered and not drained, at most. */
export const WINDOW = 4096;
/** A position modulo WINDOW. */
export const PLACE = WINDOW - 1;

export const Line = {
  /** Tasks offered so far. */
  TAIL: 0,
  /** One of Owner. */
  OWNER: 1,
  /** Positions that workers are through with. */
  HEAD: 16,
  /** The worker that looks; 0: none. */
  LOOKER: 32,
  /** The first slab of slots, and the first page of cells (slot-memory.ts). */
  SLABS: 33,
  PAGES: 34,
  /** WINDOW slots. */
  OFFERS: 48,
} as const;
export const LINE_WORDS = Line.OFFERS + WINDOW;

export const Owner = { ASLEEP: 0, AWAKE: 1 } as const;

export const Seat = {
  /** 1: in its event loop, it wants a bell. */
  SLEEPS: 0,
  /** 1: in a task that is not known to be short, or not at work: who has work does not count on it. */
  BUSY: 1,
  /** How many tasks it may take in all. */
  QUOTA: 2,
  /** Serial of the task that was asked to stop. */
  INTERRUPT: 3,
  /** Results that the owner has taken. */
  TAKEN: 4,
  /** Results that it has published. */
  DONE: 16,
  /** WINDOW slots. */
  RING: 32,
} as const;
export const SEAT_WORDS = Seat.RING + WINDOW;

export const Slot = {
  /** One of State, and above it the worker. */
  STATE: 0,
  /** Handle of the function's block, and above it one of Form. */
  FN: 1,
  /** How the payload stands here: one of Kind, or BY_MESSAGE. */
  KIND: 2,
  INTEGER: 3,
  LENGTH: 4,
  /** Block with the bytes, if they do not fit in here. */
  BLOCK: 5,
  /** Which slot it is: 0, 1, 2 ... */
  NUMBER: 6,
  /** Which task of the line it holds. */
  SERIAL: 7,
  INLINE: 8,
} as const;
export const SLOT_WORDS = 16;
export const INLINE_BYTES = (SLOT_WORDS - Slot.INLINE) * 4;
/** The payload comes by message, to whoever has claimed the task, and to the owner. */
export const BY_MESSAGE = 0;

export const State = { FREE: 0, QUEUED: 1, RUNNING: 2, DONE: 3, FAILED: 4 } as const;
const STATE_BITS = 3;

/** @returns what STATE holds for a task that the worker has */
export function stateOf(state: number, worker: number): number {
  return state | (worker << STATE_BITS);
}

/** @returns one of State */
export function plainState(word: number): number {
  return word & ((1 << STATE_BITS) - 1);
}

/** @returns the worker that has the task; 0: none */
export function workerOf(word: number): number {
  return word >>> STATE_BITS;
}

/** Handles of blocks have 26 bits. */
const FORM_SHIFT = 28;

export function fnWord(handle: number, form: number): number {
  return handle | (form << FORM_SHIFT);
}
export function handleOf(word: number): number {
  return word & ((1 << FORM_SHIFT) - 1);
}
export function formOf(word: number): number {
  return word >>> FORM_SHIFT;
}

/** Behind the header of a function's block; its bytes follow. */
export const Fn = { NUMBER: 0, KIND: 1, INTEGER: 2, LENGTH: 3, COST: 4, BYTES: 5 } as const;

/** Costs are in 1/16 us. */
export const COSTS_PER_MS = 16_000;
/** Of a function that was not called yet. */
export const UNKNOWN_COST = COSTS_PER_MS;
/** What it costs to wake a worker: 50 us. A call that takes longer is not short. */
export const WAKE_COST = COSTS_PER_MS / 20;
