/** What came of a task, as its worker gives it: in the slot, or by message if no bytes can stand for it. */
import type { Realm } from "../../memory/realm.js";
import { THREAD } from "../../pickle/destination.js";
import { pack } from "../../pickle/pickle.js";
import { inWords } from "../../pickle/wire-error.js";
import { type Codecs, codecsOf } from "../codec/codec.js";
import type { Runner } from "./line.js";
import { State } from "./slot-layout.js";
import type { Serial } from "./slot-messages.js";
import { Payloads } from "./slot-payload.js";
import type { Post } from "./slot-post.js";

/** What is to be published. */
export interface Outcome {
  readonly state: number;
  /** Bytes that it has outside of the slot. */
  readonly bytes: number;
}

export class Outcomes {
  readonly #codecs: Codecs;
  readonly #payloads: Payloads;
  readonly #runner: Runner;
  readonly #post: Post;

  constructor(realm: Realm, runner: Runner, post: Post) {
    this.#codecs = codecsOf(realm);
    this.#payloads = new Payloads(realm);
    this.#runner = runner;
    this.#post = post;
  }

  write(slot: number, serial: Serial, value: unknown): Outcome {
    try {
      if (!this.#writeBytes(slot, value)) this.#sendValue(slot, serial, value);
      return { state: State.DONE, bytes: this.#payloads.bytes(slot) };
    } catch (error) {
      return this.writeError(slot, serial, error);
    }
  }

  /** Whatever was thrown, this does not throw. */
  writeError(slot: number, serial: Serial, error: unknown): Outcome {
    const wire = this.#runner.toWire(error);
    if (!this.#writeBytes(slot, wire)) {
      this.#payloads.leaveToMessage(slot);
      try {
        this.#post.outcome({ slot: "outcome", serial, wire });
      } catch {
        // The packed error cannot be posted; its words can.
        this.#post.outcome({ slot: "outcome", serial, wire: inWords(error) });
      }
    }
    return { state: State.FAILED, bytes: this.#payloads.bytes(slot) };
  }

  /** @returns false if bytes cannot stand for it, or there is no room for them */
  #writeBytes(slot: number, value: unknown): boolean {
    const codec = this.#codecs.borrow();
    try {
      this.#payloads.write(slot, codec.encode(value));
      return true;
    } catch {
      return false; // whatever it is, packing comes upon it, too
    } finally {
      this.#codecs.return(codec);
    }
  }

  #sendValue(slot: number, serial: Serial, value: unknown): void {
    const { body, transfer } = pack(value, { to: THREAD, name: "result" });
    this.#post.outcome({ slot: "outcome", serial, value: { body } }, transfer);
    this.#payloads.leaveToMessage(slot);
  }
}
