/** A value that is written once and read by all threads, in a block that a cell names: length, kind, integer, bytes. */
import { HEADER_WORDS } from "../../memory/allocator.js";
import type { Codecs } from "../codec/codec.js";
import type { StorageMemory } from "./storage.js";

const HEAD_WORDS = 4;

export class SharedValue {
  readonly #memory: StorageMemory;
  readonly #cell: number;

  constructor(memory: StorageMemory, cell: number) {
    this.#memory = memory;
    this.#cell = cell;
  }

  /** @throws {PickleError} if the value cannot travel to a thread */
  write(value: unknown, codecs: Codecs): void {
    const { heap, allocator } = this.#memory;
    const codec = codecs.borrow().encode(value);
    const block = (allocator.allocate(HEAD_WORDS * 4 + codec.length, this.#cell) << 4) + HEADER_WORDS;
    heap.i32[block] = codec.length;
    heap.i32[block + 1] = codec.kind;
    heap.i32[block + 2] = codec.integer;
    if (codec.length > 0) codec.writeTo(heap, (block + HEAD_WORDS) * 4);
    codecs.return(codec);
  }

  /** @returns undefined if there is none */
  read(codecs: Codecs): unknown {
    const { heap } = this.#memory;
    heap.renew();
    const handle = heap.i32[this.#cell]!;
    if (handle === 0) return undefined;
    const block = (handle << 4) + HEADER_WORDS;
    const codec = codecs.borrow();
    codec.readFrom(heap, (block + HEAD_WORDS) * 4, heap.i32[block + 1]!, heap.i32[block + 2]!, heap.i32[block]!);
    const value = codec.decode();
    codecs.return(codec);
    return value;
  }

  clear(): void {
    if (this.#memory.heap.i32[this.#cell] !== 0) this.#memory.allocator.free(this.#cell);
  }
}
