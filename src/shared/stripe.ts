/**
 * One sixteenth of a dictionary: a hash table with open addressing in the heap, moved only by the holder of its lock.
 *
 * Table: block header | capacity | entries of (hash, record). The record word of an entry is 0 (never used), REMOVED, or
 * the handle of a record (dict-record.ts).
 *
 * Each change happens at ONE store: of an entry's record word (set, delete), of TABLE (resize, clear), or of a number in
 * place. NEXT names what is on its way in, GARBAGE and OLD_TABLE what is on its way out. So a death between any two
 * stores leaves a whole table, and `repair` frees whichever blocks the table does not name. COUNT and FILLED are derived.
 */
import { Kind } from "../channel/codec/tags.js";
import { type EncodedItem, integerItem } from "../channel/item-codec.js";
import { HEADER_WORDS } from "../memory/allocator.js";
import type { Handle } from "../memory/heap.js";
import type { KeyScratch } from "./dict-key.js";
import {
  dictRecordBytes,
  hasKey,
  orderOf,
  readDictEntry,
  readDictValue,
  type StoredEntry,
  writeDictRecord,
} from "./dict-record.js";
import { type ContainerMemory, overwriteRecord, type StoredItem, stampOf } from "./record.js";
import { markTable, type Piece, type PieceStart, readPiece } from "./table-piece.js";

// Words of a stripe.
export const STRIPE_LOCK = 0;
const TABLE = 1;
const COUNT = 2;
/** Entries that have ever been used since the table was made, removed ones included. */
const FILLED = 3;
const NEXT = 4;
const GARBAGE = 5;
const OLD_TABLE = 6;
const STAMPS = 7;
/** Words that a stripe uses; the rest of its cache line is free. */
export const STRIPE_WORDS = 8;

const REMOVED = -1;
const FIRST_CAPACITY = 8;
/** The table grows when more than three quarters of it are filled. */
const FULL = 0.75;

/** Stands for the stamp of a key that is not there. */
export const ABSENT = undefined;

export class Stripe {
  readonly #memory: ContainerMemory;
  readonly #s: number;
  /** Where the key that was looked for last is, or would be put. */
  #slot = 0;

  /** @param at index of the stripe's first word in `heap.i32` */
  constructor(memory: ContainerMemory, at: number) {
    this.#memory = memory;
    this.#s = at;
  }

  get count(): number {
    return this.#i32[this.#s + COUNT]!;
  }

