/**
 * The memory of a line: its block, which the owner's ledger holds, and all that hangs on it.
 *
 *   line ──SLABS──▶ slab ──NEXT──▶ slab ...       SLAB slots each; a slot's BLOCK names its bytes
 *     └───PAGES──▶ page ──NEXT──▶ page ...        cells that name blocks: seats, functions
 *
 * So all is found from the line, and given back with it: by the owner when it closes the line, or by whoever settles the
 * owner's death. A slab and a page are linked by their allocation itself.
 */
import { HEADER_BYTES, HEADER_WORDS } from "../../memory/allocator.js";
import type { Handle } from "../../memory/heap.js";
import { type Ledger, type LedgerMemory, ObjectKind, registerEmptier } from "../../memory/ledger.js";
import type { Realm } from "../../memory/realm.js";
import { LINE_WORDS, Line, SLOT_WORDS, Slot } from "./slot-layout.js";

/** Bytes of a cache line; and its words. */
const LINE_OF_CACHE = 64;
const CACHE_WORDS = LINE_OF_CACHE / 4;
/** What comes behind the header begins on a cache line of its own. */
const FIRST = CACHE_WORDS;
const NEXT = HEADER_WORDS;
/** Slots in a slab, and cells in a page: with the header the block is a power of 2. */
const SLAB = 511;
const PAGE = 1019;

/** @returns bytes of a block in which so many words begin on a cache line */
export function bytesFor(words: number): number {
  return LINE_OF_CACHE - HEADER_BYTES + words * 4;
}

/** @returns index of the first of those words */
export function startOf(handle: Handle): number {
  return (handle << 4) + FIRST;
}

/** The owner's: slots, and cells for whatever else it allocates. */
export class SlotMemory {
  readonly handle: Handle;
  readonly #realm: Realm;
  readonly #ledger: Ledger;
  /** Where that holds the line. */
  readonly #held: number;
  #lastSlab: number;
  #lastPage: number;
  /** All slots, by NUMBER; the first `#used` of them were used since all were free, and `#free` is free again. */
  readonly #slots: number[] = [];
  #used = 0;
  #free: number[] = [];
  readonly #cells: number[] = [];

  constructor(realm: Realm) {
    this.#realm = realm;
    this.#ledger = realm.ledger;
    this.#held = this.#ledger.create(bytesFor(LINE_WORDS), ObjectKind.TASK_LINE);
    this.handle = this.#ledger.handleAt(this.#held);
    this.#lastSlab = this.start + Line.SLABS;
    this.#lastPage = this.start + Line.PAGES;
  }

  /** Index of the line's first word. */
  get start(): number {
    return startOf(this.handle);
  }

  /** All slots that were ever used, by NUMBER. */
  get slots(): readonly number[] {
    return this.#slots;
  }

  /** @returns a FREE slot @throws {HeapFullError} */
  take(): number {
    if (this.#free.length > 0) return this.#free.pop()!;
    if (this.#used === this.#slots.length) this.#addSlab();
    return this.#slots[this.#used++]!;
  }

  give(slot: number): void {
    this.#free.push(slot);
  }

  /** All slots are free: neighbours in time shall be neighbours in memory again. */
  restart(): void {
    this.#free = [];
    this.#used = 0;
  }

  /** @returns the cell that names a new block, whose words all are 0 @throws {HeapFullError} */
  allocate(bytes: number): number {
    if (this.#cells.length === 0) this.#addPage();
    const cell = this.#cells.at(-1)!;
    this.#realm.allocator.allocate(bytes, cell);
    this.#cells.pop();
    return cell;
  }

  /** Frees the block that the cell names. */
  free(cell: number): void {
    this.#realm.allocator.free(cell);
    this.#cells.push(cell);
  }

  /** Gives all back. Does nothing if the thread that held it is over, and another one runs here. */
  close(): void {
    if (this.#realm.ledger === this.#ledger) this.#ledger.free(this.#held);
  }

  #addSlab(): void {
    const { allocator, heap } = this.#realm;
    const slab = startOf(allocator.allocate(bytesFor(SLAB * SLOT_WORDS), this.#lastSlab));
    this.#lastSlab = slab - FIRST + NEXT;
    for (let slot = slab; slot < slab + SLAB * SLOT_WORDS; slot += SLOT_WORDS) {
      heap.i32[slot + Slot.NUMBER] = this.#slots.length;
      this.#slots.push(slot);
    }
  }

  #addPage(): void {
    const page = this.#realm.allocator.allocate((PAGE + 1) * 4, this.#lastPage) << 4;
    this.#lastPage = page + NEXT;
    for (let cell = page + NEXT + PAGE; cell > page + NEXT; cell--) this.#cells.push(cell);
  }
}

/** @returns the cells that name the blocks of a chain, in its order */
function chainFrom(first: number, { heap }: LedgerMemory): number[] {
  const cells: number[] = [];
  for (let cell = first; heap.i32[cell] !== 0; cell = (heap.i32[cell]! << 4) + NEXT) {
    cells.push(cell);
    heap.renew();
  }
  return cells;
}

/** Nobody works on it any more: its workers were started by its owner. Whoever dies in here leaves it to the next. */
function empty(handle: Handle, memory: LedgerMemory): void {
  const { heap, allocator } = memory;
  heap.renew();
  const line = startOf(handle);
  const release = (cell: number): void => {
    if (heap.i32[cell] !== 0) allocator.free(cell);
  };
  const slabs = chainFrom(line + Line.SLABS, memory);
  const pages = chainFrom(line + Line.PAGES, memory);
  for (const cell of slabs) {
    const slab = startOf(heap.i32[cell]!);
    for (let slot = slab; slot < slab + SLAB * SLOT_WORDS; slot += SLOT_WORDS) release(slot + Slot.BLOCK);
  }
  for (const cell of pages) {
    const page = (heap.i32[cell]! << 4) + NEXT;
    for (let at = page + 1; at <= page + PAGE; at++) release(at);
  }
  // From the end: what names a block stands in the one before it.
  for (const cell of [...slabs.reverse(), ...pages.reverse()]) release(cell);
}

registerEmptier(ObjectKind.TASK_LINE, empty);
