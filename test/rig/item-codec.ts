/** Values as storages have them, for tests that look into one. */
import { type EncodedItem, itemCodecOf } from "#heddle/channel/item-codec.js";
import { processRealm } from "#heddle/memory/process-realm.js";

export const encode = (value: unknown): EncodedItem => itemCodecOf(processRealm()).encode(value);

export const decode = (kind: number, integer: number, bytes: Uint8Array): unknown =>
  itemCodecOf(processRealm()).decode({ kind, integer, bytes });
