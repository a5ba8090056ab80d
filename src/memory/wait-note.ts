/**
 * What a thread waits for, noted where all threads can read it: in its record, while it blocks; in the thread itself, while it
 * awaits.
 *
 *   nothing ──first sleep of a wait──▶ its word, since ──first sleep of a wait inside of it──▶ that one's word, since
 *      ▲                                 │       ▲                                               │
 *      └───────────the wait is over──────┘       └───────────────that one is over────────────────┘
 *
 * The note has the index of the word that is slept on, which every word knows: so no primitive has to say what it is.
 * Whose word that is finds who reads it (waits.ts). A wait that looks before it sleeps, and need not sleep then, notes nothing;
 * nor does a nap, which ends by itself, and what sleeps on words of other memory than a realm's (the depot, hosts of threads).
 * A note stays between the slices of a sleep. So a thread with a note waits for that, or has just been given it.
 *
 * Who writes: the thread itself; once it is dead, whoever settles that, and then whoever claims the record. Anybody reads,
 * without a lock. WAITS_FOR is 0 while the two words do not belong together, so who finds it the same before and after
 * WAITS_SINCE has a note that was there. Only `since` may be another's then: of a wait inside, if the thread went into one
 * and came out meanwhile.
 */
import { monotonic, processMilliseconds } from "../platform/waiting/clock.js";
import { recordOf, WAITS_FOR, WAITS_SINCE } from "./thread-record.js";

/** By the memory that is slept in. */
const notesIn = new WeakMap<ArrayBufferLike, WaitNotes>();
// Nearly all words are in one view of one memory.
let lastCells: Int32Array | undefined;
let lastNotes: WaitNotes | undefined;

/** @returns where waits for words of that view are noted; undefined if it is of no realm */
function notesFor(cells: Int32Array): WaitNotes | undefined {
  if (cells !== lastCells) {
    lastNotes = notesIn.get(cells.buffer);
    lastCells = cells;
  }
  return lastNotes;
}

/** The notes that this thread makes in one realm. */
export class WaitNotes {
  readonly #cells: Int32Array;
  /** Before the thread has a record: one that nobody has. */
  #record = recordOf(0);
  /** What it awaits, in the order in which that began. */
  readonly awaited = new Set<WaitNote>();

  /** @param cells a view of the table of threads */
  constructor(cells: Int32Array) {
    this.#cells = cells;
    notesIn.set(cells.buffer, this);
    lastCells = undefined;
  }

  /** From now on the thread has that record. */
  moveTo(slot: number): void {
    this.#record = recordOf(slot);
    this.awaited.clear();
  }

  get word(): number {
    return this.#cells[this.#record + WAITS_FOR]!;
  }

  get since(): number {
    return this.#cells[this.#record + WAITS_SINCE]!;
  }

  write(word: number, since: number): void {
    const at = this.#record;
    Atomics.store(this.#cells, at + WAITS_FOR, 0);
    if (word === 0) return;
    Atomics.store(this.#cells, at + WAITS_SINCE, since);
    Atomics.store(this.#cells, at + WAITS_FOR, word);
  }
}

/** One wait, of one sleep or more: made for each, written at its first sleep. */
export class WaitNote {
  #notes: WaitNotes | undefined;
  /** By this thread's own clock, which takes less time to read than that of the process; undefined while it blocks. */
  #awaitedSince: number | undefined;
  #outer = 0;
  #outerSince = 0;
  /** Index of the word that is awaited. */
  word = 0;

  /** The thread is about to block, on that word. */
  sleeps(cells: Int32Array, word: number): void {
    if (this.#notes !== undefined) return;
    const notes = (this.#notes = notesFor(cells));
    if (notes === undefined) return;
    this.#outer = notes.word;
    this.#outerSince = notes.since;
    notes.write(word, processMilliseconds());
  }

  /** The thread goes on, and awaits a change of that word. */
  awaits(cells: Int32Array, word: number): void {
    if (this.#notes !== undefined) return;
    this.#notes = notesFor(cells);
    this.word = word;
    this.#awaitedSince = monotonic();
    this.#notes?.awaited.add(this);
  }

  /** Since when it is awaited, as `processMilliseconds`. */
  get since(): number {
    const duration = Math.floor(monotonic() - (this.#awaitedSince ?? 0));
    return (processMilliseconds() - duration) | 0;
  }

  /** The wait is over, however it ended. */
  over(): void {
    const notes = this.#notes;
    if (notes === undefined) return;
    if (this.#awaitedSince === undefined) notes.write(this.#outer, this.#outerSince);
    else notes.awaited.delete(this);
  }
}
