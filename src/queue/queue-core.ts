/**
 * What all queues do: counting, waiting, shutting down. It knows words, a lock and a storage, not what they are made of.
 *
 *   qsize = PUT - GET        unfinished = PUT - DONE        (32-bit counts that wrap)
 *
 *   OPEN ──shutdown──▶ DRAINING ──shutdown(immediate)──▶ DROPPED      (OPEN ──▶ DROPPED too; never back)
 *          no put            ...and no get: the items left count neither as there nor as unfinished
 *
 * The lock guards the storage and the states; it is held to move one item, never to wait. Who must wait sleeps on a
 * bell: putters until room is made, getters until an item comes, joiners until all is done.
 *
 * DROPPED happens at one store, of SHUT: from there on GIVEN_OUT, written before, stands for PUT and GET. The items' memory
 * is given back after it; when the thread dies at that, whoever takes the lock over goes on.
 */
import type { Word } from "../memory/word.js";
import type { Wait } from "../platform/arguments.js";
import { throwIfStopped } from "../sync/park.js";
import type { Bell } from "./bell.js";
import { ShutDown } from "./errors.js";
import type { Storage } from "./storage/storage.js";

/** What the word SHUT says. */
export const Shut = { OPEN: 0, DRAINING: 1, DROPPED: 2 } as const;

/** The queue's lock, as far as the algorithm is concerned. */
export interface Guard {
  /** @returns true if the last owner died inside */
  acquire(): boolean;
  release(): void;
}

export interface QueueParts<Item, Sink> {
  readonly words: Readonly<Record<"put" | "get" | "done" | "shut" | "givenOut", Word>>;
  readonly bells: Readonly<Record<"arrived" | "freed" | "finished", Bell>>;
  readonly guard: Guard;
  readonly storage: Storage<Item, Sink>;
  /** Most items; 0 or less: without limit. */
  readonly maxsize: number;
}

const ALL = Infinity;
const NAP = 0.05;
/** Items taken one after the other from which on more are likely to come soon. */
const BURST = 16;

export class QueueCore<Item, Sink> {
  readonly #words: QueueParts<Item, Sink>["words"];
  readonly #bells: QueueParts<Item, Sink>["bells"];
  readonly #guard: Guard;
  readonly #storage: Storage<Item, Sink>;
  readonly #maxsize: number;
  /** Items that this thread took since it last found none. */
  #burst = 0;

  constructor({ words, bells, guard, storage, maxsize }: QueueParts<Item, Sink>) {
    this.#words = words;
    this.#bells = bells;
    this.#guard = guard;
    this.#storage = storage;
    this.#maxsize = maxsize;
  }

