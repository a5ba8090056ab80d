/**
 * The workers of a line in memory, for its owner. Each has a seat: words that it shares with the owner, and its ring of results.
 *
 *   invited ──joined──▶ open ──retire──▶ shut          each of them ──gone──▶ no more
 */
import type { Transferable } from "node:worker_threads";
import type { Cells } from "../../memory/cells.js";
import type { LinePost, WorkerId } from "./line.js";
import { SEAT_WORDS, Seat } from "./slot-layout.js";
import type { SlotMemory } from "./slot-memory.js";
import { bytesFor, startOf } from "./slot-memory.js";
import { BELL, type ToEnd } from "./slot-messages.js";
import { Sleeper } from "./slot-rest.js";
import { ResultsIn } from "./slot-results.js";

const WITHOUT_LIMIT = 2 ** 31 - 1;

export class WorkerSeat {
  readonly worker: WorkerId;
  readonly start: number;
  /** Names its block. */
  readonly cell: number;
  readonly results: ResultsIn;
  readonly #cells: Cells;
  readonly #sleeper: Sleeper;
  #post: LinePost | undefined;

  constructor(worker: WorkerId, cell: number, cells: Cells) {
    this.worker = worker;
    this.cell = cell;
    this.start = startOf(cells.get(cell));
    this.results = new ResultsIn(cells, this.start);
    this.#cells = cells;
    this.#sleeper = new Sleeper(cells, this.start);
  }

  get isAwake(): boolean {
    return this.#sleeper.isAwake;
  }

  join(post: LinePost, mostTasks = WITHOUT_LIMIT): void {
    this.#post = post;
    this.#cells.set(this.start + Seat.QUOTA, mostTasks);
    // It does nothing before it is rung.
    this.#cells.store(this.start + Seat.SLEEPS, 1);
  }

  retire(): void {
    this.#cells.store(this.start + Seat.QUOTA, 0);
  }

  post(message: ToEnd, transfer?: readonly Transferable[]): void {
    this.#post?.post(message, transfer);
  }

  ring(): boolean {
    if (!this.#sleeper.wake()) return false;
    this.post(BELL);
    return true;
  }

  interrupt(serial: number): void {
    this.#cells.store(this.start + Seat.INTERRUPT, serial);
    this.post({ slot: "interrupt", serial });
  }
}

export class Seats {
  readonly #cells: Cells;
  readonly #memory: SlotMemory;
  readonly #byWorker = new Map<WorkerId, WorkerSeat>();
  /** Those whose results may come. */
  all: readonly WorkerSeat[] = [];
  /** Those that take tasks. */
  open: readonly WorkerSeat[] = [];

  constructor(cells: Cells, memory: SlotMemory) {
    this.#cells = cells;
    this.#memory = memory;
  }

  /** @throws {HeapFullError} */
  invite(worker: WorkerId): WorkerSeat {
    const cell = this.#memory.allocate(bytesFor(SEAT_WORDS));
    const seat = new WorkerSeat(worker, cell, this.#cells);
    this.#byWorker.set(worker, seat);
    this.all = [...this.all, seat];
    return seat;
  }

  of(worker: WorkerId): WorkerSeat | undefined {
    return this.#byWorker.get(worker);
  }

  join(worker: WorkerId, post: LinePost, mostTasks: number | undefined): void {
    const seat = this.of(worker);
    if (seat === undefined) return;
    seat.join(post, mostTasks);
    this.open = [...this.open, seat];
  }

  retire(worker: WorkerId): void {
    this.of(worker)?.retire();
    this.#shut(worker);
  }

  leave(worker: WorkerId): void {
    const seat = this.of(worker);
    if (seat === undefined) return;
    this.#shut(worker);
    this.#byWorker.delete(worker);
    this.all = this.all.filter((other) => other !== seat);
    this.#memory.free(seat.cell);
  }

  /** @returns where it stands among the open ones; 0 if it does not */
  placeOf(worker: WorkerId): number {
    for (let i = 0; i < this.open.length; i++) if (this.open[i]!.worker === worker) return i;
    return 0;
  }

  #shut(worker: WorkerId): void {
    this.open = this.open.filter((seat) => seat.worker !== worker);
  }
}
