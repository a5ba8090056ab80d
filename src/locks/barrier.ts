/** A meeting point of threads. */
import { HEADER_WORDS } from "../memory/allocator.js";
import type { Handle } from "../memory/heap.js";
import { ObjectKind } from "../memory/ledger.js";
import { Patience } from "../memory/patience.js";
import type { Realm } from "../memory/realm.js";
import { takeTurn } from "../memory/turn.js";
import type { Word } from "../memory/word.js";
import { GoneWord } from "../objects/gone.js";
import { type Address, SharedObject } from "../objects/shared-object.js";
import { type AnyClass, register } from "../pickle/registry.js";
import {
  checkFunction,
  checkInteger,
  checkOptions,
  checkTimeout,
  checkWait,
  checkWaitSync,
  type Wait,
} from "../platform/errors/arguments.js";
import { refuseAsync, refusePromise } from "../platform/errors/synchronous.js";
import { Barrier as Meeting } from "../sync/barrier.js";
import { Mutex } from "../sync/mutex.js";
import { WaitQueue } from "../sync/wait-queue.js";
import { limitsOf } from "./held.js";
import { LOOK_PERIOD, partnersOf } from "./other-threads.js";
import { HeapNodes } from "./waiter-nodes.js";

// Words of the object.
const MUTEX = HEADER_WORDS;
const PHASE = HEADER_WORDS + 1;
const HEAD = HEADER_WORDS + 2;
const TAIL = HEADER_WORDS + 3;
const PARTIES = HEADER_WORDS + 4;
const LOOKED = HEADER_WORDS + 5;

const MOST_PARTIES = 2 ** 31 - 1;

/** Options of a Barrier. */
export interface BarrierOptions {
  /** Run by the thread that comes last, before all go on. If it throws, the barrier breaks. */
  action?: () => void;
  /** Default for the timeout of `wait`, in milliseconds. */
  timeout?: number;
}

/** What `Barrier.statistics()` tells. */
export interface BarrierStatistics {
  readonly parties: number;
  /** How many are there and wait for the rest. */
  readonly waiting: number;
  readonly broken: boolean;
}

/** What travels: each thread has the action and the timeout as its own. */
interface BarrierData {
  readonly address: Address;
  readonly options: BarrierOptions;
}

let revivedOptions: BarrierOptions | undefined;

/**
 * A meeting point: `wait` returns when `parties` threads are there; it can be used again and again.
 *
 * It breaks when a wait times out or is aborted, a thread dies waiting, the action throws, or by `abort`: then every
 * wait throws BrokenBarrierError, until `reset`. A thread that dies before it comes is simply not there: give `wait` a
 * timeout.
 *
 * Python: threading.Barrier.
 *
 * @example
 * import { Barrier, Thread } from "heddle/threading";
 *
 * const start = new Barrier(2);
 * const thread = new Thread({ target: () => start.waitSync() }).start();
 * const index = await start.wait();
 * console.log(index + (await thread.result())); // 1: one got 0, the other 1
 */
export class Barrier extends SharedObject {
  static {
    register<Barrier, BarrierData>(Barrier, {
      url: import.meta.url,
      name: "Barrier",
      reach: SharedObject.reachOf,
      reduce: (barrier, inside) => ({ address: SharedObject.addressOf(barrier, inside), options: barrier.#options }),
      revive: reviveBarrier,
    });
  }

  readonly #parties: number;
  readonly #options: BarrierOptions;
  readonly #action: (() => void) | undefined;
  #meeting: Meeting;

  /**
   * @param parties how many threads meet: 1 or more
   * @throws {TypeError | RangeError} if an argument is of a wrong type or out of range
   */
  constructor(parties: number, options: BarrierOptions = {}) {
    checkOptions("Barrier", options, ["action", "timeout"]);
    checkTimeout("Barrier: timeout", options.timeout);
    const { action } = options;
    if (action !== undefined) checkAction(action);
    const revived = revivedOptions;
    revivedOptions = undefined;
    if (revived === undefined) checkInteger("Barrier: parties", parties, 1, MOST_PARTIES);
    super(24, ObjectKind.PLAIN);
    const { heap } = SharedObject.realmOf(this);
    const base = this.handle << 4;
    const count = heap.word(base + PARTIES);
    if (!this.isRevived) count.store(parties);
    this.#parties = count.load();
    this.#options = revived ?? { ...options };
    const act = this.#options.action;
    if (act !== undefined) this.#action = () => void refusePromise("Barrier: action", REMEDY, act());
    const patience = new Patience();
    this.#meeting = this.#meetingAt(this.handle, (index) => heap.word(base + index, patience, this));
  }

  /** @internal */
  protected override retire(): void {
    const gone = new GoneWord(this.constructor.name);
    this.#meeting = this.#meetingAt(0, () => gone);
  }

  #meetingAt(object: Handle, word: (index: number) => Word): Meeting {
    const realm = SharedObject.realmOf(this);
    const nodes = new HeapNodes(realm, object);
    const mutex = new Mutex(word(MUTEX), realm.owners);
    return new Meeting(this.#parties, {
      mutex,
      phase: word(PHASE),
      queue: new WaitQueue(word(HEAD), word(TAIL), nodes),
      nodes,
      owners: partnersOf(realm),
      isTurn: () => takeTurn(word(LOOKED), LOOK_PERIOD),
    });
  }

  /** How many threads meet. */
  get parties(): number {
    return this.#parties;
  }

  /** How many are there and wait for the rest. */
  get nWaiting(): number {
    return this.#meeting.waiting;
  }

  /** True from its breaking until `reset`. */
  get broken(): boolean {
    return this.#meeting.broken;
  }

  /**
   * Waits until all parties are there.
   *
   * @returns how many came before: each of 0 to parties - 1 is given once
   * @throws {BrokenBarrierError} if the barrier is or gets broken; a timeout breaks it
   * @throws what the action throws, in the thread that ran it
   * @throws `signal.reason` when the signal is aborted, which breaks the barrier
   */
  async wait(wait: Wait = {}): Promise<number> {
    checkWait("wait", wait);
    const limits = limitsOf(wait);
    return this.#meeting.wait({ ...limitsOf(this.#options), ...limits }, this.#action);
  }

  /** As `wait`, blocking the calling thread. */
  waitSync(wait: { timeout?: number } = {}): number {
    checkWaitSync("waitSync", wait);
    return this.#meeting.waitSync(wait.timeout ?? this.#options.timeout, this.#action);
  }

  /** Sends those who wait away with BrokenBarrierError, and makes the barrier as new. */
  reset(): void {
    this.#meeting.reset();
  }

  /** Breaks the barrier: who waits, and who comes before a `reset`, gets BrokenBarrierError. */
  abort(): void {
    this.#meeting.abort();
  }

  /** @internal */
  protected override describe(): string {
    const { waiting, broken } = this.#meeting.census();
    return broken ? "broken" : `waiting ${waiting}/${this.parties}`;
  }

  /** What can be seen of it at this moment. */
  statistics(): BarrierStatistics {
    return { parties: this.parties, ...this.#meeting.census() };
  }
}

const REMEDY = "it runs between two steps of the meeting, which does not wait for it";

function checkAction(action: () => unknown): void {
  checkFunction("Barrier: action", action);
  refuseAsync("Barrier: action", REMEDY, action);
}

function reviveBarrier({ address, options }: BarrierData, actualClass: AnyClass, inside?: Realm): Barrier {
  revivedOptions = options;
  try {
    return SharedObject.at(address, Barrier, actualClass, inside) as Barrier;
  } finally {
    revivedOptions = undefined;
  }
}
