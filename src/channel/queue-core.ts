/**
 * What all queues do: counting, waiting, shutting down. It knows words, a lock and a storage, not what they are made of.
 *
 *   qsize = PUT - GET        unfinished = PUT - DONE        (32-bit counts that wrap)
 *
 *   OPEN ──shutdown──▶ DRAINING ──shutdown(immediate)──▶ DROPPED      (OPEN ──▶ DROPPED too; never back)
 *          no put            ...and no get: the items left count neither as there nor as unfinished
 *
 * Two locks: putters hold `guards.put`, takers `guards.take`, each to move one item, never to wait. Where the storage
 * cannot bear both at once they are the same lock. SHUT is written by who holds both, taken in that order. So:
 *
 *   a putter alone moves PUT, and may know less of GET than is true: it sees less room than there is
 *   a taker alone moves GET, and may know less of PUT than is true: then it looks again before it finds nothing
 *
 * A taker reads SHUT before PUT: once SHUT is not OPEN, PUT stands. Who must wait sleeps on a bell: putters until room
 * is made, getters until an item comes, joiners until all is done.
 *
 * DROPPED happens at one store, of SHUT: from there on GIVEN_OUT, written before, stands for PUT and GET. The items' memory
 * is given back after it; when the thread dies at that, whoever takes a lock over goes on.
 *
 * Source: M. Michael, M. Scott, "Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue Algorithms"
 * (1996), for the two locks.
 */
import { NAP } from "../memory/patience.js";
import type { Word } from "../memory/word.js";
import type { Wait } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import { demandDeepStack } from "../platform/stacks/stack-room.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import type { Bell } from "../sync/bell.js";
import { ShutDown } from "./errors.js";
import { Lead } from "./lead.js";
import { Readings } from "./readings.js";
import { Shut } from "./shut.js";
import type { Storage } from "./storage/storage.js";

/** One of the queue's locks, as far as the algorithm is concerned. */
export interface Guard {
  /** Called where there is room on the stack. @returns true if the last owner died inside */
  acquire(): boolean;
  release(): void;
}

export interface QueueParts<Item, Sink> {
  readonly words: Readonly<Record<"put" | "get" | "done" | "shut" | "givenOut", Word>>;
  readonly bells: Readonly<Record<"arrived" | "freed" | "finished", Bell>>;
  readonly guards: Readonly<Record<"put" | "take", Guard>>;
  readonly storage: Storage<Item, Sink>;
  /** Called when items have come that this thread may not reach yet. */
  readonly renew: () => void;
  /** Most items; 0 or less: without limit. */
  readonly maxsize: number;
  /** Where items go that nobody will take. */
  readonly waste?: Sink;
  /** How often a number is looked at before a lock is taken for it. */
  readonly looks?: number;
}

/** What a queue is doing at one moment. */
export interface QueueState {
  readonly qsize: number;
  readonly unfinishedTasks: number;
  readonly isShutdown: boolean;
}

const ALL = Infinity;
/** Items taken one after the other from which on more are likely to come soon. */
const BURST = 16;

export class QueueCore<Item, Sink> {
  readonly #words: QueueParts<Item, Sink>["words"];
  readonly #bells: QueueParts<Item, Sink>["bells"];
  readonly #guards: QueueParts<Item, Sink>["guards"];
  readonly #storage: Storage<Item, Sink>;
  readonly #maxsize: number;
  readonly #waste: Sink | undefined;
  /** PUT ahead of GET: the items. */
  readonly #items: Lead;
  /** PUT ahead of DONE: what is left to do. */
  readonly #toDo: Lead;
  /** GET ahead of PUT - maxsize: the room. */
  readonly #room: Lead;
  readonly #readings: Readings;
  /** Items that this thread took since it last found none. */
  #burst = 0;

  constructor({ words, bells, guards, storage, renew, maxsize, waste, looks }: QueueParts<Item, Sink>) {
    this.#words = words;
    this.#bells = bells;
    this.#guards = guards;
    this.#storage = storage;
    this.#maxsize = maxsize;
    this.#waste = waste;
    this.#items = new Lead(words.put, renew);
    this.#toDo = new Lead(words.put);
    this.#room = new Lead(words.get);
    const still = (guard: Guard) => (read: () => number) => this.#within(guard, read);
    this.#readings = new Readings(words, { put: still(guards.put), get: still(guards.take) }, looks);
  }

