/** The name of a thread, in a block that its record names. */
import { type Allocator, HEADER_WORDS } from "./allocator.js";
import type { Heap } from "./heap.js";

/** @param at index of the word that names the block; that of the name before is given back */
export function writeName(heap: Heap, at: number, name: string, allocator: Allocator): void {
  if (heap.i32[at] !== 0) allocator.free(at);
  const bytes = Buffer.from(name);
  const block = allocator.allocate(4 + bytes.length, at) << 4;
  heap.i32[block + HEADER_WORDS] = bytes.length;
  heap.u8.set(bytes, (block + HEADER_WORDS + 1) * 4);
}

/** @returns the name, or "" if there is none */
export function readName(heap: Heap, at: number): string {
  heap.renew();
  const block = heap.i32[at]! << 4;
  if (block === 0) return "";
  const start = (block + HEADER_WORDS + 1) * 4;
  return Buffer.from(heap.u8.slice(start, start + heap.i32[block + HEADER_WORDS]!)).toString();
}
