/**
 * How both sides come to rest without missing anything: see slot-layout.ts, invariant 2. Who is about to sleep stores that
 * first and looks then; who brings something stores it first, and then looks who sleeps. All of these are in one total
 * order, so one of the two sees the other. Both may: then the flag goes to whoever exchanges it first.
 *
 *   worker   works ──nothing──▶ looks, if nobody else does ──nothing──▶ SLEEPS = 1 ──nothing──▶ asleep ──bell──▶ works
 *   owner    looks ──nothing──▶ OWNER = ASLEEP ──nothing──▶ asleep ──bell──▶ looks
 */
import type { Cells } from "../../memory/cells.js";
import type { Patience } from "../../memory/patience.js";
import { Line, Owner, Seat } from "./slot-layout.js";
import type { ResultsIn, Seated } from "./slot-results.js";

/** A worker's. */
export class WorkerRest {
  readonly #cells: Cells;
  readonly #at: Seated;
  readonly #patience: Patience;

  constructor(cells: Cells, at: Seated, patience: Patience) {
    this.#cells = cells;
    this.#at = at;
    this.#patience = patience;
  }

  /** Looks for a moment, unless another worker does: more would take cores from those who work. @returns true if TAIL moved */
  look(seen: number): boolean {
    const { line, worker } = this.#at;
    if (this.#cells.compareExchange(line + Line.LOOKER, 0, worker) !== 0) return false;
    const hasMoved = this.#cells.look(line + Line.TAIL, seen, this.#patience);
    this.#cells.store(line + Line.LOOKER, 0);
    return hasMoved;
  }

  /** @returns true if the worker sleeps now: it may do nothing until it hears a bell. Else there is something */
  sleep(): boolean {
    const { line, seat } = this.#at;
    const cells = this.#cells;
    cells.store(seat + Seat.SLEEPS, 1);
    if (cells.load(line + Line.TAIL) === cells.load(line + Line.HEAD)) return true;
    // If the owner has taken it, a bell is on the way.
    return cells.exchange(seat + Seat.SLEEPS, 0) === 0;
  }

  /** Sleeps although there may be something: it must not work on before the owner has. The watch rings. */
  pause(): void {
    this.#cells.store(this.#at.seat + Seat.SLEEPS, 1);
  }

  set isBusy(busy: boolean) {
    this.#cells.store(this.#at.seat + Seat.BUSY, busy ? 1 : 0);
  }
}

/** The owner's. */
export class OwnerRest {
  readonly #cells: Cells;
  readonly #line: number;

  constructor(cells: Cells, line: number) {
    this.#cells = cells;
    this.#line = line;
  }

  /** It looks by itself: nobody need ring. */
  awake(): void {
    this.#cells.store(this.#line + Line.OWNER, Owner.AWAKE);
  }

  /** @returns true if the owner sleeps now, and will hear a bell. Else there is something */
  sleep(results: Iterable<ResultsIn>): boolean {
    const owner = this.#line + Line.OWNER;
    this.#cells.store(owner, Owner.ASLEEP);
    for (const { waiting } of results) {
      if (waiting !== 0) return this.#cells.compareExchange(owner, Owner.ASLEEP, Owner.AWAKE) !== Owner.ASLEEP;
    }
    return true;
  }
}

/** What the owner sees of a worker that may be rung. */
export class Sleeper {
  readonly #cells: Cells;
  readonly #seat: number;

  constructor(cells: Cells, seat: number) {
    this.#cells = cells;
    this.#seat = seat;
  }

  /** It will look by itself before it sleeps, and soon. */
  get isAwake(): boolean {
    return this.#cells.load(this.#seat + Seat.SLEEPS) === 0 && this.#cells.get(this.#seat + Seat.BUSY) === 0;
  }

  /** @returns true if it slept: the caller rings it, nobody else does */
  wake(): boolean {
    const sleeps = this.#seat + Seat.SLEEPS;
    return this.#cells.load(sleeps) === 1 && this.#cells.exchange(sleeps, 0) === 1;
  }
}
