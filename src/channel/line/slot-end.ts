/**
 * A worker's end of a line in memory: takes tasks one at a time, runs each to its end, and publishes what came of it.
 *
 *   asleep ──bell──▶ at work: claim ──▶ call ──▶ publish ──▶ claim ...  ──nothing, and none comes in a moment──▶ asleep
 *                                         └──waits: what the call awaits, modules, a message──▶ publish
 *
 * It sleeps in its event loop, and gives that a turn every few milliseconds: what tasks have left behind goes on. A worker
 * that waits for its task takes no other one.
 */
import { type Cells, HeapCells } from "../../memory/cells.js";
import { Patience } from "../../memory/patience.js";
import type { Realm } from "../../memory/realm.js";
import { isAwaitable } from "../../platform/errors/synchronous.js";
import { millisecondsSinceBirth, setTurn } from "../../platform/waiting/timers.js";
import type { Callable, Form, LineEnd, LinePost, Runner, Running } from "./line.js";
import { CostMeter } from "./slot-cost.js";
import { Definitions } from "./slot-definitions.js";
import { formOf, handleOf, Seat, Slot } from "./slot-layout.js";
import { BELL, type Invitation, isOfLine, type ToEnd } from "./slot-messages.js";
import { Claims } from "./slot-offers.js";
import { type Outcome, Outcomes } from "./slot-outcomes.js";
import { PayloadIn } from "./slot-payload-in.js";
import { Post } from "./slot-post.js";
import { WorkerRest } from "./slot-rest.js";
import { ResultsOut } from "./slot-results.js";
import { RunningTask } from "./slot-running.js";

/** Milliseconds of tasks in a row, then the event loop has its turn. */
const SLICE = 2;
/** How many short tasks are run between two looks at the clock. */
const FEW = 128;
/** Bytes of results that the owner has not taken, from which on a worker waits for it. */
const MOST_BYTES = 32 << 20;

export class SlotEnd implements LineEnd {
  readonly #cells: Cells;
  readonly #seat: number;
  readonly #runner: Runner;
  readonly #post: Post;
  readonly #claims: Claims;
  readonly #rest: WorkerRest;
  readonly #results: ResultsOut;
  readonly #outcomes: Outcomes;
  readonly #payloads: PayloadIn;
  readonly #definitions: Definitions;
  readonly #meter: CostMeter;
  /** From a bell until it sleeps. */
  #isAtWork = false;
  /** The slot of the task that it has begun; 0: none. */
  #slot = 0;
  #running: RunningTask | undefined;
  /** Tasks that it has taken in all. */
  #taken = 0;
  /** As its seat says. */
  #isBusy = false;
  /** The function that it called last is not known to be short. */
  #isLong = false;
  #turnBegan = 0;
  /** Of results that are published. */
  #bytes = 0;

  constructor(realm: Realm, invitation: Invitation, runner: Runner, post: LinePost["post"]) {
    const cells = new HeapCells(realm.heap);
    cells.renew();
    this.#cells = cells;
    this.#seat = invitation.seat;
    this.#runner = runner;
    this.#post = new Post(post);
    this.#claims = new Claims(cells, invitation.line, invitation.worker);
    this.#rest = new WorkerRest(cells, invitation, new Patience());
    this.#results = new ResultsOut(cells, invitation);
    this.#outcomes = new Outcomes(realm, runner, this.#post);
    this.#payloads = new PayloadIn(realm, this.#post);
    this.#definitions = new Definitions(realm, runner, (fn) => this.#post.wantFunction(fn));
    this.#meter = new CostMeter(cells);
  }

  get isRunning(): boolean {
    return this.#slot !== 0;
  }

  heard(message: unknown): boolean {
    if (!isOfLine(message)) return false;
    if (message === BELL) this.#work();
    else this.#hear(message as Exclude<ToEnd, typeof BELL>);
    return true;
  }

  #hear(message: Exclude<ToEnd, typeof BELL>): void {
    if (message.slot === "payload") this.#post.arrived(message.serial, message.body);
    else if (message.slot === "function") this.#post.arrived(-message.fn, message.body);
    else if (message.slot === "forget") this.#definitions.forget(message.fns);
    else if (message.serial === this.#running?.serial) this.#running.tell();
  }

