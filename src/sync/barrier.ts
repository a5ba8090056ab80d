/**
 * A meeting point: nobody goes on before `parties` are there.
 *
 *   FILLING ──last one came, no action──▶ PASSING ──▶ FILLING
 *      │ ──last one came──▶ ACTING ──action done──▶ PASSING ──▶ FILLING
 *      │                      │
 *      └──────────────────────┴──timeout, abort, death, failed action──▶ BREAKING ──▶ BROKEN
 *   any ──reset──▶ RESETTING ──▶ FILLING
 *
 * Each who waits brings a node to the list, and is told there how it ended. All is changed under a mutex that is held
 * for a few instructions. PASSING, BREAKING and RESETTING are verdicts: while one stands, the holder of the mutex hands
 * it to all nodes. They last no longer than that, unless the holder dies.
 *
 * Invariant: a verdict is one store, and whoever gets the mutex first carries out a verdict it finds. So all who meet
 * hear the same, whatever dies. A node leaves the list after it was told; its waiter releases it, under the mutex.
 *
 * Of those who wait one looks after all, now and then (turn.ts): that each looks after each other costs a core.
 *
 * Who comes while the action runs belongs to the next meeting: it waits until the phase changes, without a node.
 */
import type { Word } from "../memory/word.js";
import { BrokenBarrierError } from "../platform/errors/errors.js";
import { demandDeepStack } from "../platform/stacks/stack-room.js";
import { deadlineIn, timeLeft } from "../platform/waiting/clock.js";
import { type StoppableWait, throwIfStopped } from "../platform/waiting/stoppable.js";
import type { Mutex } from "./mutex.js";
import type { Owners } from "./owners.js";
import { blockUntil, DONE, doneUntil, type Watch } from "./park.js";
import type { WaitNodes, WaitQueue } from "./wait-queue.js";

const Phase = { FILLING: 0, ACTING: 1, BROKEN: 2, PASSING: 3, BREAKING: 4, RESETTING: 5 } as const;

/** State of a node: waiting, or how the meeting ended. */
const WAITING = 1;
const PASSED = 2;
const REFUSED = 3;

/** The parts of a barrier in memory, and its surroundings. */
export interface BarrierParts {
  readonly mutex: Mutex;
  /** Who waits for the end of an action sleeps on it. */
  readonly phase: Word;
  readonly queue: WaitQueue;
  readonly nodes: WaitNodes;
  /** `died` must be true also of who ended in another way: it does not come back to its wait. */
  readonly owners: Owners;
  /** True if the caller is to look after the others, because nobody has lately. */
  isTurn(): boolean;
}

/** A place at the meeting. */
interface Place {
  /** 0: the last one, and the meeting is over. */
  readonly node: number;
  /** How many came before. */
  readonly index: number;
  /** True: the last one, who has to run the action. */
  readonly acts: boolean;
}

export class Barrier {
  readonly #parties: number;
  readonly #parts: BarrierParts;

  constructor(parties: number, parts: BarrierParts) {
    this.#parties = parties;
    this.#parts = parts;
  }

  get broken(): boolean {
    const phase = this.#parts.phase.load();
    return phase === Phase.BROKEN || phase === Phase.BREAKING;
  }

  /** How many are there and wait for the rest. */
  get waiting(): number {
    return this.census().waiting;
  }

