/**
 * The items of a shared list in the heap, moved only by the holder of the list's lock.
 *
 * Table: block header | length | handles of records (record.ts) ...
 *
 * Each change happens at ONE store: of the length (append, pop), of one handle (set), or of TABLE, which brings a new
 * table and its length at once (grow, insert, remove, clear). RECORD and NEXT name what is on its way in, GARBAGE and
 * OLD_TABLE what is on its way out; so a death between any two stores leaves a whole list, and `repair` frees whatever
 * the table does not name.
 */
import type { EncodedItem } from "../channel/item-codec.js";
import { HEADER_BYTES, HEADER_WORDS } from "../memory/allocator.js";
import type { Handle } from "../memory/heap.js";
import {
  type ContainerMemory,
  overwriteRecord,
  RECORD_EXTRA,
  readRecord,
  type StoredItem,
  stampOf,
  writeRecord,
} from "./record.js";

// Words of the list's block.
export const LIST_LOCK = HEADER_WORDS;
const TABLE = HEADER_WORDS + 1;
const RECORD = HEADER_WORDS + 2;
const NEXT = HEADER_WORDS + 3;
const GARBAGE = HEADER_WORDS + 4;
const OLD_TABLE = HEADER_WORDS + 5;
const STAMPS = HEADER_WORDS + 6;
/** How often items have got other indices. */
const MOVES = HEADER_WORDS + 7;
export const LIST_BYTES = 8 * 4;

const ITEM_BYTES = RECORD_EXTRA * 4;
/** Items that a new table has room for: a block of 64 bytes. */
const FIRST_ROOM = 11;

export class Vector {
  readonly #memory: ContainerMemory;
  /** Index of the list's block in `heap.i32`. */
  readonly #l: number;

  constructor(memory: ContainerMemory, list: Handle) {
    this.#memory = memory;
    this.#l = list << 4;
  }

  get length(): number {
    const table = this.#table;
    return table === 0 ? 0 : this.#i32[(table << 4) + HEADER_WORDS]!;
  }

