/**
 * Values <-> bytes in the heap.
 *
 *   encode ──▶ scratch ──writeTo, under the storage's lock──▶ heap ──readFrom, under the lock──▶ scratch ──▶ decode
 *
 * The user's own code (getters, `reduce`, modules that must be loaded) runs in `encode` and `decode` only, outside of
 * every lock. It may use the very same queue, so a codec is borrowed: it serves one value at a time.
 *
 * Ladder, cheapest first: small integer | plain bytes | plain data | whatever else can travel to a thread.
 */
import { deserialize } from "node:v8";
import type { Ticket } from "../../depot/depot-protocol.js";
import type { Heap } from "../../memory/heap.js";
import { ofRealm, type Reach, type Realm } from "../../memory/realm.js";
import { unpack } from "../../pickle/pickle.js";
import { ownCopy } from "./own-bytes.js";
import { deposited, pickled } from "./pickled.js";
import { Reader } from "./reader.js";
import { Scratch } from "./scratch.js";
import { Kind } from "./tags.js";
import { Vocabulary } from "./vocabulary.js";
import { NOT_PLAIN, Writer } from "./writer.js";

/** A value as it stands in a storage. */
export interface Encoded {
  /** One of Kind. */
  readonly kind: number;
  readonly integer: number;
  /** Number of its bytes. */
  readonly length: number;
  /** What it has in the depot: to be dropped if nobody will take it. */
  readonly ticket: Ticket | undefined;
  /** Copies the bytes to `at`, a multiple of 4, in the heap. */
  writeTo(heap: Heap, at: number): void;
  /** @returns the value on its own: a codec serves the next one soon */
  detach(): Encoded;
}

const NO_BYTES = new Uint8Array(0);
/** Up to this many bytes are copied word by word. */
const FEW_BYTES = 256;

export class Codec implements Encoded {
  kind: number = Kind.INTEGER;
  integer = 0;
  length = 0;
  ticket: Ticket | undefined;
  readonly #scratch = new Scratch();
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #reach: Reach;
  /** Bytes that need not go through the scratch: what the user put, or what is given to the user. */
  #direct: Uint8Array | undefined;

  constructor(vocabulary: Vocabulary) {
    this.#writer = new Writer(this.#scratch, vocabulary);
    this.#reader = new Reader(this.#scratch, vocabulary);
    this.#reach = vocabulary.realm.reach;
  }

  /**
   * @param deposits whether shared memory in the value may go to the depot: where it is taken out once at most
   * @throws {PickleError} if the value cannot travel to a thread
   */
  encode(value: unknown, deposits = false): this {
    if (typeof value === "number" && (value | 0) === value && (value !== 0 || 1 / value > 0)) {
      this.#is(Kind.INTEGER, value, 0, undefined);
    } else if (isPlainBytes(value)) {
      this.#is(Kind.BYTES, 0, value.length, value);
    } else {
      this.#encodeObject(value, deposits);
    }
    return this;
  }

  decode(): unknown {
    switch (this.kind) {
      case Kind.INTEGER:
        return this.integer;
      case Kind.BYTES:
        return this.#takeDirect();
      case Kind.PACKED:
        return this.#reader.read();
      case Kind.DEPOSITED:
        return unpack(deposited(this.#takeDirect()));
      default:
        return unpack(deserialize(this.#takeDirect()));
    }
  }

  /** As `decode`, of a value whose kind is PICKLED, up to what `pack` made of it: for who prepares for it first. */
  takePacked(): unknown {
    return deserialize(this.#takeDirect());
  }

  writeTo({ i32, u8 }: Heap, at: number): void {
    const { length } = this;
    if (this.#direct !== undefined) u8.set(this.#direct, at);
    else if (length > FEW_BYTES) u8.set(this.#scratch.bytes.subarray(0, length), at);
    else {
      const { words } = this.#scratch;
      for (let from = 0, to = at >> 2; from << 2 < length; from++, to++) i32[to] = words[from]!;
    }
  }

  /** The opposite of `writeTo`: the codec holds that value now. `at` is a multiple of 4. */
  readFrom({ i32, u8 }: Heap, at: number, kind: number, integer: number, length: number): void {
    if (kind !== Kind.PACKED) {
      this.#is(kind, integer, length, length === 0 ? undefined : ownCopy(u8, at, length));
      return;
    }
    this.#is(kind, integer, length, undefined);
    this.#scratch.reserve(length, 0);
    if (length > FEW_BYTES) this.#scratch.bytes.set(u8.subarray(at, at + length));
    else {
      const { words } = this.#scratch;
      for (let from = at >> 2, to = 0; to << 2 < length; from++, to++) words[to] = i32[from]!;
    }
  }

  /** As `readFrom`, from bytes that are the codec's from now on. */
  readBytes(bytes: Uint8Array, kind: number, integer: number): void {
    const packed = kind === Kind.PACKED;
    this.#is(kind, integer, bytes.length, packed ? undefined : bytes);
    if (!packed) return;
    this.#scratch.reserve(bytes.length, 0);
    this.#scratch.bytes.set(bytes);
  }

  /** @returns a copy of the bytes */
  copyBytes(): Uint8Array {
    return new Uint8Array((this.#direct ?? this.#scratch.bytes).subarray(0, this.length));
  }

  detach(): Encoded {
    const { kind, integer, length, ticket } = this;
    const bytes = this.copyBytes();
    const detached: Encoded = {
      ...{ kind, integer, length, ticket },
      writeTo: ({ u8 }, at) => u8.set(bytes, at),
      detach: () => detached,
    };
    return detached;
  }

  /** Lets go of the value and of memory that it has swollen. */
  clear(): void {
    this.#direct = undefined;
    this.ticket = undefined;
    this.#scratch.trim();
  }

  #encodeObject(value: unknown, deposits: boolean): void {
    try {
      const length = this.#writer.write(value);
      this.#is(Kind.PACKED, 0, length, undefined);
    } catch (error) {
      if (error !== NOT_PLAIN) throw error;
      const { bytes, ticket } = pickled(value, this.#reach, deposits);
      this.#is(ticket === undefined ? Kind.PICKLED : Kind.DEPOSITED, 0, bytes.length, bytes);
      this.ticket = ticket;
    }
  }

  #is(kind: number, integer: number, length: number, direct: Uint8Array | undefined): void {
    this.kind = kind;
    this.integer = integer;
    this.length = length;
    this.#direct = direct;
  }

  #takeDirect(): Uint8Array {
    const bytes = this.#direct ?? NO_BYTES;
    this.#direct = undefined;
    return bytes;
  }
}

/** The codecs of a realm that nobody uses; most of the time one is enough. */
export class Codecs {
  readonly #vocabulary: Vocabulary;
  #idle: Codec | undefined;

  constructor(realm: Realm) {
    this.#vocabulary = new Vocabulary(realm);
  }

  /** @returns a codec that nobody uses; give it back, or keep it */
  borrow(): Codec {
    const codec = this.#idle ?? new Codec(this.#vocabulary);
    this.#idle = undefined;
    return codec;
  }

  /** Gives back a borrowed codec. */
  return(codec: Codec): void {
    codec.clear();
    this.#idle = codec;
  }
}

export const codecsOf: (realm: Realm) => Codecs = ofRealm((realm) => new Codecs(realm));

/** Large enough that a copy into the scratch would be felt. */
function isPlainBytes(value: unknown): value is Uint8Array {
  return (
    value instanceof Uint8Array &&
    value.length > FEW_BYTES &&
    Object.getPrototypeOf(value) === Uint8Array.prototype &&
    value.buffer instanceof ArrayBuffer
  );
}
