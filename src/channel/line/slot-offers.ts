/**
 * Who takes a task: the owner's end of the ring of offers, and a worker's. See slot-layout.ts, invariants 1 and 4.
 *
 * A position says where a task may be. A claimer that was slow may find that HEAD has moved on, that the ring has wrapped, or
 * that the slot holds another task by now: it takes what is QUEUED there, or nothing, and tries to move HEAD on.
 */
import type { Cells } from "../../memory/cells.js";
import { Line, PLACE, Slot, State, stateOf, WINDOW, workerOf } from "./slot-layout.js";

/** The owner's end. */
export class Offers {
  readonly #cells: Cells;
  readonly #line: number;
  readonly #window: number;
  #tail = 0;
  #shown = 0;

  /** @param window a power of 2; smaller in tests */
  constructor(cells: Cells, line: number, window: number = WINDOW) {
    this.#cells = cells;
    this.#line = line;
    this.#window = window;
  }

  /** Offered, and not shown to the workers yet. */
  get hidden(): number {
    return (this.#tail - this.#shown) | 0;
  }

  /** Positions that are free. */
  get room(): number {
    return this.#window - ((this.#tail - this.#cells.load(this.#line + Line.HEAD)) | 0);
  }

  /** Positions that are shown, and that no worker is through with. */
  get unclaimed(): number {
    return (this.#shown - this.#cells.load(this.#line + Line.HEAD)) | 0;
  }

  /** What the slot holds may be claimed from now on, and is looked for when it is shown. There is room. */
  add(slot: number): void {
    const cells = this.#cells;
    cells.set(this.#line + Line.OFFERS + (this.#tail & (this.#window - 1)), slot);
    this.#tail = (this.#tail + 1) | 0;
    cells.store(slot + Slot.STATE, State.QUEUED);
  }

  /** @returns false if all was shown */
  show(): boolean {
    if (this.#shown === this.#tail) return false;
    this.#shown = this.#tail;
    this.#cells.store(this.#line + Line.TAIL, this.#tail);
    return true;
  }

  /** Takes an offered task back. @returns undefined if that was done, else who has begun it */
  revoke(slot: number): number | undefined {
    const state = this.#cells.compareExchange(slot + Slot.STATE, State.QUEUED, State.FREE);
    return state === State.QUEUED ? undefined : workerOf(state);
  }
}

/** A worker's end. */
export class Claims {
  readonly #cells: Cells;
  readonly #line: number;
  readonly #place: number;
  readonly #running: number;
  /** TAIL, as it was seen last: looking at it costs a transfer of its cache line. */
  #known: number;

  constructor(cells: Cells, line: number, worker: number, window: number = PLACE + 1) {
    this.#cells = cells;
    this.#line = line;
    this.#place = window - 1;
    this.#running = stateOf(State.RUNNING, worker);
    this.#known = cells.load(line + Line.HEAD);
  }

  /** TAIL when nothing was found. */
  get seen(): number {
    return this.#known;
  }

  /** @returns the slot that this worker has from now on; 0: nothing is offered */
  claim(): number {
    const cells = this.#cells;
    for (;;) {
      const head = cells.load(this.#line + Line.HEAD);
      // What was known may also be behind: others have taken what this one has not seen offered.
      if (((this.#known - head) | 0) <= 0) {
        this.#known = cells.load(this.#line + Line.TAIL);
        if (((this.#known - head) | 0) <= 0) return 0;
      }
      cells.renew();
      const slot = cells.get(this.#line + Line.OFFERS + (head & this.#place));
      const isMine = cells.compareExchange(slot + Slot.STATE, State.QUEUED, this.#running) === State.QUEUED;
      cells.compareExchange(this.#line + Line.HEAD, head, (head + 1) | 0);
      if (isMine) return slot;
    }
  }
}
