/**
 * The owner's end of a line in memory. What a task is stands in a slot of shared memory, and a worker that is free takes the
 * next one by itself: see slot-layout.ts for the states and the invariants, and slot-end.ts for the worker's end.
 */
import { type Cells, HeapCells } from "../../memory/cells.js";
import type { Realm } from "../../memory/realm.js";
import type { Packed } from "../../pickle/pickle.js";
import type { Form, FunctionId, Line, LineEvents, LinePost, LineTask, WorkerId, WriteOptions } from "./line.js";
import { Flow } from "./slot-flow.js";
import { Forgotten } from "./slot-forgotten.js";
import { LineFunctions } from "./slot-functions.js";
import { plainState, Slot, State, UNKNOWN_COST, workerOf } from "./slot-layout.js";
import { SlotMemory } from "./slot-memory.js";
import { BELL, type Invitation, isOfLine, type ToOwner } from "./slot-messages.js";
import { Payloads } from "./slot-payload.js";
import { type Place, Places } from "./slot-places.js";
import { Seats } from "./slot-seats.js";
import { Told } from "./slot-told.js";
import { windowFor } from "./slot-window.js";
import { Writing } from "./slot-writing.js";

export class SlotLine<Task extends LineTask> implements Line<Task> {
  readonly #cells: Cells;
  readonly #events: LineEvents<Task>;
  readonly #memory: SlotMemory;
  readonly #functions: LineFunctions;
  readonly #places: Places<Task>;
  readonly #writing: Writing<Task>;
  readonly #seats: Seats;
  readonly #flow: Flow;
  readonly #told: Told<Task>;
  readonly #forgotten: Forgotten;
  /** Of a call of the function whose task was offered or done last. */
  #cost = UNKNOWN_COST;
  /** There was no room when somebody asked. */
  #wasFull = false;
  #isClosed = false;

