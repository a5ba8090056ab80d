/**
 * Keys of a dictionary: strings and numbers, told apart as in Map and in Python (1 is not "1"; 0 is -0; NaN is NaN).
 *
 * A key is written into scratch memory of this thread, hashed, and compared byte by byte with the keys in the heap.
 * Equal keys have equal bytes: a string that fits Latin-1 is written so, an int32 has no bytes.
 *
 * Source: G. Fowler, L. C. Noll, K.-P. Vo, FNV-1a (1991), with a final mix.
 */
import { wrongType } from "../platform/errors/arguments.js";

/** What a dictionary may be indexed with. */
export type DictKey = string | number;

/** How a key stands in its record. */
const Kind = { INTEGER: 1, DOUBLE: 2, LATIN1: 3, UTF16: 4 } as const;

const LATIN1_LARGEST = 0xff;
const FIRST_HASH = 0x811c9dc5;

function hashed(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

/** Keys up to this length are read letter by letter: less than what a copy of their bytes costs. */
const SHORT = 12;

/** One key, ready to be looked up. Used again for the next one: no user code may run between `write` and its use. */
export class KeyScratch {
  kind = 0;
  integer = 0;
  length = 0;
  hash = 0;
  bytes = new Uint8Array(256);

  /** @throws {TypeError} if it is neither a string nor a number */
  write(key: unknown): this {
    if (typeof key === "string") this.#writeString(key);
    else if (typeof key === "number") this.#writeNumber(key);
    else throw wrongType("SharedDict: key", "a string or a number", key);
    return this;
  }

  #writeNumber(key: number): void {
    this.length = 0;
    this.integer = key | 0;
    if (this.integer === key)
      this.kind = Kind.INTEGER; // -0 too
    else {
      this.kind = Kind.DOUBLE;
      this.integer = 0;
      this.length = 8;
      new DataView(this.bytes.buffer).setFloat64(0, key, true);
    }
    this.#hashBytes(this.integer ^ this.kind);
  }

  #writeString(key: string): void {
    this.integer = 0;
    this.#reserve(key.length * 2);
    if (this.#writeLatin1(key)) return;
    this.kind = Kind.UTF16;
    this.#writeUtf16(key);
    this.#hashBytes(this.kind);
  }

  /** @returns false if the key has other characters; hashes as it writes: a second loop is a fifth of a `get` */
  #writeLatin1(key: string): boolean {
    const { bytes } = this;
    const { length } = key;
    let hash = FIRST_HASH ^ Kind.LATIN1;
    for (let i = 0; i < length; i++) {
      const code = key.charCodeAt(i);
      if (code > LATIN1_LARGEST) return false;
      bytes[i] = code;
      hash = hashed(hash, code);
    }
    this.kind = Kind.LATIN1;
    this.length = length;
    this.hash = spread(hash);
    return true;
  }

  #writeUtf16(key: string): void {
    const { bytes } = this;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      bytes[2 * i] = code;
      bytes[2 * i + 1] = code >>> 8;
    }
    this.length = key.length * 2;
  }

  #hashBytes(seed: number): void {
    const { bytes, length } = this;
    let hash = FIRST_HASH ^ seed;
    for (let i = 0; i < length; i++) hash = hashed(hash, bytes[i]!);
    this.hash = spread(hash);
  }

  #reserve(bytes: number): void {
    if (bytes > this.bytes.length) this.bytes = new Uint8Array(bytes * 2);
  }
}

/** @returns whether they name the same value */
export function isSameKey(one: unknown, other: unknown): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}

/** @param from where its bytes stand in `u8` @returns the key that was written so */
export function readKey(kind: number, integer: number, u8: Uint8Array, from: number, length: number): DictKey {
  if (kind === Kind.INTEGER) return integer;
  if (kind === Kind.LATIN1 && length <= SHORT) return shortKey(u8, from, length);
  const bytes = u8.slice(from, from + length);
  if (kind === Kind.DOUBLE) return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    kind === Kind.LATIN1 ? "latin1" : "utf16le",
  );
}

function shortKey(u8: Uint8Array, from: number, length: number): string {
  let key = "";
  for (let i = from; i < from + length; i++) key += String.fromCharCode(u8[i]!);
  return key;
}