  /** @param index from 0 to length - 1, as everywhere here */
  get(index: number): StoredItem {
    return readRecord(this.#memory.heap, this.#i32[this.#placeOf(index)]!, ITEM_BYTES);
  }

  /** Another number whenever items have got other indices. */
  get moves(): number {
    return this.#i32[this.#l + MOVES]!;
  }

  stamp(index: number): number {
    return stampOf(this.#memory.heap, this.#i32[this.#placeOf(index)]!);
  }

  /** @throws {HeapFullError} if the heap is full: the list is as before */
  append(item: EncodedItem): void {
    const { length } = this;
    if (length === this.#room) this.#resize(length * 2 || FIRST_ROOM);
    const record = this.#make(item);
    const i32 = this.#i32;
    i32[this.#placeOf(length)] = record;
    i32[this.#placeOf(-1)] = length + 1; // commit
    i32[this.#l + RECORD] = 0;
  }

  pop(): StoredItem {
    const last = this.length - 1;
    const item = this.get(last);
    const { allocator } = this.#memory;
    const i32 = this.#i32;
    i32[this.#l + GARBAGE] = i32[this.#placeOf(last)]!;
    i32[this.#placeOf(-1)] = last; // commit
    allocator.free(this.#l + GARBAGE);
    return item;
  }

  set(index: number, item: EncodedItem): void {
    const { heap, allocator } = this.#memory;
    const old = heap.i32[this.#placeOf(index)]!;
    if (overwriteRecord(heap, old, item, this.#newStamp())) return;
    const record = this.#make(item);
    heap.i32[this.#l + GARBAGE] = old;
    heap.i32[this.#placeOf(index)] = record; // commit
    heap.i32[this.#l + RECORD] = 0;
    allocator.free(this.#l + GARBAGE);
  }

  /** @param index from 0 to length */
  insert(index: number, item: EncodedItem): void {
    const { length } = this;
    if (index === length) return this.append(item);
    this.#noteMove();
    const record = this.#make(item);
    const made = this.#makeTable(Math.max(this.#room, length + 1));
    const i32 = this.#i32;
    const [from, to] = [this.#placeOf(0), (made << 4) + HEADER_WORDS + 1];
    for (let i = 0; i < index; i++) i32[to + i] = i32[from + i]!;
    i32[to + index] = record;
    for (let i = index; i < length; i++) i32[to + i + 1] = i32[from + i]!;
    i32[to - 1] = length + 1;
    this.#exchangeTable(made);
    i32[this.#l + RECORD] = 0;
    this.#memory.allocator.free(this.#l + OLD_TABLE);
  }

  /** @returns the item that was there */
  remove(index: number): StoredItem {
    const { length } = this;
    if (index === length - 1) return this.pop();
    this.#noteMove();
    const item = this.get(index);
    const made = this.#makeTable(this.#room);
    const i32 = this.#i32;
    const [from, to] = [this.#placeOf(0), (made << 4) + HEADER_WORDS + 1];
    for (let i = 0; i < length - 1; i++) i32[to + i] = i32[from + (i < index ? i : i + 1)]!;
    i32[to - 1] = length - 1;
    this.#exchangeTable(made);
    this.#memory.allocator.free(from + index); // the record, which the old table alone still names
    this.#memory.allocator.free(this.#l + OLD_TABLE);
    return item;
  }

  clear(): void {
    this.empty();
    this.dropEmptied();
  }

  /** Removes all items, whatever their number, at once; what they had is given back by `dropEmptied`. */
  empty(): void {
    const i32 = this.#i32;
    if (this.#table === 0) return;
    this.dropEmptied();
    this.#noteMove();
    i32[this.#l + OLD_TABLE] = this.#table;
    i32[this.#l + TABLE] = 0; // commit
  }

  /** @param most records that it may take the time for @returns whether all is given back */
  dropEmptied(most = Infinity): boolean {
    return this.#i32[this.#l + OLD_TABLE] === 0 || this.#dropOldTable(new Set(), most);
  }

  /** Nobody can reach the list any more: gives back all that it has, whatever its last user was doing. */
  destroy(): void {
    this.#memory.heap.renew();
    this.repair();
    this.clear();
  }

  /** The last holder of the lock died inside. It is idempotent: who dies in here leaves it to the next one. */
  repair(): void {
    const { heap, allocator } = this.#memory;
    const table = this.#table;
    const named = new Set<Handle>([table]);
    for (let index = 0; index < this.length; index++) named.add(heap.i32[this.#placeOf(index)]!);
    for (const cell of [this.#l + RECORD, this.#l + NEXT, this.#l + GARBAGE]) {
      if (heap.i32[cell] === 0) continue;
      if (named.has(heap.i32[cell]!)) heap.i32[cell] = 0;
      else allocator.free(cell);
    }
    if (heap.i32[this.#l + OLD_TABLE] === table) heap.i32[this.#l + OLD_TABLE] = 0;
    else if (heap.i32[this.#l + OLD_TABLE] !== 0) this.#dropOldTable(named);
  }

  get #i32(): Int32Array {
    return this.#memory.heap.i32;
  }

  get #table(): Handle {
    return this.#i32[this.#l + TABLE]!;
  }

  /** Items that the table has room for. */
  get #room(): number {
    const table = this.#table;
    return table === 0 ? 0 : this.#memory.allocator.capacity(table) / 4 - 1;
  }

  #placeOf(index: number): number {
    return (this.#table << 4) + HEADER_WORDS + 1 + index;
  }

  #newStamp(): number {
    const i32 = this.#i32;
    const stamp = (i32[this.#l + STAMPS]! + 1) | 0;
    i32[this.#l + STAMPS] = stamp;
    return stamp;
  }

  #noteMove(): void {
    const i32 = this.#i32;
    i32[this.#l + MOVES] = (i32[this.#l + MOVES]! + 1) | 0;
  }

  /** @returns a record that RECORD names */
  #make(item: EncodedItem): Handle {
    const { heap, allocator } = this.#memory;
    const record = allocator.allocate(ITEM_BYTES + item.bytes.length - HEADER_BYTES, this.#l + RECORD);
    writeRecord(heap, record, ITEM_BYTES, item, this.#newStamp());
    return record;
  }

  /** @returns a table that NEXT names; OLD_TABLE is free for the one that it replaces */
  #makeTable(room: number): Handle {
    this.dropEmptied();
    return this.#memory.allocator.allocate(4 + room * 4, this.#l + NEXT);
  }

  #resize(room: number): void {
    const made = this.#makeTable(room);
    const { length } = this;
    const i32 = this.#i32;
    const [from, to] = [this.#placeOf(0), (made << 4) + HEADER_WORDS + 1];
    for (let i = 0; i < length; i++) i32[to + i] = i32[from + i]!;
    i32[to - 1] = length;
    this.#exchangeTable(made);
    if (i32[this.#l + OLD_TABLE] !== 0) this.#memory.allocator.free(this.#l + OLD_TABLE);
  }

  /** `made`, which NEXT names, takes the place of the table, which OLD_TABLE names from now on. */
  #exchangeTable(made: Handle): void {
    const i32 = this.#i32;
    i32[this.#l + OLD_TABLE] = this.#table;
    i32[this.#l + TABLE] = made; // commit
    i32[this.#l + NEXT] = 0;
  }

  /** Frees the table that is on its way out, and its records that no other table names; from its end. */
  #dropOldTable(named: ReadonlySet<Handle>, most = Infinity): boolean {
    const { allocator } = this.#memory;
    const start = (this.#i32[this.#l + OLD_TABLE]! << 4) + HEADER_WORDS + 1;
    for (let left = most; this.#i32[start - 1]! > 0; left--) {
      if (left === 0) return false;
      const place = start + this.#i32[start - 1]! - 1;
      const record = this.#i32[place]!;
      if (record !== 0 && !named.has(record)) allocator.free(place);
      this.#i32[start - 1]! -= 1;
    }
    allocator.free(this.#l + OLD_TABLE);
    return true;
  }
}
