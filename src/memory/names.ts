/**
 * Lists of strings that all threads know by number: the keys of objects of one shape, the module and name of a class.
 * So an item carries a number instead of its keys.
 *
 *   heap: NAMES_TABLE ──▶ block of MOST_LISTS handles ──▶ block: length in bytes, JSON text
 *
 * NAMES_LOCK guards the table. Invariant: a list below NAMES_COUNT never changes, so reading one takes no lock; whoever
 * was told a number has renewed its views after that list was written. A list at NAMES_COUNT was left by a thread that
 * died before it published it: whoever comes next frees it.
 */
import { demandDeepStack } from "../platform/stacks/stack-room.js";
import { type Allocator, HEADER_WORDS } from "./allocator.js";
import type { Heap } from "./heap.js";
import { NAMES_COUNT, NAMES_LOCK, NAMES_TABLE } from "./layout.js";
import type { Owners } from "./robust-lock.js";
import { ShortLock } from "./short-lock.js";

/** Lists are never forgotten, so their number is limited: a program may use objects as dictionaries. */
const MOST_LISTS = 4096;
const MOST_TEXT = 4096;

/** Where the lists are. */
export interface NamesMemory {
  readonly heap: Heap;
  readonly allocator: Allocator;
  readonly owners: Owners;
}

export class Names {
  readonly #heap: Heap;
  readonly #allocator: Allocator;
  readonly #lock: ShortLock;
  readonly #numbers = new Map<string, number>();

  constructor({ heap, allocator, owners }: NamesMemory) {
    this.#heap = heap;
    this.#allocator = allocator;
    this.#lock = new ShortLock(heap.word(NAMES_LOCK), owners);
  }

  /** @returns the number of the list; undefined if it is too long, or there are too many already */
  numberOf(list: readonly string[]): number | undefined {
    const text = JSON.stringify(list);
    return this.#numbers.get(text) ?? (text.length > MOST_TEXT ? undefined : this.#register(text));
  }

  /** @returns the list with that number, which some thread was given by `numberOf` */
  list(number: number): string[] {
    this.#heap.renew();
    return JSON.parse(this.#text(number)) as string[];
  }

  #register(text: string): number | undefined {
    demandDeepStack();
    this.#lock.acquireWithRoom();
    try {
      this.#heap.renew();
      const count = this.#heap.i32[NAMES_COUNT]!;
      for (let known = this.#numbers.size; known < count; known++) this.#numbers.set(this.#text(known), known);
      const number = this.#numbers.get(text);
      if (number !== undefined || count === MOST_LISTS) return number;
      this.#write(count, text);
      this.#numbers.set(text, count);
      return count;
    } finally {
      this.#lock.release();
    }
  }

  #write(number: number, text: string): void {
    const heap = this.#heap;
    if (heap.i32[NAMES_TABLE] === 0) this.#allocator.allocate(MOST_LISTS * 4, NAMES_TABLE);
    const cell = this.#cellOf(number);
    if (heap.i32[cell] !== 0) this.#allocator.free(cell);
    const bytes = Buffer.from(text);
    const block = this.#allocator.allocate(bytes.length + 4, cell) << 4;
    heap.i32[block + HEADER_WORDS] = bytes.length;
    heap.u8.set(bytes, (block + HEADER_WORDS + 1) * 4);
    heap.i32[NAMES_COUNT] = number + 1; // commit
  }

  #text(number: number): string {
    const { i32, u8 } = this.#heap;
    const block = (i32[this.#cellOf(number)]! << 4) + HEADER_WORDS;
    const start = (block + 1) * 4;
    return Buffer.from(u8.slice(start, start + i32[block]!)).toString();
  }

  #cellOf(number: number): number {
    return (this.#heap.i32[NAMES_TABLE]! << 4) + HEADER_WORDS + number;
  }
}
