/**
 * Lowest rank first: a binary heap of handles; each item is a block of its own.
 *
 *   SLOTS ──▶ block of handles: slot 0 is next, children of slot i are 2i + 1 and 2i + 2; zero behind the last one
 *
 * PUT and GET say how many items there are; the heap's order is derived data. Items move through slots with a hole: the
 * item on its way is named by MOVING, and each store copies one handle. Invariant at every store:
 *
 *   items = handles in slots 0 .. size, without repetition, and MOVING
 *           - what a put that did not happen has GIVEN - what a get that happened has TAKEN
 *
 * So `repairPut` can put the slots right, again store by store, and then restores the order.
 *
 * Source: J. Williams, "Algorithm 232: Heapsort" (1964).
 */
import { HEADER_WORDS } from "../../memory/allocator.js";
import type { Handle, Heap } from "../../memory/heap.js";
import { GET, GET_SIDE, PUT, PUT_SIDE } from "../control-block.js";
import { Leftovers } from "./leftovers.js";
import { type RankedItem, RankedItems } from "./ranked-items.js";
import type { ItemSink, Storage, StorageMemory } from "./storage.js";

const SLOTS = PUT_SIDE;
/** A block of slots on its way in, and one on its way out. */
const NEW_SLOTS = PUT_SIDE + 1;
const OLD_SLOTS = PUT_SIDE + 2;
const MOVING = PUT_SIDE + 3;
/** Block on its way in; a pair by the parity of PUT. */
const GIVEN = PUT_SIDE + 4;
/** Block on its way out; a pair by the parity of GET. */
const TAKEN = GET_SIDE;
const FEWEST_SLOTS = 28;

export class Priority implements Storage<RankedItem, ItemSink> {
  readonly twoSided = false;
  readonly #memory: StorageMemory;
  readonly #heap: Heap;
  readonly #q: number;
  readonly #items: RankedItems;
  readonly #leftovers: Leftovers;

  constructor(memory: StorageMemory, queue: Handle) {
    this.#memory = memory;
    this.#heap = memory.heap;
    this.#q = queue << 4;
    this.#items = new RankedItems(memory);
    this.#leftovers = new Leftovers(memory);
  }

