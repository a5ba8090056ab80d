/**
 * Results on their way: the ring of each worker names the slots that it is through with, and DONE counts them. The ring is a
 * hint, too: what a worker published and did not announce before it died is found by the STATE of its slot.
 */
import type { Cells } from "../../memory/cells.js";
import { Line, Owner, PLACE, Seat, Slot, stateOf } from "./slot-layout.js";

/** A worker's end. */
export class ResultsOut {
  readonly #cells: Cells;
  readonly #line: number;
  readonly #seat: number;
  readonly #worker: number;
  readonly #place: number;
  #done = 0;

  constructor(cells: Cells, { line, seat, worker }: Seated, window: number = PLACE + 1) {
    this.#cells = cells;
    this.#line = line;
    this.#seat = seat;
    this.#worker = worker;
    this.#place = window - 1;
  }

  /** How many the owner has not taken yet. */
  get untaken(): number {
    return (this.#done - this.#cells.load(this.#seat + Seat.TAKEN)) | 0;
  }

  /** The slot holds its outcome. @returns true if the owner sleeps: then this worker has to ring, nobody else does */
  publish(slot: number, state: number): boolean {
    const cells = this.#cells;
    cells.set(slot + Slot.STATE, stateOf(state, this.#worker));
    cells.set(this.#seat + Seat.RING + (this.#done & this.#place), slot);
    this.#done = (this.#done + 1) | 0;
    cells.store(this.#seat + Seat.DONE, this.#done);
    const owner = this.#line + Line.OWNER;
    if (cells.load(owner) !== Owner.ASLEEP) return false;
    return cells.compareExchange(owner, Owner.ASLEEP, Owner.AWAKE) === Owner.ASLEEP;
  }
}

/** Where a worker is in the line. */
export interface Seated {
  readonly line: number;
  readonly seat: number;
  readonly worker: number;
}

/** The owner's end of one worker's results. */
export class ResultsIn {
  readonly #cells: Cells;
  readonly #seat: number;
  readonly #place: number;
  #taken = 0;

  constructor(cells: Cells, seat: number, window: number = PLACE + 1) {
    this.#cells = cells;
    this.#seat = seat;
    this.#place = window - 1;
  }

  /** How many are there. */
  get waiting(): number {
    return (this.#cells.load(this.#seat + Seat.DONE) - this.#taken) | 0;
  }

  /** @returns the slot of the next one, of which there is one */
  take(): number {
    const slot = this.#cells.get(this.#seat + Seat.RING + (this.#taken & this.#place));
    this.#taken = (this.#taken + 1) | 0;
    return slot;
  }

  /** Lets the worker know what was taken. */
  tell(): void {
    this.#cells.store(this.#seat + Seat.TAKEN, this.#taken);
  }
}