  /** Items in the queue at one moment. */
  get size(): number {
    return this.#readings.size;
  }

  get unfinished(): number {
    return this.#readings.unfinished;
  }

  /** @returns all of one moment */
  get state(): QueueState {
    return this.#withBoth(() => ({ ...this.#readings.both, isShutdown: this.isShutDown }));
  }

  get isShutDown(): boolean {
    return this.#words.shut.load() !== Shut.OPEN;
  }

  /** @returns false if the queue is full @throws {ShutDown} */
  tryPut(item: Item): boolean {
    const { put, shut } = this.#words;
    const guard = this.#guards.put;
    demandDeepStack();
    this.#enter(guard);
    try {
      if (shut.load() !== Shut.OPEN) throw new ShutDown("Cannot put item: the queue was shut down");
      if (this.#maxsize > 0 && this.#room.over(put.load() - this.#maxsize) <= 0) return false;
      this.#append(item);
    } finally {
      guard.release();
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
    const { get, shut } = this.#words;
    const guard = this.#guards.take;
    demandDeepStack();
    this.#enter(guard);
    try {
      const state = shut.load();
      if (state === Shut.DROPPED || this.#items.over(get.load()) <= 0) {
        if (state !== Shut.OPEN) throw new ShutDown("Cannot get an item: the queue was shut down");
        return false;
      }
      this.#storage.take(sink);
    } finally {
      guard.release();
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
      if (this.#left(before) <= 0) throw rangeError("taskDone() was called more often than items were put");
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
    this.#withBoth(() => {
      if (shut.load() === Shut.OPEN) shut.store(Shut.DRAINING);
      if (!immediate || shut.load() !== Shut.DRAINING) return;
      givenOut.store(get.load());
      shut.store(Shut.DROPPED); // commit
      this.#drop();
    });
    for (const bell of [this.#bells.arrived, this.#bells.freed, this.#bells.finished]) bell.ring(ALL);
  }

  /** Gives the storage's memory back; nobody may use the queue any more. */
  clear(): void {
    this.#withBoth(() => {
      this.#drop();
      this.#storage.clear();
    });
  }

  /** How many threads and tasks wait for what. */
  get sleepers(): { readonly getters: number; readonly putters: number; readonly joiners: number } {
    const { arrived, freed, finished } = this.#bells;
    return { getters: arrived.sleepers, putters: freed.sleepers, joiners: finished.sleepers };
  }

  /** @returns how many items are left to do, or at least more than 0 if there are any */
  #left(done: number): number {
    const { shut, givenOut } = this.#words;
    return shut.load() === Shut.DROPPED ? (givenOut.load() - done) | 0 : this.#toDo.over(done);
  }

  readonly #isDone = (): boolean => this.unfinished === 0;

  /** To be called where there is room on the stack. */
  #enter(guard: Guard): void {
    if (guard.acquire()) this.#inherit(guard);
  }

  /** The last holder of the guard died with it: settles what it may have left. */
  #inherit(guard: Guard): void {
    const { put, take } = this.#guards;
    const dropped = this.#words.shut.load() === Shut.DROPPED;
    if (guard === put) this.#storage.repairPut();
    if (guard === take) {
      this.#storage.repairTake();
      if (dropped) this.#drop();
    } else if (dropped) {
      // It may have died as it dropped the items, with both guards.
      this.#enter(take);
      take.release();
    }
  }

  #withBoth<T>(act: () => T): T {
    const { put, take } = this.#guards;
    return this.#within(put, () => (take === put ? act() : this.#alone(take, act)));
  }

  #within<T>(guard: Guard, act: () => T): T {
    demandDeepStack();
    return this.#alone(guard, act);
  }

  #alone<T>(guard: Guard, act: () => T): T {
    this.#enter(guard);
    try {
      return act();
    } finally {
      guard.release();
    }
  }

  #append(item: Item): void {
    try {
      this.#storage.append(item);
    } catch (error) {
      this.#storage.repairPut();
      throw error;
    }
  }

  #drop(): void {
    const { put, get } = this.#words;
    while (put.load() !== get.load()) this.#storage.take(this.#waste);
  }
}