  append(item: RankedItem): void {
    const q = this.#q;
    const size = this.#size;
    const put = this.#heap.i32[q + PUT]!;
    const given = q + GIVEN + (put & 1);
    if (size > 0) this.#items.checkComparable(this.#heap.i32[this.#slots]!, item.rank);
    if (size === this.#capacity) this.#resize(Math.max(FEWEST_SLOTS, size * 2));
    const block = this.#items.write(given, item, put);
    const { i32 } = this.#heap;
    i32[this.#slots + size] = block;
    i32[q + PUT] = (put + 1) | 0; // commit
    i32[given] = 0;
    this.#rise(size, block);
  }

  take(sink?: ItemSink): void {
    const q = this.#q;
    const { i32 } = this.#heap;
    const got = i32[q + GET]!;
    const taken = q + TAKEN + (got & 1);
    const slots = this.#slots;
    const first = i32[slots]!;
    if (sink !== undefined) this.#items.read(first, sink); // may throw: nothing has happened yet
    i32[taken] = first;
    i32[q + GET] = (got + 1) | 0; // commit
    const size = this.#size;
    const last = i32[slots + size]!;
    if (size > 0) i32[q + MOVING] = last;
    i32[slots + size] = 0;
    if (size > 0) this.#sink(0, last, size);
    this.#memory.allocator.free(taken);
    if (size < this.#capacity / 4 && size >= FEWEST_SLOTS) this.#shrink(size * 2);
  }

  repairPut(): void {
    const q = this.#q;
    this.#settleSlots();
    if (this.#heap.i32[q + SLOTS] !== 0) this.#settleItems();
    this.#leftovers.settleIncoming(q + GIVEN, this.#heap.i32[q + PUT]!);
    this.#leftovers.settleOutgoing(q + TAKEN, this.#heap.i32[q + GET]!);
  }

  repairTake(): void {
    // Who has the one lock has repaired both sides.
  }

  clear(): void {
    const q = this.#q;
    while (this.#size > 0) this.take();
    if (this.#heap.i32[q + SLOTS] !== 0) this.#memory.allocator.free(q + SLOTS);
  }

  get #size(): number {
    return (this.#heap.i32[this.#q + PUT]! - this.#heap.i32[this.#q + GET]!) | 0;
  }

  /** Index of slot 0. */
  get #slots(): number {
    return (this.#heap.i32[this.#q + SLOTS]! << 4) + HEADER_WORDS;
  }

  get #capacity(): number {
    const handle = this.#heap.i32[this.#q + SLOTS]!;
    return handle === 0 ? 0 : this.#memory.allocator.capacity(handle) / 4;
  }

  /** The item that stands in slot `hole` goes up to its place. */
  #rise(from: number, item: Handle): void {
    const { i32 } = this.#heap;
    const slots = this.#slots;
    let hole = from;
    i32[this.#q + MOVING] = item;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#items.isBefore(item, i32[slots + parent]!)) break;
      i32[slots + hole] = i32[slots + parent]!;
      hole = parent;
    }
    i32[slots + hole] = item;
    i32[this.#q + MOVING] = 0;
  }

  /** The item goes down from slot `from` to its place. */
  #sink(from: number, item: Handle, size: number): void {
    const { i32 } = this.#heap;
    const slots = this.#slots;
    let hole = from;
    i32[this.#q + MOVING] = item;
    for (let child = hole * 2 + 1; child < size; child = hole * 2 + 1) {
      if (child + 1 < size && this.#items.isBefore(i32[slots + child + 1]!, i32[slots + child]!)) child++;
      if (!this.#items.isBefore(i32[slots + child]!, item)) break;
      i32[slots + hole] = i32[slots + child]!;
      hole = child;
    }
    i32[slots + hole] = item;
    i32[this.#q + MOVING] = 0;
  }

  #resize(slots: number): void {
    const q = this.#q;
    const { allocator } = this.#memory;
    if (this.#heap.i32[q + SLOTS] === 0) {
      allocator.allocate(slots * 4, q + SLOTS);
      return;
    }
    const fresh = (allocator.allocate(slots * 4, q + NEW_SLOTS) << 4) + HEADER_WORDS;
    const { i32 } = this.#heap;
    i32.copyWithin(fresh, this.#slots, this.#slots + this.#size);
    i32[q + OLD_SLOTS] = i32[q + SLOTS]!;
    i32[q + SLOTS] = i32[q + NEW_SLOTS]!; // commit
    i32[q + NEW_SLOTS] = 0;
    allocator.free(q + OLD_SLOTS);
  }

  #shrink(slots: number): void {
    try {
      this.#resize(slots);
    } catch (error) {
      // The heap is full: the large block serves as well, and the next get tries again.
      if (!(error instanceof RangeError)) throw error;
    }
  }

  #settleSlots(): void {
    const q = this.#q;
    for (const cell of [q + NEW_SLOTS, q + OLD_SLOTS]) {
      const handle = this.#heap.i32[cell]!;
      if (handle === 0) continue;
      if (handle === this.#heap.i32[q + SLOTS]) this.#heap.i32[cell] = 0;
      else this.#memory.allocator.free(cell);
    }
  }

  /** Every item into one of the first `size` slots, then into order. */
  #settleItems(): void {
    const q = this.#q;
    const { i32 } = this.#heap;
    const slots = this.#slots;
    const size = this.#size;
    const gone = [0, i32[q + GIVEN + (i32[q + PUT]! & 1)]!, i32[q + TAKEN + (1 - (i32[q + GET]! & 1))]!];
    const placed = new Set<Handle>(gone);
    const holes: number[] = [];
    for (let slot = 0; slot < size; slot++) {
      if (placed.has(i32[slots + slot]!)) holes.push(slots + slot);
      else placed.add(i32[slots + slot]!);
    }
    const behind = size < this.#capacity ? i32[slots + size]! : 0;
    for (const item of [i32[q + MOVING]!, behind]) {
      if (placed.has(item)) continue;
      placed.add(item);
      i32[holes.pop()!] = item;
    }
    if (behind !== 0) i32[slots + size] = 0;
    i32[q + MOVING] = 0;
    for (let slot = (size >> 1) - 1; slot >= 0; slot--) this.#sink(slot, i32[slots + slot]!, size);
  }
}