  /** How many wait, and whether it is broken, at one moment. */
  census(): { readonly waiting: number; readonly broken: boolean } {
    return this.#locked(() => {
      const waiting = this.#parts.phase.load() === Phase.FILLING ? this.#parts.queue.length : 0;
      return { waiting, broken: this.broken };
    });
  }

  /**
   * Blocks the thread until all are there.
   *
   * @param action run by the last one before all go on; if it throws, the barrier breaks
   * @returns how many came before the caller
   * @throws {BrokenBarrierError} if the barrier is broken or breaks, as it does at a timeout
   */
  waitSync(timeout: number | undefined, action?: () => void): number {
    demandDeepStack();
    const deadline = deadlineIn(timeout);
    const arrival = new Arrival((entry) => this.#arrive(entry, action !== undefined));
    blockUntil(this.#parts.phase, arrival.attempt, timeout, this.#watch);
    const place = arrival.place ?? this.#giveUp();
    if (place.node === 0) return place.index;
    if (place.acts) return this.#act(place, action);
    blockUntil(this.#parts.nodes.state(place.node), this.#told(place), timeLeft(deadline), this.#watch);
    return this.#leave(place);
  }

  /**
   * The awaiting twin of `waitSync`.
   *
   * @throws `wait.signal.reason` when the signal is aborted, the cancellation error when the asyncio scope is cancelled;
   *   both break the barrier
   */
  async wait(wait: StoppableWait, action?: () => void): Promise<number> {
    throwIfStopped(wait);
    demandDeepStack();
    const deadline = deadlineIn(wait.timeout);
    const arrival = new Arrival((entry) => this.#arrive(entry, action !== undefined));
    try {
      await doneUntil(this.#parts.phase, arrival.attempt, wait, this.#watch);
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) this.abort();
      throw error;
    }
    const place = arrival.place ?? this.#giveUp();
    if (place.node === 0) return place.index;
    if (place.acts) return this.#act(place, action);
    const rest = { ...wait, timeout: timeLeft(deadline) };
    try {
      await doneUntil(this.#parts.nodes.state(place.node), this.#told(place), rest, this.#watch);
    } catch (error) {
      return this.#leave(place, { error });
    }
    return this.#leave(place);
  }

  /** Breaks the barrier: who waits, and who comes before a reset, gets BrokenBarrierError. */
  abort(): void {
    demandDeepStack();
    this.#locked(() => this.#decide(Phase.BREAKING));
  }

  /** Sends away who waits, with BrokenBarrierError, and makes the barrier as new. */
  reset(): void {
    demandDeepStack();
    this.#locked(() => this.#decide(Phase.RESETTING));
  }

  /** @returns DONE with a place in `arrival`, or the phase to sleep on */
  #arrive(arrival: Arrival, acts: boolean): number {
    const { phase, queue } = this.#parts;
    return this.#locked(() => {
      this.#breakForTheDead();
      if (phase.load() === Phase.BROKEN) throw new BrokenBarrierError("The barrier is broken");
      if (phase.load() === Phase.ACTING) return Phase.ACTING;
      const index = queue.length;
      const last = index + 1 === this.#parties;
      arrival.place = { index, acts: last && acts, node: last && !acts ? 0 : this.#enter() };
      if (last && acts) phase.store(Phase.ACTING);
      else if (last) this.#decide(Phase.PASSING);
      return DONE;
    });
  }

  #enter(): number {
    const { nodes, owners, queue } = this.#parts;
    const node = nodes.allocate();
    nodes.owner(node).store(owners.me);
    nodes.state(node).store(WAITING);
    queue.push(node);
    return node;
  }

  #act(place: Place, action: (() => void) | undefined): number {
    try {
      action?.();
    } catch (error) {
      return this.#leave(place, { error });
    }
    const state = this.#parts.nodes.state(place.node);
    this.#locked(() => {
      if (state.load() === WAITING) this.#decide(Phase.PASSING);
    });
    return this.#leave(place);
  }

  #told({ node }: Place): () => number {
    const state = this.#parts.nodes.state(node);
    return () => (state.load() === WAITING ? WAITING : DONE);
  }

  /**
   * Ends the wait of a place; who is not told yet breaks the barrier.
   *
   * @throws `failure.error`, or BrokenBarrierError, unless the meeting came about
   */
  #leave(place: Place, failure?: { readonly error: unknown }): number {
    const state = this.#parts.nodes.state(place.node);
    let timedOut = false;
    const passed = this.#locked(() => {
      timedOut = state.load() === WAITING;
      if (timedOut) this.#decide(Phase.BREAKING);
      const outcome = state.load();
      this.#parts.nodes.release(place.node);
      return outcome === PASSED;
    });
    if (passed) return place.index;
    if (failure !== undefined) throw failure.error;
    throw new BrokenBarrierError(timedOut ? TOO_LATE : "The barrier was broken while this thread waited at it");
  }

  #giveUp(): never {
    this.abort();
    throw new BrokenBarrierError(TOO_LATE);
  }

  readonly #watch: Watch = () => {
    if (!this.#parts.isTurn()) return;
    for (const owner of this.#locked(() => this.#owners())) this.#parts.owners.look(owner);
    this.#locked(() => this.#breakForTheDead());
  };

  #owners(): number[] {
    const { nodes, queue } = this.#parts;
    const owners: number[] = [];
    for (let node = queue.first; node !== 0; node = nodes.next(node).load()) owners.push(nodes.owner(node).load());
    return owners;
  }

  #breakForTheDead(): void {
    if (this.#owners().some((owner) => this.#parts.owners.died(owner))) this.#decide(Phase.BREAKING);
  }

  #decide(verdict: number): void {
    this.#parts.phase.store(verdict);
    this.#carryOut();
  }

  /** Tells all who wait the verdict that stands, if one does. */
  #carryOut(): void {
    const { phase, queue } = this.#parts;
    const verdict = phase.load();
    if (verdict < Phase.PASSING) return;
    for (let node = queue.first; node !== 0; node = queue.first) this.#tell(node, verdict);
    phase.store(verdict === Phase.BREAKING ? Phase.BROKEN : Phase.FILLING);
    phase.notify(Infinity);
  }

  #tell(node: number, verdict: number): void {
    const { nodes, owners, queue } = this.#parts;
    const state = nodes.state(node);
    // Before it leaves the list: one that is neither listed nor told would sleep for ever.
    state.store(verdict === Phase.PASSING ? PASSED : REFUSED);
    queue.remove(node);
    if (owners.died(nodes.owner(node).load())) nodes.release(node);
    // All: an abandoned sleeper of the node's last user may still be listed before the waiter.
    else state.notify(Infinity);
  }

  #locked<T>(body: () => T): T {
    const { mutex } = this.#parts;
    mutex.lockSync();
    try {
      this.#carryOut();
      return body();
    } finally {
      mutex.unlock();
    }
  }
}

const TOO_LATE = "The barrier is broken: not all parties were there in time";

/** One who comes: the attempt to repeat, and the place it got in the end. */
class Arrival {
  place: Place | undefined;
  readonly attempt: () => number;

  constructor(arrive: (arrival: Arrival) => number) {
    this.attempt = () => arrive(this);
  }
}
