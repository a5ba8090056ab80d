/**
 * The payload of a slot, what a task is given or what came of it: in the slot if it is short, else in a block that the slot
 * names. Written before the STATE that publishes it, by who has the slot.
 */
import { HEADER_WORDS } from "../../memory/allocator.js";
import type { Realm } from "../../memory/realm.js";
import type { Codec, Encoded } from "../codec/codec.js";
import { BY_MESSAGE, INLINE_BYTES, Slot } from "./slot-layout.js";

/** A slot keeps a block of up to so many bytes for the next task. */
const KEPT_BYTES = 4096;

export class Payloads {
  readonly #realm: Realm;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** @throws {HeapFullError} the slot holds no payload then */
  write(slot: number, encoded: Encoded): void {
    const { heap } = this.#realm;
    const { length } = encoded;
    if (length > INLINE_BYTES) {
      this.#makeRoom(slot, length);
      encoded.writeTo(heap, ((heap.i32[slot + Slot.BLOCK]! << 4) + HEADER_WORDS) * 4);
    } else if (length > 0) encoded.writeTo(heap, (slot + Slot.INLINE) * 4);
    const { i32 } = heap;
    i32[slot + Slot.KIND] = encoded.kind;
    i32[slot + Slot.INTEGER] = encoded.integer;
    i32[slot + Slot.LENGTH] = length;
  }

  /** The payload comes by message. */
  leaveToMessage(slot: number): void {
    const { i32 } = this.#realm.heap;
    i32[slot + Slot.KIND] = BY_MESSAGE;
    i32[slot + Slot.LENGTH] = 0;
  }

  /** Copies it into the codec. */
  read(slot: number, codec: Codec): void {
    const { heap } = this.#realm;
    // A block may lie in memory that this thread has not seen yet.
    heap.renew();
    const { i32 } = heap;
    const length = i32[slot + Slot.LENGTH]!;
    const at = length > INLINE_BYTES ? (i32[slot + Slot.BLOCK]! << 4) + HEADER_WORDS : slot + Slot.INLINE;
    codec.readFrom(heap, at * 4, i32[slot + Slot.KIND]!, i32[slot + Slot.INTEGER]!, length);
  }

  kind(slot: number): number {
    return this.#realm.heap.i32[slot + Slot.KIND]!;
  }

  /** Bytes outside of the slot. */
  bytes(slot: number): number {
    const block = this.#realm.heap.i32[slot + Slot.BLOCK]!;
    return block === 0 ? 0 : this.#realm.allocator.capacity(block);
  }

  /** The slot is free: lets go of a large block. */
  trim(slot: number): void {
    const block = this.#realm.heap.i32[slot + Slot.BLOCK]!;
    if (block !== 0 && this.#realm.allocator.capacity(block) > KEPT_BYTES)
      this.#realm.allocator.free(slot + Slot.BLOCK);
  }

  #makeRoom(slot: number, bytes: number): void {
    const { heap, allocator } = this.#realm;
    const block = heap.i32[slot + Slot.BLOCK]!;
    if (block !== 0 && allocator.capacity(block) >= bytes) return;
    if (block !== 0) allocator.free(slot + Slot.BLOCK);
    allocator.allocate(bytes, slot + Slot.BLOCK, 0);
  }
}
