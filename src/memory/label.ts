/**
 * What a block in use is, in word 3 of its header: whoever finds the block knows what must be freed with it, and what it is
 * to those who look at memory from outside.
 *
 *   bits 0 to 3    kind: of ObjectKind (ledger.ts), or PART
 *   bits 4 to 30   of a PART: handle of the object that the block is part of
 *                  else: 1 + number of the list of the names of its class (names.ts); 0: it is no object, or not told
 *
 * Invariant: the allocator leaves it 0, and who makes the block writes it before anybody else knows its handle. A maker that
 * died before that leaves a block that nobody knows. Only the kind changes after that: whoever disposes of the object makes it
 * 0 once it is empty.
 */
import type { Handle, Heap } from "./heap.js";

/** Kind of a block that an object has beside its own. No ledger holds it. */
const PART = 15;

const LABEL = 3;
const KIND = 0xf;
const SHIFT = 4;

/** @param names number of the list of names of its class; undefined: there is none */
export function objectLabel(kind: number, names: number | undefined): number {
  return kind | (names === undefined ? 0 : (names + 1) << SHIFT);
}

export function partLabel(object: Handle): number {
  return PART | (object << SHIFT);
}

export function writeLabel(heap: Heap, block: Handle, label: number): void {
  heap.i32[(block << 4) + LABEL] = label;
}

export function kindOf(heap: Heap, block: Handle): number {
  return heap.i32[(block << 4) + LABEL]! & KIND;
}

/** The object has nothing inside any more. */
export function becomePlain(heap: Heap, object: Handle): void {
  heap.i32[(object << 4) + LABEL]! &= ~KIND;
}

/** @returns the object that the block is part of, or the block, if it is one */
export function objectOf(heap: Heap, block: Handle): Handle {
  const label = heap.i32[(block << 4) + LABEL]!;
  return (label & KIND) === PART ? label >>> SHIFT : block;
}

/** @returns the number of the list of names of the object's class; undefined: not told */
export function namesOf(heap: Heap, object: Handle): number | undefined {
  const names = heap.i32[(object << 4) + LABEL]! >>> SHIFT;
  return names === 0 ? undefined : names - 1;
}
