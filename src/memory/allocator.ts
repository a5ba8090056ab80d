/**
 * Buddy allocator over the heap, safe against the death of a thread at any instruction.
 *
 * Block header (4 words at the start of each block; the chain of orders tiles the heap at every instant):
 *   0  order | state   FREE | USED | PENDING: the only truth (free lists are derived data, free-lists.ts)
 *   1  FREE -     PENDING id of the thread at work                                USED -
 *   2  FREE next  PENDING index of the cell that names, or will name, the block   USED -
 *   3  FREE prev  PENDING as it was                                               USED what it is: 0, or as label.ts says
 *
 *   FREE ──▶ PENDING(id, cell) ──▶ USED ──▶ PENDING(id, cell) ──▶ FREE
 *
 * Invariant: a PENDING block belongs to its cell if the cell names it, and is garbage if not. So storing the handle
 * into the cell commits an allocation, storing 0 commits a release, and `recover` settles both directions by one rule.
 *
 * Blocks of all sizes are aligned to their size, counted from the start of the heap; whatever its size, a freed block
 * merges with its buddy if that is free.
 *
 * Who may touch: header words of a FREE block, the holder of the heap lock; of a PENDING block, the thread in it or
 * whoever recovers that thread (README.md); the payload of a USED block, whoever its object says.
 *
 * Source: K. Knowlton, "A Fast Storage Allocator" (1965), for the buddy system.
 */
import { HeapFullError, rangeError } from "../platform/errors/errors.js";
import { demandStack } from "../platform/stacks/stack-room.js";
import { FREE, FreeLists, MAX_ORDER } from "./free-lists.js";
import type { Handle, Heap } from "./heap.js";
import { FRONTIER, HEAP_BASE, HEAP_LOCK } from "./layout.js";
import type { Owners } from "./robust-lock.js";
import { ShortLock } from "./short-lock.js";

const USED = 2 << 8;
const PENDING = 3 << 8;
const ORDER = 0xff;
const MIN_ORDER = 6;
const CHUNK_ORDER = 20;
/** Bytes of a block that its header takes. */
export const HEADER_BYTES = 16;
/** The same in words: payload starts at `(handle << 4) + HEADER_WORDS` of `heap.i32`. */
export const HEADER_WORDS = 4;
/** Bytes of the largest payload. */
const LARGEST_PAYLOAD = 2 ** MAX_ORDER - HEADER_BYTES;

/** Bytes of the heap by state, as `statistics` counts them. */
export interface HeapStatistics {
  readonly used: number;
  readonly free: number;
  readonly pending: number;
  readonly committed: number;
  /** Number of blocks in use. */
  readonly blocks: number;
}

export class Allocator {
  readonly #heap: Heap;
  readonly #free: FreeLists;
  readonly #lock: ShortLock;
  readonly #owners: Owners;

  /** @param owners for the heap's own lock: here a thread counts as dead from DYING on, so that it can be recovered */
  constructor(heap: Heap, owners: Owners) {
    this.#heap = heap;
    this.#free = new FreeLists(heap);
    this.#lock = new ShortLock(heap.word(HEAP_LOCK), owners);
    this.#owners = owners;
  }

