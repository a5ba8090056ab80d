/** Memory for what is copied out of the heap. */
import { keepFreedMemory } from "../../platform/engine/freed-memory.js";

/** Below this, zeroing costs less than another way to get memory. */
const LARGE = 16 << 10;
/** Who has copied as much in large pieces copies many of them, and has begun to leave them to the garbage collector. */
const MANY = 32 << 20;

/** Bytes that this thread has copied in large pieces; counted up to MANY. */
let copied = 0;

/** @returns memory of its own, every byte of which the caller writes: not zeroed if it is large, which takes as long as a copy */
export function ownBytes(length: number): Uint8Array<ArrayBuffer> {
  if (length < LARGE) return new Uint8Array(length);
  if (copied < MANY) count(length);
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

function count(length: number): void {
  copied += length;
  if (copied >= MANY) keepFreedMemory();
}

/** @param bytes no Buffer, whose `slice` copies nothing @returns a copy of `length` bytes from there on */
export function ownCopy(bytes: Uint8Array, from: number, length: number): Uint8Array<ArrayBuffer> {
  if (length < LARGE) return bytes.slice(from, from + length);
  const copy = ownBytes(length);
  copy.set(bytes.subarray(from, from + length));
  return copy;
}
