/**
 * Many readers or one writer, first come, first served.
 *
 * One list holds all: each brings a node, in the order in which they came.
 *
 *   READER ──granted──▶ READING ──leave──▶ (gone)          [ READING READING | WRITER READER ... ]
 *   WRITER ──granted──▶ WRITING ──leave──▶ (gone)          [ WRITING | READER WRITER ... ]
 *      └──timeout, abort, death──▶ (gone)
 *
 * Invariant: who is granted stands at the front of the list: either the one writer, or readers with no writer before
 * them. So a reader that comes after a waiting writer waits for it, and nobody is passed over: no starvation.
 *
 * While no writer is in the list readers stand in slots instead (reader-slots.ts), before the whole list. The gate of the
 * slots is shut before a writer joins the list, and opened by who grants and finds no writer there.
 *
 * All is changed under a mutex that is held for a few instructions; every change is one store (to a state, or the link
 * that takes a node out), after which the list is whole. What a dead holder of the mutex left out, granting, the next
 * one does. Of those who wait one looks after all, now and then (turn.ts). A dead writer makes what the lock guards `torn`,
 * until a writer mends it: alone inside, so no death can come in between.
 */
import type { Word } from "../memory/word.js";
import { demandDeepStack } from "../platform/stacks/stack-room.js";
import { type StoppableWait, throwIfStopped } from "../platform/waiting/stoppable.js";
import type { Mutex } from "./mutex.js";
import type { Owners } from "./owners.js";
import { blockUntil, DONE, doneUntil, type Watch } from "./park.js";
import type { ReaderSlots } from "./reader-slots.js";
import type { WaitNodes, WaitQueue } from "./wait-queue.js";

/** What somebody comes for; also the state of its node while it waits. */
export const Access = { READ: 1, WRITE: 2 } as const;
export type Access = (typeof Access)[keyof typeof Access];

/** Added to the state of a node that is granted. */
const GRANTED = 2;
const READING = Access.READ + GRANTED;
const WRITING = Access.WRITE + GRANTED;

/** The parts of a lock in memory, and its surroundings. */
export interface RWLockParts {
  readonly mutex: Mutex;
  readonly queue: WaitQueue;
  readonly nodes: WaitNodes;
  readonly slots: ReaderSlots;
  /** 1: a writer died inside. */
  readonly torn: Word;
  readonly owners: Owners;
  /** True of who waits and will not come back to its wait, however it ended; by default those who died. */
  readonly isGone?: (owner: number) => boolean;
  /** True if the caller is to look after the others, because nobody has lately. */
  isTurn(): boolean;
}

export class RWLock {
  readonly #parts: RWLockParts;

  constructor(parts: RWLockParts) {
    this.#parts = parts;
  }

  /** True if a writer died inside, and none has mended since what it left. */
  get torn(): boolean {
    return this.#parts.torn.load() !== 0;
  }

  /** Owners of those inside and how many wait. */
  census(): { readers: number[]; writer: number; waiting: number } {
    return this.#locked(() => {
      const entries = this.#entries();
      const ownersIn = (wanted: number) => entries.filter(({ state }) => state === wanted).map(({ owner }) => owner);
      const readers = ownersIn(READING);
      const [writer = 0] = ownersIn(WRITING);
      const waiting = entries.length - readers.length - (writer === 0 ? 0 : 1);
      return { readers: [...this.#parts.slots.readers, ...readers], writer, waiting };
    });
  }

  /** @returns the place of the caller, to be given to `leave`; 0 if it would have to wait */
  tryEnter(access: Access): number {
    const slot = this.#enterSlot(access);
    if (slot !== 0) return slot;
    const node = this.#join(access);
    return this.#isGranted(node) || !this.#withdraw(node) ? node : 0;
  }

  /** Blocks the thread until it is granted the access. @returns its place; 0 if the time ran out first */
  enterSync(access: Access, timeout?: number): number {
    const slot = this.#enterSlot(access);
    if (slot !== 0) return slot;
    const node = this.#join(access);
    if (blockUntil(this.#parts.nodes.state(node), this.#granted(node), timeout, this.#watch)) return node;
    return this.#withdraw(node) ? 0 : node;
  }

  /** The awaiting twin of `enterSync`. @returns a promise only if it has to wait @throws or rejects, as `doneUntil` */
  enter(access: Access, wait: StoppableWait = {}): number | Promise<number> {
    throwIfStopped(wait);
    const slot = this.#enterSlot(access);
    if (slot !== 0) return slot;
    const node = this.#join(access);
    return this.#isGranted(node) ? node : this.#wait(node, wait);
  }

  /** For the writer inside: what the lock guards is whole again. */
  mend(): void {
    if (this.torn) this.#parts.torn.store(0);
  }

  /** Ends an access. @param node its place */
  leave(node: number): void {
    if (node < 0) {
      this.#leaveSlot(node);
      return;
    }
    this.#locked(() => {
      this.#remove(node);
      this.#grant();
    });
  }