  /** Tiles a new heap; called once, by the thread that made it. */
  format(): void {
    this.#locked(() => {
      this.#tile(HEAP_BASE, 1 << CHUNK_ORDER);
      this.#heap.i32[FRONTIER] = (1 << CHUNK_ORDER) / 64;
    });
  }

  /**
   * Allocates memory for `cell`, a word that holds 0: on return it names the block.
   *
   * @param cell index in `heap.i32`
   * @param zeroed how many bytes at the start are set to 0, for blocks that are written anyway; left out: all
   * @throws {HeapFullError} if the heap is full
   * @throws {RangeError} if the block would be larger than LARGEST_PAYLOAD
   */
  allocate(bytes: number, cell: number, zeroed = LARGEST_PAYLOAD): Handle {
    if (bytes > LARGEST_PAYLOAD) {
      throw rangeError(`Cannot allocate ${bytes} bytes of shared memory: one object may have ${LARGEST_PAYLOAD}`);
    }
    const order = Math.max(MIN_ORDER, 32 - Math.clz32(bytes + HEADER_BYTES - 1));
    const word = this.#locked(() => this.#take(order, cell, bytes));
    const { i32 } = this.#heap;
    if (zeroed > 0) i32.fill(0, word + HEADER_WORDS, word + Math.min(1 << (order - 2), HEADER_WORDS + (zeroed >> 2)));
    i32[word + 3] = 0;
    Atomics.store(i32, cell, word >>> 4); // commit
    // The id stays until the block is USED: a death in between is settled by it.
    Atomics.store(i32, word, order | USED);
    return word >>> 4;
  }

  /** Frees the block that `cell` names; the cell holds 0 afterwards. */
  free(cell: number): void {
    demandStack();
    const { i32 } = this.#heap;
    const word = i32[cell]! << 4;
    i32[word + 1] = this.#owners.me;
    i32[word + 2] = cell;
    Atomics.store(i32, word, (i32[word]! & ORDER) | PENDING);
    Atomics.store(i32, cell, 0); // commit
    this.#locked(() => this.#give(word));
  }

  /**
   * @param word index in `heap.i32`
   * @returns the block in use that it is part of; 0: none. Only as true as that nobody frees that block meanwhile
   */
  blockAt(word: number): Handle {
    this.#heap.renew();
    const { i32 } = this.#heap;
    if (word < HEAP_BASE / 4 || word >= i32[FRONTIER]! << 4) return 0;
    // What is aligned to more than the block is begins a block as well, a smaller one: the first that is large enough is it.
    for (let order = MAX_ORDER; order >= MIN_ORDER; order--) {
      const start = word & -(1 << (order - 2));
      const head = start < HEAP_BASE / 4 ? 0 : Atomics.load(i32, start);
      if ((head & ORDER) >= order) return (head & ~ORDER) === USED ? start >>> 4 : 0;
    }
    return 0;
  }

  /** @returns bytes that the block can hold */
  capacity(handle: Handle): number {
    // A shift: `**` calls a function, and queues ask at every put.
    return (1 << (this.#heap.i32[handle << 4]! & ORDER)) - HEADER_BYTES;
  }

  /** A thread is gone: settles what it had begun. @param settled called while the heap lock is still held */
  recover(id: number, settled: () => void): void {
    this.#locked(() => {
      let found = false;
      for (const word of this.#blocks()) {
        const { i32 } = this.#heap;
        if ((i32[word]! & ~ORDER) !== PENDING || i32[word + 1] !== id) continue;
        found = true;
        const named = i32[i32[word + 2]!] === word >>> 4;
        Atomics.store(i32, word, (i32[word]! & ORDER) | (named ? USED : FREE));
      }
      if (found) this.#rebuild();
      settled();
    });
  }

  /** Counts all blocks; walks the whole heap under its lock. */
  statistics(): HeapStatistics {
    return this.#locked(() => {
      let [free, used, pending, blocks] = [0, 0, 0, 0];
      for (const word of this.#blocks()) {
        const head = this.#heap.i32[word]!;
        const bytes = 2 ** (head & ORDER);
        const state = head & ~ORDER;
        if (state === FREE) free += bytes;
        else if (state === PENDING) pending += bytes;
        else {
          used += bytes;
          blocks++;
        }
      }
      return { free, used, pending, blocks, committed: this.#heap.buffer.byteLength };
    });
  }

  /** Free lists reach everywhere: whoever works on them needs views of everything. */
  #locked<T>(work: () => T): T {
    const ownerDied = this.#lock.acquire();
    this.#heap.renew();
    try {
      if (ownerDied) this.#rebuild();
      return work();
    } finally {
      this.#lock.release();
    }
  }

  #take(order: number, cell: number, bytes: number): number {
    let from = this.#free.smallest(order);
    if (from > MAX_ORDER) {
      this.#grow(order, bytes);
      from = this.#free.smallest(order);
    }
    const { i32 } = this.#heap;
    const word = this.#free.take(from);
    while (from > order) {
      from--;
      // Upper half first: the chain of orders tiles the heap at every instant.
      this.#free.push(word + (1 << (from - 2)), from);
      i32[word] = from | FREE;
    }
    i32[word + 1] = this.#owners.me;
    i32[word + 2] = cell;
    Atomics.store(i32, word, order | PENDING);
    return word;
  }

  #give(freed: number): void {
    const { i32 } = this.#heap;
    let word = freed;
    let order = i32[word]! & ORDER;
    while (order < MAX_ORDER) {
      const buddy = word ^ (1 << (order - 2));
      if (!this.#isBlock(buddy) || i32[buddy] !== (order | FREE)) break;
      this.#free.unlink(buddy, order);
      word = Math.min(word, buddy);
      order++;
      Atomics.store(i32, word, order | FREE); // one store merges and frees
    }
    this.#free.push(word, order);
  }

  /**
   * Of the buddy of a block: blocks are aligned to their size, so none that begins before the buddy reaches into it, and
   * it begins where a block does unless it is outside of what blocks tile. What stands there, a thread that died while it
   * made the heap grow may have left.
   */
  #isBlock(buddy: number): boolean {
    return buddy >= HEAP_BASE / 4 && buddy < this.#heap.i32[FRONTIER]! << 4;
  }

  /** Adds one block of at least `order` at the end of the heap. */
  #grow(order: number, wantedBytes: number): void {
    const { buffer } = this.#heap;
    const wanted = Math.max(order, CHUNK_ORDER);
    const bytes = 2 ** wanted;
    const old = this.#heap.i32[FRONTIER]! * 64;
    const start = Math.ceil(old / bytes) * bytes;
    const end = start + bytes;
    if (end > buffer.maxByteLength) {
      throw new HeapFullError(wantedBytes, this.#usedBytes(), buffer.maxByteLength);
    }
    if (end > buffer.byteLength) this.#commit(end, wantedBytes);
    this.#heap.refresh();
    this.#tile(old, start);
    this.#free.push(start / 4, wanted);
    const { i32 } = this.#heap;
    i32[FRONTIER] = end / 64; // commit
    // Of what is new only the first block has a buddy in what is old; those behind it follow as buddies of what it becomes.
    const first = old / 4;
    this.#free.unlink(first, i32[first]! & ORDER);
    this.#give(first);
  }

  /** Has the buffer grow to `end` bytes, and ahead if it may. */
  #commit(end: number, wantedBytes: number): void {
    const { buffer } = this.#heap;
    const ahead = Math.max(end, Math.min(buffer.byteLength * 2, end + (64 << 20)));
    try {
      buffer.grow(Math.min(buffer.maxByteLength, ahead));
    } catch {
      // With little address space it may fail long before its limit.
      throw new HeapFullError(wantedBytes, this.#usedBytes(), buffer.byteLength);
    }
  }

  #usedBytes(): number {
    const heads = Array.from(this.#blocks(), (word) => this.#heap.i32[word]!);
    return heads.reduce((used, head) => used + ((head & ~ORDER) === FREE ? 0 : 2 ** (head & ORDER)), 0);
  }

  /** Covers [from, to) with the largest aligned free blocks. */
  #tile(from: number, to: number): void {
    let at = from;
    while (at < to) {
      let order = MIN_ORDER;
      while (at % 2 ** (order + 1) === 0 && at + 2 ** (order + 1) <= to) order++;
      this.#free.push(at / 4, order);
      at += 2 ** order;
    }
  }

  *#blocks(): Generator<number> {
    this.#heap.refresh();
    const end = this.#heap.i32[FRONTIER]! << 4;
    for (let word = HEAP_BASE / 4; word < end; word += 1 << ((this.#heap.i32[word]! & ORDER) - 2)) yield word;
  }

  /** The last holder of the lock died: free lists are made anew from the headers. */
  #rebuild(): void {
    this.#free.clear();
    for (const word of this.#blocks()) {
      const head = this.#heap.i32[word]!;
      if ((head & ~ORDER) === FREE) this.#free.push(word, head & ORDER);
    }
  }
}