  get size(): number {
    if (this.#words.shut.load() === Shut.DROPPED) return 0;
    // GET first: in the other order items that pass in between could make it less than 0.
    const got = this.#words.get.load();
    return (this.#words.put.load() - got) | 0;
  }

  get unfinished(): number {
    // DONE first, for the same reason.
    const done = this.#words.done.load();
    return Math.max(0, this.#left(done));
  }

  get isShutDown(): boolean {
    return this.#words.shut.load() !== Shut.OPEN;
  }

  /** @returns false if the queue is full @throws {ShutDown} */
  tryPut(item: Item): boolean {
    const { put, get, shut } = this.#words;
    this.#enter();
    try {
      if (shut.load() !== Shut.OPEN) throw new ShutDown("Cannot put item: the queue was shut down");
      if (this.#maxsize > 0 && ((put.load() - get.load()) | 0) >= this.#maxsize) return false;
      this.#append(item);
    } finally {
      this.#guard.release();
    }
    this.#bells.arrived.ring(1);
    return true;
  }

  /** @returns false if no room was made in time */
  putSync(item: Item, timeout: number | undefined): boolean {
    return this.#bells.freed.sleepSync(() => this.tryPut(item), timeout);
  }

  put(item: Item, wait: Wait): Promise<boolean> {
    return this.#bells.freed.sleep(() => this.tryPut(item), wait);
  }

  /** @returns false if the queue is empty @throws {ShutDown} */
  tryTake(sink: Sink): boolean {
    const { put, get, shut } = this.#words;
    this.#enter();
    try {
      const state = shut.load();
      if (state === Shut.DROPPED || put.load() === get.load()) {
        if (state !== Shut.OPEN) throw new ShutDown("Cannot get an item: the queue was shut down");
        return false;
      }
      this.#storage.take(sink);
    } finally {
      this.#guard.release();
    }
    if (this.#maxsize > 0) this.#bells.freed.ring(1);
    this.#burst++;
    return true;
  }

  /** @returns false if no item came in time */
  takeSync(sink: Sink, timeout: number | undefined): boolean {
    const tried = (): boolean => this.tryTake(sink);
    if (this.#burst > BURST && timeout !== 0) {
      this.#bells.arrived.nap(NAP);
      if (tried()) return true;
    }
    this.#burst = 0;
    return this.#bells.arrived.sleepSync(tried, timeout);
  }

  take(sink: Sink, wait: Wait): Promise<boolean> {
    return this.#bells.arrived.sleep(() => this.tryTake(sink), wait);
  }

  /** @throws {RangeError} if no item is unfinished */
  taskDone(): void {
    const { done } = this.#words;
    for (;;) {
      const before = done.load();
      if (this.#left(before) <= 0) throw new RangeError("taskDone() was called more often than items were put");
      if (done.compareExchange(before, (before + 1) | 0) !== before) continue;
      // Looked at again: an immediate shutdown may have come in between, and made this the last one.
      if (this.#left(before + 1) <= 0) this.#bells.finished.ring(ALL);
      return;
    }
  }

  joinSync(timeout: number | undefined): boolean {
    return this.#isDone() || this.#bells.finished.sleepSync(this.#isDone, timeout);
  }

  async join(wait: Wait): Promise<boolean> {
    throwIfStopped(wait);
    return this.#isDone() || this.#bells.finished.sleep(this.#isDone, wait);
  }

  shutdown(immediate: boolean): void {
    const { shut, get, givenOut } = this.#words;
    this.#enter();
    try {
      if (shut.load() === Shut.OPEN) shut.store(Shut.DRAINING);
      if (immediate && shut.load() === Shut.DRAINING) {
        givenOut.store(get.load());
        shut.store(Shut.DROPPED); // commit
        this.#drop();
      }
    } finally {
      this.#guard.release();
    }
    for (const bell of [this.#bells.arrived, this.#bells.freed, this.#bells.finished]) bell.ring(ALL);
  }

  /** Gives the storage's memory back; nobody may use the queue any more. */
  clear(): void {
    this.#enter();
    try {
      this.#storage.clear();
    } finally {
      this.#guard.release();
    }
  }

  /** How many threads and tasks wait for what. */
  get sleepers(): { readonly getters: number; readonly putters: number; readonly joiners: number } {
    const { arrived, freed, finished } = this.#bells;
    return { getters: arrived.sleepers, putters: freed.sleepers, joiners: finished.sleepers };
  }

  #left(done: number): number {
    const { shut, givenOut, put } = this.#words;
    return ((shut.load() === Shut.DROPPED ? givenOut : put).load() - done) | 0;
  }

  readonly #isDone = (): boolean => this.unfinished === 0;

  #enter(): void {
    if (!this.#guard.acquire()) return;
    this.#storage.repair();
    if (this.#words.shut.load() === Shut.DROPPED) this.#drop();
  }

  #append(item: Item): void {
    try {
      this.#storage.append(item);
    } catch (error) {
      this.#storage.repair();
      throw error;
    }
  }

  #drop(): void {
    const { put, get } = this.#words;
    while (put.load() !== get.load()) this.#storage.take();
  }
}
