/** Values <-> bytes that stand on their own, for storages that keep them apart from where they are used. */
import { ofRealm, type Realm } from "../memory/realm.js";
import { type Codecs, codecsOf } from "./codec/codec.js";
import { Kind } from "./codec/tags.js";

/** A value ready to be written: integers have no bytes, everything else has no `integer`. */
export interface EncodedItem {
  readonly kind: number;
  readonly integer: number;
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/** @returns an int32 as it is written */
export function integerItem(integer: number): EncodedItem {
  return { kind: Kind.INTEGER, integer, bytes: NO_BYTES };
}

export class ItemCodec {
  readonly #codecs: Codecs;

  constructor(codecs: Codecs) {
    this.#codecs = codecs;
  }

  /** @throws {PickleError} if the value cannot travel to whoever has the realm */
  encode(value: unknown): EncodedItem {
    const codec = this.#codecs.borrow();
    try {
      const { kind, integer } = codec.encode(value);
      return { kind, integer, bytes: codec.copyBytes() };
    } finally {
      this.#codecs.return(codec);
    }
  }

  /** @param item with bytes that are the reader's own copy */
  decode({ kind, integer, bytes }: EncodedItem): unknown {
    const codec = this.#codecs.borrow();
    try {
      codec.readBytes(bytes, kind, integer);
      return codec.decode();
    } finally {
      this.#codecs.return(codec);
    }
  }
}

export const itemCodecOf: (realm: Realm) => ItemCodec = ofRealm((realm) => new ItemCodec(codecsOf(realm)));
