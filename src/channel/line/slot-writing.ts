/** Puts tasks into slots: the payload as it is now, in bytes if bytes can stand for it, else to go by message. */
import type { Cells } from "../../memory/cells.js";
import type { Realm } from "../../memory/realm.js";
import { RuntimeError } from "../../platform/errors/errors.js";
import { type Codec, type Codecs, codecsOf } from "../codec/codec.js";
import type { Form, LineTask, WriteOptions } from "./line.js";
import type { LineFunction } from "./slot-functions.js";
import { type Held, hold } from "./slot-held.js";
import { fnWord, Slot } from "./slot-layout.js";
import type { Payloads } from "./slot-payload.js";
import type { Place, Places } from "./slot-places.js";

/** Bytes of payloads in shared memory, from which on the owner keeps others. */
const MOST_BYTES = 256 << 20;

export class Writing<Task extends LineTask> {
  readonly #cells: Cells;
  readonly #codecs: Codecs;
  readonly #payloads: Payloads;
  readonly #places: Places<Task>;

  constructor(cells: Cells, realm: Realm, payloads: Payloads, places: Places<Task>) {
    this.#cells = cells;
    this.#codecs = codecsOf(realm);
    this.#payloads = payloads;
    this.#places = places;
  }

  /** @throws {PickleError} if the payload cannot travel */
  write(task: Task, fn: LineFunction, form: Form, payload: unknown, options: WriteOptions): void {
    const codec = this.#codecs.borrow();
    try {
      // The user's code may run in here: nothing is taken yet.
      const held = this.#encode(codec, payload, options) ?? this.#keptOut(codec, payload, options);
      const place = this.#places.take();
      if (held !== undefined) this.#hold(place, held);
      else this.#writeBytes(place, codec, options.again === true);
      this.#cells.set(place.slot + Slot.FN, fnWord(fn.handle, form));
      this.#places.put(place, task, fn);
    } finally {
      this.#codecs.return(codec);
    }
  }

  /** Makes a slot again what it was before its task was lost. @throws {RuntimeError} if the task was not written for that */
  restore(place: Place<Task>): void {
    if (place.again !== undefined) this.#payloads.write(place.slot, place.again);
    else if (place.held !== undefined && place.held.transfer.length === 0) this.#payloads.leaveToMessage(place.slot);
    else throw new RuntimeError("Cannot offer a lost task again: it was written without `again`");
  }

  /** @returns what goes by message; undefined if the codec has the payload */
  #encode(codec: Codec, payload: unknown, options: WriteOptions): Held | undefined {
    if (options.transfer !== undefined && options.transfer.length > 0) return hold(payload, options);
    try {
      codec.encode(payload);
      return undefined;
    } catch {
      // What cannot travel at all is refused there, in the words of the caller.
      return hold(payload, options);
    }
  }

  /** @returns what goes by message since there is much in shared memory; undefined if there is not */
  #keptOut(codec: Codec, payload: unknown, options: WriteOptions): Held | undefined {
    const { bytes } = this.#places;
    return bytes > 0 && bytes + codec.length > MOST_BYTES ? hold(payload, options) : undefined;
  }

  /** @throws {HeapFullError} if not even that much is free */
  #writeBytes(place: Place<Task>, codec: Codec, again: boolean): void {
    try {
      this.#payloads.write(place.slot, codec);
      if (again) place.again = codec.detach();
    } catch (error) {
      this.#places.putBack(place);
      throw error;
    }
  }

  #hold(place: Place<Task>, held: Held): void {
    place.held = held;
    this.#payloads.leaveToMessage(place.slot);
  }
}
