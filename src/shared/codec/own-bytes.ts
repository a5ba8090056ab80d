/** Memory for what is copied out of the heap. */

/** Below this, zeroing costs less than another way to get memory. */
const LARGE = 16 << 10;

/** @returns memory of its own, every byte of which the caller writes: not zeroed if it is large, which takes as long as a copy */
export function ownBytes(length: number): Uint8Array<ArrayBuffer> {
  return length < LARGE ? new Uint8Array(length) : new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

/** @param bytes no Buffer, whose `slice` copies nothing @returns a copy of `length` bytes from there on */
export function ownCopy(bytes: Uint8Array, from: number, length: number): Uint8Array<ArrayBuffer> {
  if (length < LARGE) return bytes.slice(from, from + length);
  const copy = ownBytes(length);
  copy.set(bytes.subarray(from, from + length));
  return copy;
}