  get(key: KeyScratch): StoredItem | undefined {
    const record = this.#find(key);
    return record === 0 ? undefined : readDictValue(this.#memory.heap, record);
  }

  has(key: KeyScratch): boolean {
    return this.#find(key) !== 0;
  }

  /** @returns the stamp of the key's value, or ABSENT */
  stamp(key: KeyScratch): number | undefined {
    const record = this.#find(key);
    return record === 0 ? ABSENT : stampOf(this.#memory.heap, record);
  }

  /** @param order called for a new key @throws {HeapFullError} if the heap is full: the stripe is as before */
  set(key: KeyScratch, item: EncodedItem, order: () => number): void {
    const record = this.#find(key);
    if (record === 0) this.#insert(key, item, order());
    else this.#replace(record, key, item);
  }

  /** Adds to an integer in place. @returns the number before; undefined if it takes more than that */
  addInteger(key: KeyScratch, delta: number): number | undefined {
    const record = this.#find(key);
    if (record === 0 || (delta | 0) !== delta) return undefined;
    const { kind, integer } = readDictValue(this.#memory.heap, record);
    const sum = integer + delta;
    if (kind !== Kind.INTEGER || (sum | 0) !== sum) return undefined;
    overwriteRecord(this.#memory.heap, record, integerItem(sum), this.#newStamp());
    return integer;
  }

  delete(key: KeyScratch): boolean {
    const record = this.#find(key);
    if (record === 0) return false;
    const { heap, allocator } = this.#memory;
    const s = this.#s;
    heap.i32[s + GARBAGE] = record;
    heap.i32[this.#slot + 1] = REMOVED; // commit
    heap.i32[s + COUNT]! -= 1;
    allocator.free(s + GARBAGE);
    return true;
  }

  /** Removes all keys, whatever their number, at once; what they had is given back by `dropEmptied`. */
  empty(): void {
    const { i32 } = this.#memory.heap;
    const s = this.#s;
    if (i32[s + TABLE] === 0) return;
    this.dropEmptied();
    i32[s + OLD_TABLE] = i32[s + TABLE]!;
    i32[s + TABLE] = 0; // commit
    i32[s + COUNT] = 0;
    i32[s + FILLED] = 0;
  }

  /** Whether `empty` has left something to be given back; anybody may ask. */
  get isEmptied(): boolean {
    return this.#i32[this.#s + OLD_TABLE] !== 0;
  }

  /** @param most records that it may take the time for @returns whether all is given back */
  dropEmptied(most = Infinity): boolean {
    return !this.isEmptied || this.#dropOldTable(new Set(), most);
  }

  /** @returns some of the entries, and where to go on; see table-piece.ts */
  piece(from: PieceStart): Piece {
    return readPiece(this.#memory.heap, this.#i32[this.#s + TABLE]!, from);
  }

  /** @param most how many at most, 1 or more */
  entries(most = Infinity): StoredEntry[] {
    const { heap } = this.#memory;
    const found: StoredEntry[] = [];
    for (const place of this.#records(heap.i32[this.#s + TABLE]!))
      if (found.push(readDictEntry(heap, heap.i32[place]!)) >= most) break;
    return found;
  }

  /** Nobody can reach the dictionary any more: gives back all that it has, whatever its last user was doing. */
  destroy(): void {
    this.#memory.heap.renew();
    this.repair();
    this.empty();
    this.dropEmptied();
  }

  /** The last holder of the lock died inside. It is idempotent: who dies in here leaves it to the next one. */
  repair(): void {
    const { heap, allocator } = this.#memory;
    const s = this.#s;
    const table = heap.i32[s + TABLE]!;
    const named = new Set<Handle>();
    for (const place of this.#records(table)) named.add(heap.i32[place]!);
    heap.i32[s + COUNT] = named.size;
    heap.i32[s + FILLED] = this.#countFilled(table);
    named.add(table);
    for (const cell of [s + NEXT, s + GARBAGE]) {
      if (heap.i32[cell] === 0) continue;
      if (named.has(heap.i32[cell]!)) heap.i32[cell] = 0;
      else allocator.free(cell);
    }
    if (heap.i32[s + OLD_TABLE] === table) heap.i32[s + OLD_TABLE] = 0;
    else if (heap.i32[s + OLD_TABLE] !== 0) this.#dropOldTable(named);
  }

  get #i32(): Int32Array {
    return this.#memory.heap.i32;
  }
  /** @returns the record of the key, or 0; `#slot` is its entry, or the one to put it into */
  #find(key: KeyScratch): Handle {
    const i32 = this.#i32;
    const table = i32[this.#s + TABLE]!;
    this.#slot = 0;
    if (table === 0) return 0;
    const first = (table << 4) + HEADER_WORDS + 1;
    const mask = i32[first - 1]! - 1;
    for (let i = key.hash & mask; ; i = (i + 1) & mask) {
      const entry = first + i * 2;
      const record = i32[entry + 1]!;
      if (record === 0 || record === REMOVED) {
        this.#slot ||= entry;
        if (record === 0) return 0;
      } else if (i32[entry] === key.hash && hasKey(this.#memory.heap, record, key)) {
        this.#slot = entry;
        return record;
      }
    }
  }

  #replace(record: Handle, key: KeyScratch, item: EncodedItem): void {
    const { heap, allocator } = this.#memory;
    const s = this.#s;
    const stamp = this.#newStamp();
    if (overwriteRecord(heap, record, item, stamp)) return;
    const made = this.#make(key, item, { stamp, order: orderOf(heap, record) });
    heap.i32[s + GARBAGE] = record;
    heap.i32[this.#slot + 1] = made; // commit
    heap.i32[s + NEXT] = 0;
    allocator.free(s + GARBAGE);
  }

  #insert(key: KeyScratch, item: EncodedItem, order: number): void {
    this.#makeRoom(key);
    const s = this.#s;
    const made = this.#make(key, item, { stamp: this.#newStamp(), order });
    const { i32 } = this.#memory.heap;
    const wasUsed = i32[this.#slot + 1] === REMOVED;
    i32[this.#slot] = key.hash;
    i32[this.#slot + 1] = made; // commit
    i32[s + NEXT] = 0;
    i32[s + COUNT]! += 1;
    if (!wasUsed) i32[s + FILLED]! += 1;
  }

  #newStamp(): number {
    const { i32 } = this.#memory.heap;
    i32[this.#s + STAMPS] = (i32[this.#s + STAMPS]! + 1) | 0;
    return i32[this.#s + STAMPS]!;
  }

  /** @returns a record that NEXT names */
  #make(key: KeyScratch, item: EncodedItem, marks: { readonly stamp: number; readonly order: number }): Handle {
    const { heap, allocator } = this.#memory;
    const record = allocator.allocate(dictRecordBytes(key, item), this.#s + NEXT);
    writeDictRecord(heap, record, key, item, marks);
    return record;
  }

  #makeRoom(key: KeyScratch): void {
    const i32 = this.#i32;
    const table = i32[this.#s + TABLE]!;
    const capacity = table === 0 ? 0 : i32[(table << 4) + HEADER_WORDS]!;
    if (i32[this.#s + FILLED]! + 1 <= capacity * FULL) return;
    this.#resize();
    this.#find(key);
  }

  /** Makes a table of the right size for what is there: larger, or without the entries that were removed. */
  #resize(): void {
    const { heap, allocator } = this.#memory;
    const s = this.#s;
    this.dropEmptied();
    const wanted = (heap.i32[s + COUNT]! + 1) * 2;
    let capacity = FIRST_CAPACITY;
    while (capacity < wanted) capacity *= 2;
    const made = allocator.allocate(4 + capacity * 8, s + NEXT);
    const { i32 } = heap;
    i32[(made << 4) + HEADER_WORDS] = capacity;
    markTable(heap, made, i32[s + STAMPS]!);
    for (const place of this.#records(i32[s + TABLE]!)) this.#link(made, capacity, i32[place - 1]!, i32[place]!);
    i32[s + OLD_TABLE] = i32[s + TABLE]!;
    i32[s + TABLE] = made; // commit
    i32[s + NEXT] = 0;
    i32[s + FILLED] = i32[s + COUNT]!;
    if (i32[s + OLD_TABLE] !== 0) allocator.free(s + OLD_TABLE);
  }

  #link(table: Handle, capacity: number, hash: number, record: Handle): void {
    const [i32, first] = [this.#i32, (table << 4) + HEADER_WORDS + 1];
    let i = hash & (capacity - 1);
    while (i32[first + i * 2 + 1] !== 0) i = (i + 1) & (capacity - 1);
    i32[first + i * 2] = hash;
    i32[first + i * 2 + 1] = record;
  }

  /** Frees the table that is on its way out, and its records that no other table names. */
  #dropOldTable(named: ReadonlySet<Handle>, most = Infinity): boolean {
    const { heap, allocator } = this.#memory;
    let left = most;
    for (const place of this.#records(heap.i32[this.#s + OLD_TABLE]!)) {
      if (left-- === 0) return false;
      if (!named.has(heap.i32[place]!)) allocator.free(place);
    }
    allocator.free(this.#s + OLD_TABLE);
    return true;
  }

  /** Indices of all words of a table that name a record. */
  *#records(table: Handle): Generator<number> {
    if (table === 0) return;
    const first = (table << 4) + HEADER_WORDS + 2;
    const end = first + this.#i32[first - 2]! * 2;
    for (let place = first; place < end; place += 2) if (this.#i32[place]! > 0) yield place;
  }

  #countFilled(table: Handle): number {
    if (table === 0) return 0;
    const [i32, first] = [this.#i32, (table << 4) + HEADER_WORDS + 1];
    let filled = 0;
    for (let i = 0; i < i32[first - 1]!; i++) if (i32[first + i * 2 + 1] !== 0) filled++;
    return filled;
  }
}