  #work(): void {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    this.#turnBegan = millisecondsSinceBirth();
    this.#goOn();
  }

  /** Runs one task after another, until there is none or one goes on by itself. */
  #goOn(): void {
    for (;;) {
      const slot = this.#next();
      if (slot === 0) break;
      this.#begin(slot);
      if (this.isRunning || this.#isTurnOver()) return;
    }
    this.#isAtWork = false;
    this.#runner.idle();
  }

  /** @returns the slot of the next task; 0: this worker sleeps, or is through */
  #next(): number {
    for (;;) {
      if (this.#taken >= this.#cells.get(this.#seat + Seat.QUOTA)) return this.#leave();
      if (this.#bytes > MOST_BYTES && this.#isFull()) return this.#pause();
      const slot = this.#claims.claim();
      if (slot !== 0) {
        this.#taken++;
        return slot;
      }
      this.#meter.end();
      if (!this.#rest.look(this.#claims.seen) && this.#rest.sleep()) return 0;
    }
  }

  /** It takes no more tasks. */
  #leave(): 0 {
    this.#meter.end();
    this.#setBusy(true);
    return 0;
  }

  #pause(): 0 {
    this.#meter.end();
    this.#rest.pause();
    return 0;
  }

  #isFull(): boolean {
    if (this.#results.untaken > 0) return true;
    this.#bytes = 0;
    return false;
  }

  #begin(slot: number): void {
    this.#slot = slot;
    const word = this.#cells.get(slot + Slot.FN);
    this.#isLong = this.#meter.begin(handleOf(word));
    this.#setBusy(this.#isLong);
    const running = new RunningTask(this.#cells, this.#seat + Seat.INTERRUPT, this.#cells.get(slot + Slot.SERIAL));
    this.#running = running;
    try {
      const fn = this.#definitions.find(word);
      if (fn === undefined || !this.#payloads.isAtHand(slot)) this.#later(slot, word, running);
      else this.#call(fn, formOf(word) as Form, this.#payloads.read(slot), running);
    } catch (error) {
      this.#fail(error);
    }
  }

  #call(fn: Callable, form: Form, payload: unknown, running: Running): void {
    const result = this.#runner.call(fn, form, payload, running);
    if (isAwaitable(result)) this.#await(Promise.resolve(result));
    else this.#finish(result);
  }

  /** Something must be loaded, or come by message, before the call. */
  #later(slot: number, word: number, running: Running): void {
    const result = (async () => {
      await this.#definitions.load(word);
      const payload = await this.#payloads.fetch(slot);
      const fn = this.#definitions.find(word)!;
      // The payload is whatever it is, also if it has a `then`.
      return this.#runner.call(fn, formOf(word) as Form, payload.value, running);
    })();
    this.#await(result);
  }

  #await(result: Promise<unknown>): void {
    this.#setBusy(true);
    void result.then(this.#onValue, this.#onError);
  }

  readonly #onValue = (value: unknown): void => {
    this.#finish(value);
    this.#afterWaiting();
  };

  readonly #onError = (error: unknown): void => {
    this.#fail(error);
    this.#afterWaiting();
  };

  #afterWaiting(): void {
    if (!this.#isTurnOver()) this.#goOn();
  }

  #finish(value: unknown): void {
    this.#publish(this.#outcomes.write(this.#slot, this.#serial, value));
  }

  #fail(error: unknown): void {
    this.#publish(this.#outcomes.writeError(this.#slot, this.#serial, error));
  }

  get #serial(): number {
    return this.#running?.serial ?? 0;
  }

  #publish({ state, bytes }: Outcome): void {
    const slot = this.#slot;
    if (this.#isBusy) this.#meter.end(); // before the outcome is told, with its cost
    this.#slot = 0;
    this.#running = undefined;
    this.#bytes += bytes;
    if (this.#results.publish(slot, state)) this.#post.ring();
    this.#setBusy(false);
  }

  /** Gives the event loop its turn, and goes on after that, if it has waited for long. */
  #isTurnOver(): boolean {
    if (this.#taken % FEW !== 0 && !this.#isLong) return false;
    const now = millisecondsSinceBirth();
    if (now - this.#turnBegan < SLICE) return false;
    setTurn(() => {
      this.#turnBegan = millisecondsSinceBirth();
      this.#goOn();
    });
    return true;
  }

  #setBusy(isBusy: boolean): void {
    if (isBusy === this.#isBusy) return;
    this.#isBusy = isBusy;
    this.#rest.isBusy = isBusy;
  }
}
