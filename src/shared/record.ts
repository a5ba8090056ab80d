/**
 * A value in a block of the heap, as dictionaries and lists keep it.
 *
 * Block: header | 0 kind | 1 integer | 2 length of the value | 3 stamp | what the container adds | bytes of the value
 *
 * The stamp is new whenever the value is: who has seen it can tell later that nobody has changed the value since.
 * Whoever touches a record holds the container's lock and has renewed the heap's views.
 */
import { ownCopy } from "../channel/codec/own-bytes.js";
import type { EncodedItem } from "../channel/item-codec.js";
import { type Allocator, HEADER_WORDS } from "../memory/allocator.js";
import type { Handle, Heap } from "../memory/heap.js";

/** Where containers live. */
export interface ContainerMemory {
  readonly heap: Heap;
  readonly allocator: Allocator;
}

/** A value as it was copied out. */
export interface StoredItem extends EncodedItem {
  readonly stamp: number;
}

// Words of a record, from the block's header on.
const KIND = HEADER_WORDS;
const INTEGER = HEADER_WORDS + 1;
const LENGTH = HEADER_WORDS + 2;
const STAMP = HEADER_WORDS + 3;
/** First word that a container may use for itself. */
export const RECORD_EXTRA = HEADER_WORDS + 4;

/** @param at byte of the block where the value's bytes stand @returns the kind, number and bytes; a copy */
export function readRecord(heap: Heap, record: Handle, at: number): StoredItem {
  const { i32 } = heap;
  const r = record << 4;
  const length = i32[r + LENGTH]!;
  const from = record * 64 + at;
  return {
    kind: i32[r + KIND]!,
    integer: i32[r + INTEGER]!,
    stamp: i32[r + STAMP]!,
    bytes: length === 0 ? NO_BYTES : ownCopy(heap.u8, from, length),
  };
}

/** Fills a block that nobody else sees yet. */
export function writeRecord(heap: Heap, record: Handle, at: number, item: EncodedItem, stamp: number): void {
  const { i32 } = heap;
  const r = record << 4;
  i32[r + KIND] = item.kind;
  i32[r + INTEGER] = item.integer;
  i32[r + LENGTH] = item.bytes.length;
  i32[r + STAMP] = stamp;
  if (item.bytes.length > 0) heap.u8.set(item.bytes, record * 64 + at);
}

/** Writes a value over another if one store does it. @returns false if it does not */
export function overwriteRecord(heap: Heap, record: Handle, item: EncodedItem, stamp: number): boolean {
  const { i32 } = heap;
  const r = record << 4;
  if (item.bytes.length > 0 || i32[r + LENGTH] !== 0 || i32[r + KIND] !== item.kind) return false;
  i32[r + STAMP] = stamp;
  i32[r + INTEGER] = item.integer; // commit
  return true;
}

/** @returns the stamp of what the record holds now */
export function stampOf(heap: Heap, record: Handle): number {
  return heap.i32[(record << 4) + STAMP]!;
}

const NO_BYTES = new Uint8Array(0);