  /** @throws {HeapFullError} */
  constructor(realm: Realm, events: LineEvents<Task>) {
    const cells = new HeapCells(realm.heap);
    const payloads = new Payloads(realm);
    this.#cells = cells;
    this.#events = events;
    this.#memory = new SlotMemory(realm);
    this.#functions = new LineFunctions(realm, this.#memory);
    this.#places = new Places(cells, this.#memory, this.#functions, payloads);
    this.#writing = new Writing(cells, realm, payloads, this.#places);
    this.#told = new Told(realm, events, this.#places, this.#functions, payloads);
    this.#seats = new Seats(cells, this.#memory);
    this.#flow = new Flow(cells, this.#memory.start, this.#seats, {
      took: (slot, worker) => this.#took(this.#places.at(slot), worker),
      moved: () => this.#tellOfRoom(),
    });
    this.#forgotten = new Forgotten((fns) => {
      for (const seat of this.#seats.all) seat.post({ slot: "forget", fns });
    });
  }

  define(fn: Packed): FunctionId {
    return this.#functions.define(fn).id;
  }

  forget(fn: FunctionId): void {
    if (this.#isClosed) return;
    this.#functions.forget(fn);
    this.#forgotten.add(fn);
  }

  write(task: Task, fn: FunctionId, form: Form, payload: unknown, options: WriteOptions): void {
    this.#writing.write(task, this.#functions.get(fn)!, form, payload, options);
  }

  drop(task: Task): void {
    const place = this.#places.of(task);
    if (place !== undefined && !place.isOffered) this.#places.free(place);
  }

  get room(): number {
    const most = windowFor(this.#seats.all.length, this.#cost, this.#told.resultBytes);
    const room = Math.min(this.#flow.room, most - this.#flow.undrained);
    this.#wasFull = room <= 0;
    return Math.max(0, room);
  }

  offer(task: Task): void {
    const place = this.#places.of(task)!;
    if (place.isLost) this.#writing.restore(place);
    place.isLost = false;
    place.isOffered = true;
    this.#cost = this.#functions.cost(place.fn!);
    this.#flow.offer(place.slot, this.#cost);
  }

  revoke(task: Task): WorkerId | undefined {
    const place = this.#places.of(task);
    if (place === undefined) return undefined;
    const worker = place.isOffered ? this.#flow.revoke(place.slot) : undefined;
    if (worker === undefined) this.#places.free(place);
    return worker;
  }

  runnerOf(task: Task): WorkerId | undefined {
    const place = this.#places.of(task);
    return place === undefined ? undefined : workerOf(this.#cells.load(place.slot + Slot.STATE)) || undefined;
  }

  interrupt(task: Task): void {
    const place = this.#places.of(task);
    if (place === undefined) return;
    const state = this.#cells.load(place.slot + Slot.STATE);
    if (plainState(state) === State.RUNNING) this.#seats.of(workerOf(state))?.interrupt(place.serial);
  }

  invite(worker: WorkerId): Invitation {
    return { kind: "slots", line: this.#memory.start, seat: this.#seats.invite(worker).start, worker };
  }

  joined(worker: WorkerId, handle: LinePost, mostTasks?: number): void {
    if (this.#isClosed) return;
    this.#seats.join(worker, handle, mostTasks);
    this.#flow.joined();
    this.#tellOfRoom();
  }

  heard(worker: WorkerId, message: unknown): void {
    if (this.#isClosed || !isOfLine(message)) return;
    if (message === BELL) this.#flow.rung();
    else this.#hear(worker, message as Exclude<ToOwner, typeof BELL>);
  }

  retire(worker: WorkerId): void {
    this.#seats.retire(worker);
  }

  gone(worker: WorkerId): Task[] {
    const seat = this.#seats.of(worker);
    if (seat === undefined) return [];
    if (!this.#isClosed) this.#flow.drainLast(seat);
    const lost = this.#isClosed ? [] : this.#settle(worker);
    this.#seats.leave(worker);
    if (this.#isClosed) this.#giveBack();
    return lost;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flow.close();
    this.#forgotten.close();
    this.#giveBack();
  }

  /** Not before the last worker is gone: until then it may work in there. */
  #giveBack(): void {
    if (this.#seats.all.length === 0) this.#memory.close();
  }

  #tellOfRoom(): void {
    if (this.#wasFull && !this.#isClosed && this.room > 0) this.#events.room();
  }

  #took(place: Place<Task>, worker: WorkerId): void {
    this.#cost = this.#functions.cost(place.fn!);
    this.#told.take(place, worker);
  }

  #hear(worker: WorkerId, message: Exclude<ToOwner, typeof BELL>): void {
    if (message.slot === "outcome") {
      this.#told.heard(message, worker);
      return;
    }
    const seat = this.#seats.of(worker);
    if (message.slot === "wants-function") {
      seat?.post({ slot: "function", fn: message.fn, body: this.#functions.get(message.fn)?.body });
      return;
    }
    const held = this.#places.heldFor(message.serial);
    if (held !== undefined) seat?.post({ slot: "payload", serial: message.serial, body: held.body }, held.transfer);
  }

  /** The worker is dead. @returns the tasks that it had begun and that have no outcome */
  #settle(worker: WorkerId): Task[] {
    const begun = this.#places
      .taken()
      .filter(({ slot, isOffered }) => isOffered && workerOf(this.#cells.load(slot + Slot.STATE)) === worker);
    const undrained = begun.filter((place) => !this.#told.giveUpLate(place)).length;
    const lost = begun.filter((place) => !this.#tellLast(place, worker));
    for (const place of lost) this.#places.lose(place);
    this.#flow.died(worker, undrained);
    return lost.map(({ task }) => task!);
  }

  /** @returns true if there is an outcome, which the worker has not announced */
  #tellLast(place: Place<Task>, worker: WorkerId): boolean {
    if (this.#told.takeEarly(place, worker)) return true;
    const hasOutcome = plainState(this.#cells.load(place.slot + Slot.STATE)) !== State.RUNNING;
    if (!hasOutcome || this.#places.isByMessage(place)) return false;
    this.#told.take(place, worker);
    return true;
  }
}
