/**
 * The tasks of a line in memory, by the slot that holds them. One object for each slot, none for each task: with many
 * thousands in flight it is the copying of what survives that takes the time.
 */
import type { Cells } from "../../memory/cells.js";
import type { Encoded } from "../codec/codec.js";
import type { LineFunction, LineFunctions } from "./slot-functions.js";
import type { Held } from "./slot-held.js";
import { BY_MESSAGE, Slot, State } from "./slot-layout.js";
import type { SlotMemory } from "./slot-memory.js";
import type { Serial } from "./slot-messages.js";
import type { Payloads } from "./slot-payload.js";

/** What the owner knows of a slot. */
export interface Place<Task> {
  readonly slot: number;
  /** Undefined: the slot is free. */
  task: Task | undefined;
  fn: LineFunction | undefined;
  serial: number;
  /** Workers may have it, or have it. */
  isOffered: boolean;
  /** Its worker died, and it may be offered again, or dropped. */
  isLost: boolean;
  /** Bytes that its payload has outside of the slot. */
  bytes: number;
  /** The payload again, of a task that may be lost and offered again. */
  again: Encoded | undefined;
  /** The payload, if it goes by message. */
  held: Held | undefined;
}

export class Places<Task extends { place: number }> {
  readonly #cells: Cells;
  readonly #memory: SlotMemory;
  readonly #functions: LineFunctions;
  readonly #payloads: Payloads;
  readonly #places: Place<Task>[] = [];
  /** Those whose payload goes by message. */
  readonly #held = new Map<Serial, Place<Task>>();
  #serial = 0;
  #used = 0;
  #bytes = 0;

  constructor(cells: Cells, memory: SlotMemory, functions: LineFunctions, payloads: Payloads) {
    this.#cells = cells;
    this.#memory = memory;
    this.#functions = functions;
    this.#payloads = payloads;
  }

  /** Bytes of all payloads that are written and not over. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns a place that is free @throws {HeapFullError} */
  take(): Place<Task> {
    const slot = this.#memory.take();
    const number = this.#cells.get(slot + Slot.NUMBER);
    return (this.#places[number] ??= newPlace(slot));
  }

  /** It was taken, and nothing was put there. */
  putBack(place: Place<Task>): void {
    this.#memory.give(place.slot);
  }

  /** The task stands there from now on; its payload is written. */
  put(place: Place<Task>, task: Task, fn: LineFunction): void {
    place.task = task;
    place.fn = fn;
    place.serial = this.#serial = (this.#serial + 1) | 0 || 1;
    place.bytes = this.#payloads.bytes(place.slot);
    this.#bytes += place.bytes;
    this.#cells.set(place.slot + Slot.SERIAL, place.serial);
    if (place.held !== undefined) this.#held.set(place.serial, place);
    this.#functions.hold(fn);
    task.place = this.#cells.get(place.slot + Slot.NUMBER);
    this.#used++;
  }

  /** @returns where the task stands; undefined if it is over */
  of(task: Task): Place<Task> | undefined {
    const place = this.#places[task.place];
    return place?.task === task ? place : undefined;
  }

  /** @returns what goes by message to whoever has begun that task */
  heldFor(serial: Serial): Held | undefined {
    return this.#held.get(serial)?.held;
  }

  isByMessage({ slot }: Place<Task>): boolean {
    return this.#payloads.kind(slot) === BY_MESSAGE;
  }

  at(slot: number): Place<Task> {
    return this.#places[this.#cells.get(slot + Slot.NUMBER)]!;
  }

  /** @returns all that hold a task */
  taken(): Place<Task>[] {
    return this.#places.filter((place) => place?.task !== undefined);
  }

  /** Nobody has the task any more. */
  lose(place: Place<Task>): void {
    place.isOffered = false;
    place.isLost = true;
    this.#cells.store(place.slot + Slot.STATE, State.FREE);
  }

  /** The task is over: its slot may hold another one. */
  free(place: Place<Task>): void {
    this.#bytes -= place.bytes;
    place.task!.place = -1;
    place.task = undefined;
    place.isOffered = false;
    place.isLost = false;
    place.again = undefined;
    if (place.held !== undefined) this.#held.delete(place.serial);
    place.held = undefined;
    this.#cells.set(place.slot + Slot.STATE, State.FREE);
    this.#payloads.trim(place.slot);
    this.#functions.letGo(place.fn!);
    place.fn = undefined;
    this.#memory.give(place.slot);
    if (--this.#used === 0) this.#memory.restart();
  }
}

function newPlace<Task>(slot: number): Place<Task> {
  return {
    ...{ slot, task: undefined, fn: undefined, serial: 0, isOffered: false, isLost: false },
    ...{ bytes: 0, again: undefined, held: undefined },
  };
}
