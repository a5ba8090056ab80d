/**
 * What came of tasks, on its way to the owner of the line. An outcome that no bytes can stand for is told when both are there:
 * the slot, and the message with the value.
 */
import type { Realm } from "../../memory/realm.js";
import { unpack } from "../../pickle/unpack.js";
import type { WireError } from "../../pickle/wire-error.js";
import { type Codecs, codecsOf } from "../codec/codec.js";
import type { LineEvents, LineTask, WorkerId } from "./line.js";
import { type LineFunctions, millisecondsOf } from "./slot-functions.js";
import { BY_MESSAGE, plainState, Slot, State } from "./slot-layout.js";
import type { Serial, ToOwner } from "./slot-messages.js";
import type { Payloads } from "./slot-payload.js";
import type { Place, Places } from "./slot-places.js";

type ByMessage = Extract<ToOwner, { slot: "outcome" }>;

export class Told<Task extends LineTask> {
  readonly #realm: Realm;
  readonly #codecs: Codecs;
  readonly #events: LineEvents<Task>;
  readonly #places: Places<Task>;
  readonly #functions: LineFunctions;
  readonly #payloads: Payloads;
  /** Messages that came before their slot was taken. */
  readonly #early = new Map<Serial, ByMessage>();
  /** Places whose message has not come yet. */
  readonly #late = new Map<Serial, Place<Task>>();
  #resultBytes = 0;

  constructor(
    realm: Realm,
    events: LineEvents<Task>,
    places: Places<Task>,
    functions: LineFunctions,
    payloads: Payloads,
  ) {
    this.#realm = realm;
    this.#codecs = codecsOf(realm);
    this.#events = events;
    this.#places = places;
    this.#functions = functions;
    this.#payloads = payloads;
  }

  /** Bytes that a result has lately had. */
  get resultBytes(): number {
    return this.#resultBytes;
  }

  /** The slot holds the outcome of its task. */
  take(place: Place<Task>, worker: WorkerId): void {
    const isLate = this.#payloads.kind(place.slot) === BY_MESSAGE && !this.#early.has(place.serial);
    if (isLate) this.#late.set(place.serial, place);
    else if (!this.takeEarly(place, worker)) this.#tellSlot(place, worker);
  }

  /** @returns false if no message with the outcome has come */
  takeEarly(place: Place<Task>, worker: WorkerId): boolean {
    const message = this.#early.get(place.serial);
    if (message === undefined) return false;
    this.#early.delete(place.serial);
    this.#tellMessage(place, worker, message);
    return true;
  }

  /** @returns true if the place was taken, and waited for its message, which will not come any more */
  giveUpLate(place: Place<Task>): boolean {
    return this.#late.delete(place.serial);
  }

  heard(message: ByMessage, worker: WorkerId): void {
    const place = this.#late.get(message.serial);
    if (place === undefined) this.#early.set(message.serial, message);
    else {
      this.#late.delete(message.serial);
      this.#tellMessage(place, worker, message);
    }
  }

  /** In the context of its task: code of the user may run where a value is rebuilt, and where it is told. */
  #tellSlot(place: Place<Task>, worker: WorkerId): void {
    const { inContext } = place.task!;
    if (inContext === undefined) this.#decode(place, worker);
    else inContext(() => this.#decode(place, worker));
  }

  #decode(place: Place<Task>, worker: WorkerId): void {
    const { i32 } = this.#realm.heap;
    const hasFailed = plainState(i32[place.slot + Slot.STATE]!) === State.FAILED;
    this.#note(i32[place.slot + Slot.LENGTH]!);
    const task = place.task!;
    const ran = millisecondsOf(this.#functions.cost(place.fn!));
    let value: unknown;
    const codec = this.#codecs.borrow();
    try {
      this.#payloads.read(place.slot, codec);
      this.#places.free(place);
      value = codec.decode();
    } catch (error) {
      this.#events.failed(task, { error }, worker, ran);
      return;
    } finally {
      this.#codecs.return(codec);
    }
    if (hasFailed) this.#events.failed(task, { wire: value as WireError }, worker, ran);
    else this.#events.done(task, value, worker, ran);
  }

  #tellMessage(place: Place<Task>, worker: WorkerId, message: ByMessage): void {
    const task = place.task!;
    const ran = millisecondsOf(this.#functions.cost(place.fn!));
    this.#places.free(place);
    const tell = (): void => this.#unpack(task, worker, ran, message);
    if (task.inContext === undefined) tell();
    else task.inContext(tell);
  }

  #unpack(task: Task, worker: WorkerId, ran: number, message: ByMessage): void {
    if ("wire" in message) {
      this.#events.failed(task, { wire: message.wire }, worker, ran);
      return;
    }
    let value: unknown;
    try {
      value = unpack(message.value.body);
    } catch (error) {
      this.#events.failed(task, { error }, worker, ran);
      return;
    }
    this.#events.done(task, value, worker, ran);
  }

  /** Quick to rise, slow to fall. */
  #note(bytes: number): void {
    const before = this.#resultBytes;
    this.#resultBytes = bytes >= before ? bytes : before - ((before - bytes) >> 4);
  }
}