  async #wait(node: number, wait: StoppableWait): Promise<number> {
    try {
      if (await doneUntil(this.#parts.nodes.state(node), this.#granted(node), wait, this.#watch)) return node;
    } catch (error) {
      if (!this.#withdraw(node)) this.leave(node);
      throw error;
    }
    return this.#withdraw(node) ? 0 : node;
  }

  /** @returns the place of a reader that no writer hinders, below 0; 0 if it has to queue up */
  #enterSlot(access: Access): number {
    const { slots } = this.#parts;
    if (access !== Access.READ || !slots.isOpen) return 0;
    demandDeepStack();
    if (!slots.isClaimed) this.#locked(() => slots.claim());
    const place = -1 - slots.enter();
    if (place === 0 || slots.isOpen) return place;
    this.#leaveSlot(place);
    return 0;
  }

  #leaveSlot(place: number): void {
    const { slots } = this.#parts;
    if (slots.leave(-1 - place) && !slots.isOpen) this.#locked(() => this.#grant());
  }

  #join(access: Access): number {
    const { nodes, owners, queue, slots } = this.#parts;
    demandDeepStack();
    return this.#locked(() => {
      this.#bury();
      if (access === Access.WRITE) slots.shut();
      const node = nodes.allocate();
      nodes.owner(node).store(owners.me);
      nodes.state(node).store(access);
      queue.push(node);
      this.#grant();
      return node;
    });
  }

  /** Takes the node of one who waits no longer out. @returns false if it was granted before */
  #withdraw(node: number): boolean {
    return this.#locked(() => {
      if (this.#isGranted(node)) return false;
      this.#remove(node);
      // It may have been the writer that readers waited behind.
      this.#grant();
      return true;
    });
  }

  #isGranted(node: number): boolean {
    return this.#parts.nodes.state(node).load() > GRANTED;
  }

  #granted(node: number): () => number {
    const state = this.#parts.nodes.state(node);
    return () => {
      const seen = state.load();
      return seen > GRANTED ? DONE : seen;
    };
  }

  /** Lets in who may be: all readers up to the first writer, or the writer at the front. */
  #grant(): void {
    const { nodes, queue, slots } = this.#parts;
    for (let node = queue.first; node !== 0; node = nodes.next(node).load()) {
      const state = nodes.state(node);
      const seen = state.load();
      if (seen === WRITING || (seen === Access.WRITE && (node !== queue.first || slots.someone !== 0))) return;
      if (seen > GRANTED) continue;
      state.store(seen + GRANTED);
      // All: an abandoned sleeper of the node's last user may still be listed before the waiter.
      state.notify(Infinity);
      if (seen === Access.WRITE) return;
    }
    slots.open();
  }

  /** Takes out who died, inside or waiting. */
  #bury(): void {
    const { owners, torn } = this.#parts;
    const isGone = this.#parts.isGone ?? ((owner: number) => owners.died(owner));
    for (const { node, owner, state } of this.#entries()) {
      if (!(state > GRANTED ? owners.died(owner) : isGone(owner))) continue;
      if (state === WRITING) torn.store(1);
      this.#remove(node);
    }
  }

  #remove(node: number): void {
    this.#parts.queue.remove(node);
    this.#parts.nodes.release(node);
  }

  #entries(): { node: number; owner: number; state: number }[] {
    const { nodes, queue } = this.#parts;
    const entries = [];
    for (let node = queue.first; node !== 0; node = nodes.next(node).load()) {
      entries.push({ node, owner: nodes.owner(node).load(), state: nodes.state(node).load() });
    }
    return entries;
  }

  readonly #watch: Watch = () => {
    if (!this.#parts.isTurn()) return;
    const { slots, owners } = this.#parts;
    const all = this.#locked(() => [...slots.readers, ...this.#entries().map(({ owner }) => owner)]);
    for (const owner of new Set(all)) owners.look(owner);
    this.#locked(() => {
      this.#bury();
      this.#grant();
    });
  };

  #locked<T>(body: () => T): T {
    const { mutex } = this.#parts;
    mutex.lockSync();
    try {
      return body();
    } finally {
      mutex.unlock();
    }
  }
}
