/**
 * Items <-> bytes of a queue. `encode` fills private memory of this thread, so that no other thread ever sees half an
 * item and the user's own code (getters, reduce hooks) runs outside of every lock.
 *
 * Ladder, cheapest first: integer | double | string | bytes | anything that can travel to a thread.
 */
import { deserialize, serialize } from "node:v8";
import { PickleError } from "../pickle/errors.js";
import { pack, unpack } from "../pickle/pickle.js";

/** How an item stands in the queue. A frame keeps the kind in 7 bits. */
export const ItemKind = { INTEGER: 1, DOUBLE: 2, LATIN1: 3, UTF16: 4, BYTES: 5, PICKLED: 6 } as const;

/** An item ready to be written: integers have no bytes, everything else has no `integer`. */
export interface EncodedItem {
  readonly kind: number;
  readonly integer: number;
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
const NOT_LATIN1 = /[^\0-\xff]/;

/** @throws {PickleError} if the item cannot travel to a thread */
export function encode(item: unknown): EncodedItem {
  if (typeof item === "number") return encodeNumber(item);
  if (typeof item === "string") return encodeString(item);
  if (item instanceof Uint8Array && Object.getPrototypeOf(item) === Uint8Array.prototype) {
    return { kind: ItemKind.BYTES, integer: 0, bytes: item };
  }
  return { kind: ItemKind.PICKLED, integer: 0, bytes: pickled(item) };
}

/** @param bytes the reader's own copy */
export function decode(kind: number, integer: number, bytes: Uint8Array): unknown {
  switch (kind) {
    case ItemKind.INTEGER:
      return integer;
    case ItemKind.DOUBLE:
      return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
    case ItemKind.LATIN1:
      return asBuffer(bytes).toString("latin1");
    case ItemKind.UTF16:
      return asBuffer(bytes).toString("utf16le");
    case ItemKind.BYTES:
      return bytes;
    default:
      return unpack(deserialize(bytes));
  }
}

function encodeNumber(item: number): EncodedItem {
  if ((item | 0) === item && !Object.is(item, -0)) return { kind: ItemKind.INTEGER, integer: item, bytes: NO_BYTES };
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, item, true);
  return { kind: ItemKind.DOUBLE, integer: 0, bytes };
}

function encodeString(item: string): EncodedItem {
  const wide = NOT_LATIN1.test(item);
  const bytes = Buffer.from(item, wide ? "utf16le" : "latin1");
  return { kind: wide ? ItemKind.UTF16 : ItemKind.LATIN1, integer: 0, bytes };
}

function pickled(item: unknown): Uint8Array {
  const { body } = pack(item, { to: "thread", name: "item" });
  try {
    return serialize(body);
  } catch (cause) {
    throw new PickleError(`Cannot put item: ${(cause as Error).message}`, "item", { cause });
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
