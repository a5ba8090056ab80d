/**
 * What moves between the owner and its workers: offers there, results back, and who is woken for them. See slot-layout.ts,
 * invariants 2 to 4.
 */
import type { Cells } from "../../memory/cells.js";
import { setMicrotask } from "../../platform/waiting/timers.js";
import type { WorkerId } from "./line.js";
import { Line, WINDOW } from "./slot-layout.js";
import { OwnerLooking } from "./slot-looking.js";
import { Offers } from "./slot-offers.js";
import { OwnerRest } from "./slot-rest.js";
import type { ResultsIn } from "./slot-results.js";
import type { Seats, WorkerSeat } from "./slot-seats.js";
import { STALE_COST, wake } from "./slot-wake.js";
import { type Look, Watch } from "./slot-watch.js";

/** So many offers are shown at once, others when the turn ends. */
const MANY_OFFERS = 32;

interface FlowEvents {
  /** The slot holds an outcome of that worker. */
  took(slot: number, worker: WorkerId): void;
  /** There may be more room than there was. */
  moved(): void;
}

export class Flow {
  readonly #cells: Cells;
  readonly #line: number;
  readonly #seats: Seats;
  readonly #events: FlowEvents;
  readonly #offers: Offers;
  readonly #looking: OwnerLooking;
  readonly #watch = new Watch(() => this.#lookAgain());
  /** Offered, and no outcome was taken. */
  #undrained = 0;
  #isFlushing = false;
  #isClosed = false;
  /** The highest cost of what was offered since all was drained. */
  #cost = 0;
  #headBefore = 0;
  /** The worker that answered last is the warmest. */
  #warmest = 0;

  /** @param line index of its first word */
  constructor(cells: Cells, line: number, seats: Seats, events: FlowEvents) {
    this.#cells = cells;
    this.#line = line;
    this.#seats = seats;
    this.#events = events;
    this.#offers = new Offers(cells, line);
    this.#looking = new OwnerLooking(new OwnerRest(cells, line), this.#ofLooking());
  }

  get undrained(): number {
    return this.#undrained;
  }

  /** How many more may be offered. */
  get room(): number {
    return Math.min(this.#offers.room, WINDOW - this.#undrained);
  }

  /** @param cost of a call of its function */
  offer(slot: number, cost: number): void {
    this.#undrained++;
    if (cost > this.#cost) this.#cost = cost;
    this.#offers.add(slot);
    if (this.#offers.hidden >= MANY_OFFERS) this.#show();
    else if (!this.#isFlushing) {
      this.#isFlushing = true;
      setMicrotask(this.#flush);
    }
  }

  /** @returns undefined if it is taken back, else who has begun it */
  revoke(slot: number): WorkerId | undefined {
    const worker = this.#offers.revoke(slot);
    if (worker === undefined) this.#undrained--;
    return worker;
  }

  /** A worker can be rung that could not be before. */
  joined(): void {
    this.#wake(this.#cost);
  }

  /** A worker has rung. */
  rung(): void {
    this.#looking.rung();
  }

  /** All that a dead worker has announced. */
  drainLast(seat: WorkerSeat): void {
    this.#drainSeat(seat, Infinity);
  }

  /** The worker is dead, and so is what it had begun: `begun` tasks that are not drained. */
  died(worker: WorkerId, begun: number): void {
    this.#undrained -= begun;
    this.#cells.compareExchange(this.#line + Line.LOOKER, worker, 0);
    // It may have been the one who was to ring, or to be rung.
    this.#looking.rung();
    this.#wake(STALE_COST);
    this.#events.moved();
  }

  close(): void {
    this.#isClosed = true;
    this.#looking.close();
    this.#watch.close();
  }

  readonly #flush = (): void => {
    this.#isFlushing = false;
    if (!this.#isClosed) this.#show();
  };

  /** Makes what was offered visible, and wakes as many as there is work for. */
  #show(): void {
    if (!this.#offers.show()) return;
    this.#wake(this.#cost);
    this.#looking.start();
  }

  #wake(cost: number): void {
    const { unclaimed } = this.#offers;
    const { open } = this.#seats;
    if (unclaimed <= 0 || open.length === 0) return;
    wake(open, unclaimed, cost, this.#warmest);
    this.#watch.start();
  }

  #lookAgain(): Look {
    const { unclaimed } = this.#offers;
    this.#events.moved();
    if (unclaimed <= 0) return "claimed";
    const head = this.#cells.load(this.#line + Line.HEAD);
    const hasMoved = head !== this.#headBefore;
    this.#headBefore = head;
    wake(this.#seats.open, unclaimed, STALE_COST, this.#warmest);
    return hasMoved ? "moved" : "stuck";
  }

  #ofLooking() {
    const flow = this;
    return {
      drain: (most: number) => flow.#drain(most),
      get isWaiting() {
        return flow.#undrained > 0;
      },
      *results(): Generator<ResultsIn> {
        for (const { results } of flow.#seats.all) yield results;
      },
    };
  }

  #drain(most: number): number {
    let got = 0;
    for (const seat of this.#seats.all) {
      if (got >= most || this.#isClosed) break;
      got += this.#drainSeat(seat, most - got);
    }
    if (got > 0 && !this.#isClosed) this.#events.moved();
    return got;
  }

  #drainSeat({ results, worker }: WorkerSeat, most: number): number {
    const count = Math.min(results.waiting, most);
    if (count === 0) return 0;
    this.#warmest = this.#seats.placeOf(worker);
    this.#cells.renew();
    for (let i = 0; i < count && !this.#isClosed; i++) this.#take(results.take(), worker);
    if (!this.#isClosed) results.tell();
    return count;
  }

  #take(slot: number, worker: WorkerId): void {
    if (--this.#undrained === 0) this.#cost = 0;
    this.#events.took(slot, worker);
  }
}
