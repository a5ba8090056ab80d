/** What a task is given, as its worker gets it: from the slot, or by message if no bytes can stand for it. */
import type { Realm } from "../../memory/realm.js";
import { prepare, unpack } from "../../pickle/unpack.js";
import { type Codecs, codecsOf } from "../codec/codec.js";
import { Kind } from "../codec/tags.js";
import { BY_MESSAGE, Slot } from "./slot-layout.js";
import { Payloads } from "./slot-payload.js";
import type { Post } from "./slot-post.js";

export class PayloadIn {
  readonly #realm: Realm;
  readonly #post: Post;
  readonly #codecs: Codecs;
  readonly #payloads: Payloads;

  constructor(realm: Realm, post: Post) {
    this.#realm = realm;
    this.#post = post;
    this.#codecs = codecsOf(realm);
    this.#payloads = new Payloads(realm);
  }

  /** @returns false for what may need modules first, or comes by message */
  isAtHand(slot: number): boolean {
    const kind = this.#payloads.kind(slot);
    return kind !== BY_MESSAGE && kind !== Kind.PICKLED;
  }

  read(slot: number): unknown {
    const codec = this.#codecs.borrow();
    try {
      this.#payloads.read(slot, codec);
      return codec.decode();
    } finally {
      this.#codecs.return(codec);
    }
  }

  /** As `read`, for all payloads. */
  async fetch(slot: number): Promise<{ readonly value: unknown }> {
    if (this.isAtHand(slot)) return { value: this.read(slot) };
    const body = this.#payloads.kind(slot) === BY_MESSAGE ? await this.#ask(slot) : this.#packed(slot);
    const ready = prepare(body);
    if (ready !== undefined) await ready;
    return { value: unpack(body) };
  }

  #ask(slot: number): Promise<unknown> {
    return this.#post.wantPayload(this.#realm.heap.i32[slot + Slot.SERIAL]!);
  }

  #packed(slot: number): unknown {
    const codec = this.#codecs.borrow();
    try {
      this.#payloads.read(slot, codec);
      return codec.takePacked();
    } finally {
      this.#codecs.return(codec);
    }
  }
}
