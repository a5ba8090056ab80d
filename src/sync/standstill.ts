/**
 * Threads that block until another has made something, while others wait for what they make themselves: finds that each of
 * them waits for the next, so that none would ever go on.
 *
 *   goes on ──blocks: notes whose claim it waits for──▶ waits ──tries again──▶ goes on
 *                └──that one waits for this one, directly or through others──▶ refused
 *
 * Each thread counts the claims that it has ended. A note has the count of the maker as it was before the maker was seen to have
 * the claim, so the claim is there as long as the count is the same.
 *
 * Invariant: notes are written and removed, and followed, under one lock. Who has a note ends no claim: it waits, or is about to try
 * again, for which it removes the note first. So what is found under the lock is true of one moment, and stays true: nobody in
 * the circle can end its claim. Only a wait without limit has a note, as another one ends by itself. (A thread from outside may still
 * store the value, or end one of them; what it would have done later nobody knows.)
 *
 * A thread that died is in no circle: its claims pass on.
 */
import type { Owners } from "../memory/robust-lock.js";
import type { Word } from "../memory/word.js";
import type { Wanted } from "./single-maker.js";

/** What is known of one thread. */
export interface WaitNote {
  /** Whose claim it waits for; 0: nobody's. */
  readonly maker: Word;
  /** How many claims that one had ended. */
  readonly since: Word;
  /** How many the thread itself has ended. */
  readonly ended: Word;
}

/** Held for a few instructions. */
export interface NotesLock {
  acquire(): unknown;
  release(): void;
}

/** A circle is no longer than there are threads. */
const MOST = 2048;

export class Standstill {
  readonly #lock: NotesLock;
  readonly #noteOf: (thread: number) => WaitNote;
  readonly #owners: Owners;
  #hasNote = false;

  constructor(lock: NotesLock, noteOf: (thread: number) => WaitNote, owners: Owners) {
    this.#lock = lock;
    this.#noteOf = noteOf;
    this.#owners = owners;
  }

  /** The calling thread, which others may wait for, has ended a claim; called after that. */
  endedClaim(): void {
    this.#noteOf(this.#owners.me).ended.add(1);
  }

  /**
   * @param makerOf tells who has claimed what is wanted; 0: nobody
   * @param isForever the wait has no limit
   * @param refuse throws; called if waiting cannot help
   * @returns `wanted`, for a blocking wait of the calling thread
   */
  watched(wanted: Wanted, makerOf: () => number, isForever: boolean, refuse: () => never): Wanted {
    return {
      ...wanted,
      isThere: () => {
        this.#goOn();
        return wanted.isThere();
      },
      claim: () => {
        if (wanted.claim()) return true;
        if (this.#wouldStand(makerOf, isForever)) refuse();
        return false;
      },
    };
  }

  #goOn(): void {
    if (!this.#hasNote) return;
    this.#locked(() => this.#noteOf(this.#owners.me).maker.store(0));
    this.#hasNote = false;
  }

  #wouldStand(makerOf: () => number, isForever: boolean): boolean {
    const circle = this.#locked(() => this.#note(makerOf, isForever));
    // The death of one that was terminated may not have been found yet.
    for (const thread of circle) this.#owners.look(thread, 0);
    return circle.length > 0 && !circle.some((thread) => this.#owners.died(thread));
  }

  /** @returns who waits in a circle, without the caller; then it has no note */
  #note(makerOf: () => number, isForever: boolean): readonly number[] {
    const mine = this.#noteOf(this.#owners.me);
    const maker = this.#sinceOf(makerOf, mine);
    if (maker === 0 || maker === this.#owners.me) return [];
    const circle = this.#circleFrom(maker, mine.since.load());
    this.#hasNote = isForever && circle.length === 0;
    if (this.#hasNote) mine.maker.store(maker);
    return circle;
  }

  /** @returns who has the claim; how many it had ended before it was seen to have it is noted */
  #sinceOf(makerOf: () => number, mine: WaitNote): number {
    for (;;) {
      const maker = makerOf();
      if (maker === 0 || maker === this.#owners.me) return maker;
      mine.since.store(this.#noteOf(maker).ended.load());
      if (makerOf() === maker) return maker;
    }
  }

  #circleFrom(first: number, since: number): readonly number[] {
    const circle: number[] = [];
    for (let [next, ended] = [first, since]; circle.length < MOST; ) {
      const note = this.#noteOf(next);
      if (note.ended.load() !== ended) return [];
      if (next === this.#owners.me) return circle;
      circle.push(next);
      const waiter = next;
      [next, ended] = [note.maker.load(), note.since.load()];
      // Looked at last: the note may be that of a thread which has the place of a dead one.
      if (next === 0 || this.#owners.died(waiter)) return [];
    }
    return [];
  }

  #locked<T>(work: () => T): T {
    this.#lock.acquire();
    try {
      return work();
    } finally {
      this.#lock.release();
    }
  }
}
