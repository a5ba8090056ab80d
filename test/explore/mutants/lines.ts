/** Lines of tasks with one mistake each. */

import { Line, Owner, Seat, Slot, State, stateOf, UNKNOWN_COST, WAKE_COST } from "#heddle/channel/line/slot-layout.js";
import { Claims, Offers } from "#heddle/channel/line/slot-offers.js";
import { OwnerRest, WorkerRest } from "#heddle/channel/line/slot-rest.js";
import { type ResultsIn, ResultsOut, type Seated } from "#heddle/channel/line/slot-results.js";
import type { Cells } from "#heddle/memory/cells.js";

/** Looks at the state, then takes the task. */
export class LookingClaims extends Claims {
  readonly #cells: Cells;
  readonly #line: number;
  readonly #worker: number;
  constructor(cells: Cells, line: number, worker: number) {
    super(cells, line, worker, 2);
    this.#cells = cells;
    this.#line = line;
    this.#worker = worker;
  }
  override claim(): number {
    const cells = this.#cells;
    for (;;) {
      const head = cells.load(this.#line + Line.HEAD);
      if (cells.load(this.#line + Line.TAIL) === head) return 0;
      const slot = cells.get(this.#line + Line.OFFERS + (head & 1));
      const isMine = cells.load(slot + Slot.STATE) === State.QUEUED;
      if (isMine) cells.store(slot + Slot.STATE, stateOf(State.RUNNING, this.#worker));
      cells.compareExchange(this.#line + Line.HEAD, head, head + 1);
      if (isMine) return slot;
    }
  }
}

/** Moves HEAD on, wherever it is by now. */
export class PushingClaims extends LookingClaims {
  readonly #cells: Cells;
  readonly #line: number;
  readonly #worker: number;
  constructor(cells: Cells, line: number, worker: number) {
    super(cells, line, worker);
    this.#cells = cells;
    this.#line = line;
    this.#worker = worker;
  }
  override claim(): number {
    const cells = this.#cells;
    const running = stateOf(State.RUNNING, this.#worker);
    for (;;) {
      const head = cells.load(this.#line + Line.HEAD);
      if (cells.load(this.#line + Line.TAIL) - head <= 0) return 0;
      const slot = cells.get(this.#line + Line.OFFERS + (head & 1));
      const isMine = cells.compareExchange(slot + Slot.STATE, State.QUEUED, running) === State.QUEUED;
      cells.store(this.#line + Line.HEAD, cells.load(this.#line + Line.HEAD) + 1);
      if (isMine) return slot;
    }
  }
}

/** Takes a task back that it has seen waiting. */
export class LookingOffers extends Offers {
  readonly #cells: Cells;
  constructor(cells: Cells, line: number, window?: number) {
    super(cells, line, window);
    this.#cells = cells;
  }
  override revoke(slot: number): number | undefined {
    if (this.#cells.load(slot + Slot.STATE) !== State.QUEUED) return super.revoke(slot);
    this.#cells.store(slot + Slot.STATE, State.FREE);
    return undefined;
  }
}

/** Counts tasks, not positions. */
export class RoomyOffers extends Offers {
  override get room(): number {
    return 1;
  }
}

/** Looks whether there is something, then says that it sleeps. */
export class LateWorkerRest extends WorkerRest {
  readonly #cells: Cells;
  readonly #at: Seated;
  constructor(cells: Cells, at: Seated, patience: never) {
    super(cells, at, patience);
    this.#cells = cells;
    this.#at = at;
  }
  override sleep(): boolean {
    if (this.#cells.load(this.#at.line + Line.TAIL) !== this.#cells.load(this.#at.line + Line.HEAD)) return false;
    this.#cells.store(this.#at.seat + Seat.SLEEPS, 1);
    return true;
  }
}

/** Takes its flag back although the owner has taken it, and does not wait for the bell. */
export class LateOwnerRest extends OwnerRest {
  readonly #cells: Cells;
  readonly #line: number;
  constructor(cells: Cells, line: number) {
    super(cells, line);
    this.#cells = cells;
    this.#line = line;
  }
  override sleep(results: Iterable<ResultsIn>): boolean {
    for (const { waiting } of results) if (waiting !== 0) return false;
    this.#cells.store(this.#line + Line.OWNER, Owner.ASLEEP);
    return true;
  }
}

/** Asks whether the owner sleeps before the result is there. */
export class EarlyResults extends ResultsOut {
  readonly #cells: Cells;
  readonly #line: number;
  constructor(cells: Cells, at: Seated, window?: number) {
    super(cells, at, window);
    this.#cells = cells;
    this.#line = at.line;
  }
  override publish(slot: number, state: number): boolean {
    const owner = this.#line + Line.OWNER;
    const sleeps = this.#cells.load(owner) === Owner.ASLEEP;
    super.publish(slot, state);
    return sleeps && this.#cells.load(owner) === Owner.AWAKE;
  }
}

interface Wakeable {
  readonly isAwake: boolean;
  ring(): boolean;
}

/** Rings as many as the work is worth, which may be none. */
export function stingyWake(workers: readonly Wakeable[], unclaimed: number, cost: number): void {
  let need = Math.ceil((unclaimed * Math.min(cost, UNKNOWN_COST)) / WAKE_COST);
  for (const worker of workers) if (need > 0 && worker.isAwake) need--;
  for (const worker of workers) if (need > 0 && worker.ring()) need--;
}
