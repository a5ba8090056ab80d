/**
 * Text in a struct. One lock per struct keeps readers from seeing half of it; a writer that is killed leaves the old
 * text (see struct-layout.ts), so there is nothing to repair.
 */
import type { Heap } from "../memory/heap.js";
import type { Owners } from "../memory/robust-lock.js";
import { ShortLock } from "../memory/short-lock.js";
import { wrongType } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import { slotBytes } from "./struct-layout.js";

/** The word at the start of a struct's payload is the lock of its strings. */
export const TEXT_LOCK_BYTES = 4;

/** The struct that a view or a text belongs to. */
export interface Root {
  readonly heap: Heap;
  readonly owners: Owners;
  /** First byte of the struct's payload. @throws {RuntimeError} if it has been disposed */
  readonly byte: number;
}

/** @param base where the string begins, from the first byte of the struct's payload */
export function readText(root: Root, base: number, limit: number): string {
  const { heap, byte } = root;
  return locked(root, byte, () => {
    const at = byte + base;
    const slot = at + 4 + heap.i32[at >>> 2]! * slotBytes(limit);
    const length = heap.i32[slot >>> 2]!;
    return Buffer.from(heap.u8.slice(slot + 4, slot + 4 + length));
  }).toString();
}

/** @throws {RangeError} if the text takes more bytes than there are, in UTF-8 */
export function writeText(root: Root, base: number, limit: number, text: unknown, name: string): void {
  if (typeof text !== "string") throw wrongType(`struct: ${name}`, "a string", text);
  const bytes = Buffer.from(text);
  if (bytes.length > limit) {
    throw rangeError(`struct: ${name} has room for ${limit} bytes of UTF-8, got ${bytes.length}`);
  }
  const { heap, byte } = root;
  locked(root, byte, () => {
    const at = byte + base;
    const other = 1 - heap.i32[at >>> 2]!;
    const slot = at + 4 + other * slotBytes(limit);
    heap.i32[slot >>> 2] = bytes.length;
    heap.u8.set(bytes, slot + 4);
    heap.i32[at >>> 2] = other; // commit
  });
}

function locked<T>({ heap, owners }: Root, start: number, work: () => T): T {
  const lock = new ShortLock(heap.word(start >>> 2), owners);
  lock.acquire();
  try {
    return work();
  } finally {
    lock.release();
  }
}
