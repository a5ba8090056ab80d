/**
 * Reads a stripe's table (stripe.ts) in pieces, between which others may change it. Entries keep their places as long as
 * the table is the same; when it is another one, reading begins again, and who collects sees those again that he has.
 */
import { HEADER_WORDS } from "../memory/allocator.js";
import type { Handle, Heap } from "../memory/heap.js";
import { readDictEntry, type StoredEntry } from "./dict-record.js";

/** Entries that are read in one go, places that are looked at, and bytes of values that are copied. */
const PIECE = 256;
const PLACES = 16 * PIECE;
const BYTES = 1 << 18;

/** Word of a table's block header that tells tables apart which stand in the same block one after the other. */
const MARK = 3;

/** Where a piece begins: a place in a table. */
export interface PieceStart {
  readonly table: Handle;
  readonly mark: number;
  /** 0: at the beginning, or nowhere. */
  readonly place: number;
}

export interface Piece {
  readonly entries: readonly StoredEntry[];
  readonly rest: PieceStart;
}

export const START: PieceStart = { table: 0, mark: 0, place: 0 };

/** @param mark another one than the last table of the stripe had: its stamps, since a set comes between two tables */
export function markTable(heap: Heap, table: Handle, mark: number): void {
  heap.i32[(table << 4) + MARK] = mark;
}

/** To be called under the stripe's lock. @param table 0: none */
export function readPiece(heap: Heap, table: Handle, from: PieceStart): Piece {
  const entries: StoredEntry[] = [];
  if (table === 0) return { entries, rest: START };
  const { i32 } = heap;
  const mark = i32[(table << 4) + MARK]!;
  const first = (table << 4) + HEADER_WORDS + 2;
  const end = first + i32[first - 2]! * 2;
  const isSame = from.table === table && from.mark === mark && from.place > 0;
  let place = isSame ? from.place : first;
  const stop = Math.min(end, place + 2 * PLACES);
  for (let bytes = 0; place < stop && entries.length < PIECE && bytes < BYTES; place += 2) {
    if (i32[place]! <= 0) continue;
    const entry = readDictEntry(heap, i32[place]!);
    entries.push(entry);
    bytes += entry.item.bytes.length;
  }
  return { entries, rest: place < end ? { table, mark, place } : START };
}
