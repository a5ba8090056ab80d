/**
 * The blocks of a priority queue's items, and which of two comes first.
 *
 *   block: header | kind | integer | length in bytes | number of the put | characters of the rank, or -1 | - | float64
 *          | characters of the rank, padded to 8 | bytes
 *
 * Equal ranks: the one put first. Numbers of puts wrap; two in one queue are never 2^31 apart.
 */
import { type Allocator, HEADER_WORDS } from "../../memory/allocator.js";
import type { Handle, Heap } from "../../memory/heap.js";
import { typeError } from "../../platform/errors/errors.js";
import type { Encoded } from "../codec/codec.js";
import type { Rank } from "./rank.js";
import type { ItemSink, StorageMemory } from "./storage.js";

const KIND = HEADER_WORDS;
const INTEGER = HEADER_WORDS + 1;
const LENGTH = HEADER_WORDS + 2;
const PUT_NUMBER = HEADER_WORDS + 3;
const CHARACTERS = HEADER_WORDS + 4;
const NUMBER = HEADER_WORDS + 6;
const TEXT = HEADER_WORDS + 8;
const IS_NUMBER = -1;

/** An item with what it is ordered by. */
export interface RankedItem extends Encoded {
  readonly rank: Rank;
}

export class RankedItems {
  readonly #heap: Heap;
  readonly #allocator: Allocator;

  constructor({ heap, allocator }: StorageMemory) {
    this.#heap = heap;
    this.#allocator = allocator;
  }

  /** Writes the item into a block that `cell` names. */
  write(cell: number, item: RankedItem, putNumber: number): Handle {
    const { rank } = item;
    const text = typeof rank === "string" ? padded(rank.length * 2) : 0;
    const handle = this.#allocator.allocate(32 + text + item.length, cell, 0);
    const block = handle << 4;
    const { i32, f64, u8 } = this.#heap;
    i32[block + KIND] = item.kind;
    i32[block + INTEGER] = item.integer;
    i32[block + LENGTH] = item.length;
    i32[block + PUT_NUMBER] = putNumber;
    if (typeof rank === "string") {
      i32[block + CHARACTERS] = rank.length;
      u8.set(Buffer.from(rank, "utf16le"), (block + TEXT) * 4);
    } else {
      i32[block + CHARACTERS] = IS_NUMBER;
      f64[(block + NUMBER) >> 1] = rank;
    }
    if (item.length > 0) item.writeTo(this.#heap, (block + TEXT) * 4 + text);
    return handle;
  }

  read(handle: Handle, sink: ItemSink): void {
    const { i32 } = this.#heap;
    const block = handle << 4;
    const characters = i32[block + CHARACTERS]!;
    const at = (block + TEXT) * 4 + (characters === IS_NUMBER ? 0 : padded(characters * 2));
    sink.readFrom(this.#heap, at, i32[block + KIND]!, i32[block + INTEGER]!, i32[block + LENGTH]!);
  }

  /** @throws {TypeError} if the rank cannot be compared with that of the item */
  checkComparable(handle: Handle, rank: Rank): void {
    const isNumber = this.#heap.i32[(handle << 4) + CHARACTERS] === IS_NUMBER;
    if (isNumber === (typeof rank === "number")) return;
    const [those, this_] = isNumber ? ["numbers", "a string"] : ["strings", "a number"];
    throw typeError(`Cannot compare priorities: those in the queue are ${those}, this one is ${this_}`);
  }

  /** @returns true if the item `a` leaves before `b` */
  isBefore(a: Handle, b: Handle): boolean {
    const { i32 } = this.#heap;
    const [first, second] = [a << 4, b << 4];
    const order = i32[first + CHARACTERS] === IS_NUMBER ? this.#numbers(first, second) : this.#texts(first, second);
    return (order || (i32[first + PUT_NUMBER]! - i32[second + PUT_NUMBER]!) | 0) < 0;
  }

  #numbers(first: number, second: number): number {
    const a = this.#heap.f64[(first + NUMBER) >> 1]!;
    const b = this.#heap.f64[(second + NUMBER) >> 1]!;
    return a < b ? -1 : Number(a > b);
  }

  #texts(first: number, second: number): number {
    const { i32, u8 } = this.#heap;
    const [a, b] = [i32[first + CHARACTERS]!, i32[second + CHARACTERS]!];
    const [atA, atB] = [(first + TEXT) * 4, (second + TEXT) * 4];
    for (let i = 0; i < Math.min(a, b) * 2; i += 2) {
      const high = u8[atA + i + 1]! - u8[atB + i + 1]!;
      const order = high || u8[atA + i]! - u8[atB + i]!;
      if (order !== 0) return order;
    }
    return a - b;
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
