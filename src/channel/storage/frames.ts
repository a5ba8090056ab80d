/**
 * How an item stands in a segment.
 *
 *   frame: length << 8 | kind | OWN_BLOCK, integer or handle, bytes; padded to 8
 *   block of its own, for an item of more than BIG bytes: length, -, bytes
 */
import { type Allocator, HEADER_WORDS } from "../../memory/allocator.js";
import type { Handle, Heap } from "../../memory/heap.js";
import type { Encoded } from "../codec/codec.js";
import type { ItemSink, StorageMemory } from "./storage.js";

/** First word of what is no frame: the items go on in the next segment. */
export const END = 255;
const OWN_BLOCK = 128;
const KIND = OWN_BLOCK - 1;
const BIG = 8 << 10;
const HEAD_BYTES = 8;

export class Frames {
  readonly #heap: Heap;
  readonly #allocator: Allocator;

  constructor({ heap, allocator }: StorageMemory) {
    this.#heap = heap;
    this.#allocator = allocator;
  }

  /** @returns bytes of the frame that the item needs */
  sizeFor({ length }: Encoded): number {
    return length > BIG ? HEAD_BYTES : sizeOf(length);
  }

  /** @returns bytes of the frame at word `frame` */
  sizeAt(frame: number): number {
    const head = this.#heap.i32[frame]!;
    return (head & OWN_BLOCK) !== 0 ? HEAD_BYTES : sizeOf(head >>> 8);
  }

  /** @returns the block of the item at word `frame`; 0 if it has none */
  blockAt(frame: number): Handle {
    return (this.#heap.i32[frame]! & OWN_BLOCK) !== 0 ? this.#heap.i32[frame + 1]! : 0;
  }

  /** @param given cell that names the item's block, if it needs one, until the item is published */
  write(frame: number, item: Encoded, given: number): void {
    const { kind, length } = item;
    if (length > BIG) {
      const block = this.#allocator.allocate(length + HEAD_BYTES, given, 0);
      const start = (block << 4) + HEADER_WORDS;
      this.#heap.i32[start] = length;
      item.writeTo(this.#heap, start * 4 + HEAD_BYTES);
      this.#heap.i32[frame] = kind | OWN_BLOCK;
      this.#heap.i32[frame + 1] = block;
      return;
    }
    const { i32 } = this.#heap;
    i32[frame] = (length << 8) | kind;
    i32[frame + 1] = item.integer;
    if (length > 0) item.writeTo(this.#heap, frame * 4 + HEAD_BYTES);
  }

  read(frame: number, sink: ItemSink): void {
    const { i32 } = this.#heap;
    const head = i32[frame]!;
    const integer = i32[frame + 1]!;
    if ((head & OWN_BLOCK) === 0) {
      sink.readFrom(this.#heap, frame * 4 + HEAD_BYTES, head & KIND, integer, head >>> 8);
      return;
    }
    const start = (integer << 4) + HEADER_WORDS;
    sink.readFrom(this.#heap, start * 4 + HEAD_BYTES, head & KIND, 0, i32[start]!);
  }
}

function sizeOf(length: number): number {
  return (HEAD_BYTES + 7 + length) & ~7;
}
