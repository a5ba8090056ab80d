/**
 * Readers that no writer hinders: each thread counts its own in a slot that no other one writes, so that readers do not
 * meet at all, however many are inside.
 *
 *   gate     OPEN ──a writer comes──▶ SHUT ──the last writer is gone──▶ OPEN
 *   slot     owner, and how many readers of that thread are inside
 *
 *   reader:  count + 1 ──▶ gate OPEN? inside : count - 1, let the writer look again, queue up with it
 *   writer:  gate SHUT ──▶ all counts 0? inside : wait
 *
 * Invariant: a reader counts itself before it looks at the gate, a writer shuts the gate before it looks at the counts. So
 * one of the two sees the other, and a reader that leaves and finds the gate shut knows that somebody waits for it.
 *
 * A count is changed by the owner of its slot alone, and by the holder of the mutex when that owner is dead; all else under
 * the mutex. A slot whose thread is gone, and was not inside, serves the next one. Who gets no slot queues up.
 *
 * Source: D. Dice, A. Kogan, "BRAVO: Biased Locking for Reader-Writer Locks" (2019).
 */
import type { Word } from "../memory/word.js";
import type { Owners } from "./owners.js";

const Gate = { OPEN: 0, SHUT: 1 } as const;

/** The parts in memory, all 0 at first, and the surroundings. */
export interface ReaderSlotsParts {
  readonly gate: Word;
  /** How many slots, from the first one on, have ever had an owner. */
  readonly used: Word;
  readonly size: number;
  /** Owner of slot 0, 1, 2 ... */
  owner(slot: number): Word;
  count(slot: number): Word;
  readonly owners: Owners;
  /** True of a thread that runs no more, however it ended. */
  isGone(owner: number): boolean;
}

/** One slot, as its thread sees it. */
interface Slot {
  readonly index: number;
  readonly owner: Word;
  readonly count: Word;
}

export class ReaderSlots {
  readonly #parts: ReaderSlotsParts;
  readonly #gate: Word;
  readonly #owners: Owners;
  /** Those that the calling thread has had; a worker may run one thread after another. */
  readonly #slots: (Slot | undefined)[] = [];
  #mine: Slot | undefined;

  constructor(parts: ReaderSlotsParts) {
    this.#parts = parts;
    this.#gate = parts.gate;
    this.#owners = parts.owners;
  }

  get isOpen(): boolean {
    return this.#gate.load() === Gate.OPEN;
  }

  /** True if the calling thread has a slot, so that it need not `claim` one. */
  get isClaimed(): boolean {
    return this.#mine !== undefined && this.#mine.owner.load() === this.#owners.me;
  }

  /** Counts one more reader of the calling thread. @returns the slot, from 0 on; -1 if the thread has none */
  enter(): number {
    const slot = this.#mine;
    if (slot === undefined) return -1;
    slot.count.store(slot.count.load() + 1);
    return slot.index;
  }

  /** @returns true if it was the last reader of the slot */
  leave(index: number): boolean {
    const { count } = this.#slots[index]!;
    const left = count.load() - 1;
    count.store(left);
    return left === 0;
  }

  // All below: under the mutex.

  open(): void {
    if (!this.isOpen) this.#gate.store(Gate.OPEN);
  }

  shut(): void {
    this.#gate.store(Gate.SHUT);
  }

  /** Sees to it that the calling thread has a slot, if there is one. */
  claim(): void {
    const owned = this.#owned();
    const index = owned ?? this.#free();
    this.#mine = undefined;
    if (index === undefined) return;
    const { owner, count } = this.#parts;
    this.#mine = this.#slots[index] ??= { index, owner: owner(index), count: count(index) };
    if (owned === undefined) this.#take(this.#mine);
  }

  #take({ index, owner, count }: Slot): void {
    count.store(0); // a dead owner may have been inside
    owner.store(this.#owners.me);
    const { used } = this.#parts;
    if (used.load() <= index) used.store(index + 1);
  }

  /** The owner of a slot with readers inside; 0 if there is none. */
  get someone(): number {
    for (const { owner } of this.#inside()) return owner;
    return 0;
  }

  /** Owners of all readers inside, once for each. */
  get readers(): number[] {
    return [...this.#inside()].flatMap(({ owner, count }) => new Array<number>(count).fill(owner));
  }

  /** The slots with readers inside; those of the dead are given up. */
  *#inside(): Generator<{ owner: number; count: number }> {
    const used = this.#parts.used.load();
    for (let slot = 0; slot < used; slot++) {
      const count = this.#parts.count(slot).load();
      if (count === 0) continue;
      const owner = this.#parts.owner(slot).load();
      if (this.#owners.died(owner)) this.#giveUp(slot);
      else yield { owner, count };
    }
  }

  #giveUp(slot: number): void {
    this.#parts.count(slot).store(0);
    this.#parts.owner(slot).store(0);
  }

  #owned(): number | undefined {
    return this.#find(this.#parts.used.load(), (owner) => owner === this.#owners.me);
  }

  #free(): number | undefined {
    const { size, count, isGone } = this.#parts;
    const isEmpty = (slot: number): boolean => count(slot).load() === 0;
    return this.#find(
      size,
      (owner, slot) => owner === 0 || this.#owners.died(owner) || (isGone(owner) && isEmpty(slot)),
    );
  }

  #find(end: number, isRight: (owner: number, slot: number) => boolean): number | undefined {
    for (let slot = 0; slot < end; slot++) if (isRight(this.#parts.owner(slot).load(), slot)) return slot;
    return undefined;
  }
}
