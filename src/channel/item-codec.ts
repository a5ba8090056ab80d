/** Values <-> bytes that stand on their own, for storages that keep them apart from where they are used. */
import { borrowCodec, returnCodec } from "./codec/codec.js";

/** A value ready to be written: integers have no bytes, everything else has no `integer`. */
export interface EncodedItem {
  readonly kind: number;
  readonly integer: number;
  readonly bytes: Uint8Array;
}

/** @throws {PickleError} if the value cannot travel to a thread */
export function encode(value: unknown): EncodedItem {
  const codec = borrowCodec();
  try {
    const { kind, integer } = codec.encode(value);
    return { kind, integer, bytes: codec.copyBytes() };
  } finally {
    returnCodec(codec);
  }
}

/** @param bytes the reader's own copy */
export function decode(kind: number, integer: number, bytes: Uint8Array): unknown {
  const codec = borrowCodec();
  try {
    codec.readBytes(bytes, kind, integer);
    return codec.decode();
  } finally {
    returnCodec(codec);
  }
}
