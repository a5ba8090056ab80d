/**
 * What each thread holds in the heap, so that it is given back when the thread drops it, ends or dies.
 *
 * Chain of blocks: LEDGER_HEAD ──▶ block ──▶ block ...   never unlinked, so it is walked without a lock
 * Block: header | owner | next | slots, each 0 or the handle of an object
 *
 *   owner 0 ──claim──▶ thread's id ──thread is gone, reap──▶ reaper's id ──all slots given back──▶ 0
 *
 * An object is allocated with its slot as the allocator's cell: it is the thread's from the store that commits the
 * allocation. Nobody else knows its handle until it is **let go** (slot := 0), which comes before the handle goes
 * anywhere. From then on only `dispose` frees it: who may still use it cannot be known, and a leak is better than a
 * wrong release.
 *
 * Invariant: an object that a slot names can be reached by the slot's owner only. So the owner may free it when its own
 * wrapper is garbage, and whoever settles the owner's end may free it then. Both free through the slot, at one store.
 */
import { type Allocator, HEADER_BYTES, HEADER_WORDS } from "./allocator.js";
import type { Handle, Heap } from "./heap.js";
import { becomePlain, kindOf, writeLabel } from "./label.js";
import { LEDGER_HEAD, LEDGER_LOCK } from "./layout.js";
import type { Owners } from "./robust-lock.js";
import { ShortLock } from "./short-lock.js";

// Words of a block.
const OWNER = HEADER_WORDS;
const NEXT = HEADER_WORDS + 1;
const SLOTS = HEADER_WORDS + 2;
const SMALLEST_BYTES = 512;
const LARGEST_BYTES = 64 << 10;

/** Kinds of objects that have blocks of their own inside: below 15. */
export const ObjectKind = {
  PLAIN: 0,
  DICT: 1,
  LIST: 2,
  QUEUE: 3,
  LIFO_QUEUE: 4,
  PRIORITY_QUEUE: 5,
  TASK_LINE: 6,
} as const;

/** Gives back everything that an object of that kind has, but for its own block. */
export type Emptier = (handle: Handle, memory: LedgerMemory) => void;

const emptiers = new Map<number, Emptier>();

/** Says how objects of a kind are emptied; called by the module that has their class. */
export function registerEmptier(kind: number, emptier: Emptier): void {
  emptiers.set(kind, emptier);
}

/** Where the ledger is. */
export interface LedgerMemory {
  readonly heap: Heap;
  readonly allocator: Allocator;
  readonly owners: Owners & { readonly spins: number };
}

export class Ledger {
  readonly #memory: LedgerMemory;
  readonly #growing: ShortLock;
  /** Slots of this thread's blocks that hold nothing. */
  readonly #free: number[] = [];
  #nextBytes = SMALLEST_BYTES;

  constructor(memory: LedgerMemory) {
    this.#memory = memory;
    this.#growing = new ShortLock(memory.heap.word(LEDGER_LOCK), memory.owners);
  }

  /**
   * Makes an object of `bytes` zeroed bytes that this thread holds.
   *
   * @param label what it is (label.ts)
   * @returns its slot @throws {HeapFullError} if the heap is full
   */
  create(bytes: number, label: number): number {
    if (this.#free.length === 0) this.#claim();
    const slot = this.#free.at(-1)!;
    const { heap, allocator } = this.#memory;
    const handle = allocator.allocate(bytes, slot);
    this.#free.pop();
    writeLabel(heap, handle, label);
    return slot;
  }

  handleAt(slot: number): Handle {
    return this.#memory.heap.i32[slot]!;
  }

  /** The object is about to be known elsewhere: from now on only `dispose` frees it. */
  letGo(slot: number): void {
    Atomics.store(this.#memory.heap.i32, slot, 0);
    this.#free.push(slot);
  }

  /** The object has given back all that it had inside: only its own block is left. */
  emptied(handle: Handle): void {
    becomePlain(this.#memory.heap, handle);
  }

  /** Gives back the object and what it has inside. */
  free(slot: number): void {
    this.#release(slot);
    this.#free.push(slot);
  }

  /** The worker of that thread no longer exists: gives back what it held. Whoever dies in here leaves it to the next. */
  reap(id: number): void {
    for (const block of this.#blocks()) {
      const { i32 } = this.#memory.heap;
      if (Atomics.compareExchange(i32, block + OWNER, id, this.#memory.owners.me) !== id) continue;
      const end = block + HEADER_WORDS + this.#memory.allocator.capacity(block >>> 4) / 4;
      for (let slot = block + SLOTS; slot < end; slot++) {
        if (this.#memory.heap.i32[slot] !== 0) this.#release(slot);
      }
      Atomics.store(this.#memory.heap.i32, block + OWNER, 0);
    }
  }

  #release(slot: number): void {
    const { heap, allocator } = this.#memory;
    const handle = heap.i32[slot]!;
    const kind = kindOf(heap, handle);
    if (kind !== ObjectKind.PLAIN) {
      const emptier = emptiers.get(kind);
      // A thread that never had such an object cannot take it apart: it stays.
      if (emptier === undefined) {
        heap.i32[slot] = 0;
        return;
      }
      emptier(handle, this.#memory);
    }
    allocator.free(slot);
  }

  /** Gets a block: one that a thread has left, or a new one at the end of the chain. */
  #claim(): void {
    const { heap, owners } = this.#memory;
    let block = this.#findFree();
    while (block === 0) {
      this.#extend();
      block = this.#findFree();
    }
    if (Atomics.compareExchange(heap.i32, block + OWNER, 0, owners.me) !== 0) return this.#claim();
    const end = block + HEADER_WORDS + this.#memory.allocator.capacity(block >>> 4) / 4;
    for (let slot = end - 1; slot >= block + SLOTS; slot--) this.#free.push(slot);
  }

  #findFree(): number {
    for (const block of this.#blocks()) if (Atomics.load(this.#memory.heap.i32, block + OWNER) === 0) return block;
    return 0;
  }

  /** The allocation itself links the block: there is nothing to repair if its maker dies. */
  #extend(): void {
    this.#growing.acquire();
    try {
      let cell = LEDGER_HEAD;
      for (const block of this.#blocks()) cell = block + NEXT;
      this.#memory.allocator.allocate(this.#nextBytes - HEADER_BYTES, cell);
      this.#nextBytes = Math.min(this.#nextBytes * 2, LARGEST_BYTES);
    } finally {
      this.#growing.release();
    }
  }

  /** Index of the first word of each block. */
  *#blocks(): Generator<number> {
    const { heap } = this.#memory;
    for (let cell = LEDGER_HEAD; ; ) {
      const handle = Atomics.load(heap.i32, cell);
      if (handle === 0) return;
      heap.renew();
      yield handle << 4;
      cell = (handle << 4) + NEXT;
    }
  }
}
