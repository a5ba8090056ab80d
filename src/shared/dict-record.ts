/**
 * A record of a dictionary: a value as every container keeps it (record.ts), and its key.
 *
 * Block: header | 0..3 the value's | 4 key kind | 5 key integer | 6 key length | 7 order | key, padded to 8 | value
 */
import type { EncodedItem } from "../channel/item-codec.js";
import { HEADER_BYTES } from "../memory/allocator.js";
import type { Handle, Heap } from "../memory/heap.js";
import { type DictKey, type KeyScratch, readKey } from "./dict-key.js";
import { RECORD_EXTRA, readRecord, type StoredItem, writeRecord } from "./record.js";

const KEY_KIND = RECORD_EXTRA;
const KEY_INTEGER = RECORD_EXTRA + 1;
const KEY_LENGTH = RECORD_EXTRA + 2;
const ORDER = RECORD_EXTRA + 3;
const KEY_BYTES = (RECORD_EXTRA + 4) * 4;

/** An entry as it was copied out. */
export interface StoredEntry {
  readonly key: DictKey;
  readonly item: StoredItem;
  /** Counts insertions in the whole dictionary; wraps. */
  readonly order: number;
}

/** Byte of a block where the value stands, behind a key of that length. */
const valueAt = (keyLength: number): number => KEY_BYTES + ((keyLength + 7) & ~7);

/** @returns bytes of payload that the record takes */
export function dictRecordBytes(key: KeyScratch, item: EncodedItem): number {
  return valueAt(key.length) + item.bytes.length - HEADER_BYTES;
}

/** Fills a block that nobody else sees yet. */
export function writeDictRecord(
  heap: Heap,
  record: Handle,
  key: KeyScratch,
  item: EncodedItem,
  { stamp, order }: { readonly stamp: number; readonly order: number },
): void {
  const { i32 } = heap;
  const r = record << 4;
  i32[r + KEY_KIND] = key.kind;
  i32[r + KEY_INTEGER] = key.integer;
  i32[r + KEY_LENGTH] = key.length;
  i32[r + ORDER] = order;
  if (key.length > 0) heap.u8.set(key.bytes.subarray(0, key.length), record * 64 + KEY_BYTES);
  writeRecord(heap, record, valueAt(key.length), item, stamp);
}

export function hasKey(heap: Heap, record: Handle, { kind, integer, length, bytes }: KeyScratch): boolean {
  const { i32, u8 } = heap;
  const r = record << 4;
  if (i32[r + KEY_LENGTH] !== length || i32[r + KEY_KIND] !== kind || i32[r + KEY_INTEGER] !== integer) return false;
  const at = record * 64 + KEY_BYTES;
  for (let i = 0; i < length; i++) if (u8[at + i] !== bytes[i]) return false;
  return true;
}

export function orderOf(heap: Heap, record: Handle): number {
  return heap.i32[(record << 4) + ORDER]!;
}

export function readDictValue(heap: Heap, record: Handle): StoredItem {
  return readRecord(heap, record, valueAt(heap.i32[(record << 4) + KEY_LENGTH]!));
}

export function readDictEntry(heap: Heap, record: Handle): StoredEntry {
  const { i32, u8 } = heap;
  const r = record << 4;
  const key = readKey(i32[r + KEY_KIND]!, i32[r + KEY_INTEGER]!, u8, record * 64 + KEY_BYTES, i32[r + KEY_LENGTH]!);
  return { key, item: readDictValue(heap, record), order: orderOf(heap, record) };
}
