/**
 * FIFO queue between threads, in shared memory: no feeder thread, no owner, any thread may end or die.
 *
 *   qsize = PUT - GET        unfinished = PUT - DONE        (32-bit counts that wrap)
 *
 * One robust lock guards the items and is held only to move one, never to wait. Who must wait raises a count of
 * sleepers first and then sleeps on the count that must move: getters on PUT, putters on GET, joiners on DONE. Who
 * moves a count looks at the sleepers afterwards, so either it sees the sleeper or the sleeper sees the move.
 */
import { processHeap } from "../memory/process-heap.js";
import { ShortLock } from "../memory/short-lock.js";
import type { Word } from "../memory/word.js";
import { checkOptions, checkTimeout, checkWait, type Wait } from "../platform/arguments.js";
import { decode, type EncodedItem, encode } from "../shared/item-codec.js";
import { SharedObject } from "../shared/shared-object.js";
import { type Attempt, blockUntil, DONE, doneUntil } from "../sync/park.js";
import { atOnce, checkMaxsize, noItem, noRoom } from "./limits.js";
import {
  DONE_COUNT,
  GET,
  GETTERS,
  JOINERS,
  LOCK,
  MAXSIZE,
  PUT,
  PUTTERS,
  QUEUE_BYTES,
  Segments,
  type TakenItem,
} from "./segments.js";

/** Options of `put` and `get`. */
export interface QueueWait extends Wait {
  /** false: do not wait, as `putNowait` and `getNowait`. */
  block?: boolean;
}

/** Sleepers look again after a slice: that heals a wake-up that died with its receiver. */
const heal = (): void => {};
const all = Infinity;

/**
 * A queue of items that any thread puts and any thread takes, in the order of put. Items are copied, functions,
 * instances and shared objects included.
 *
 * Python: queue.Queue. `maxsize` 0 or less means without limit.
 *
 * @example
 * import { Queue } from "heddle/queue";
 * import { Thread } from "heddle/threading";
 *
 * const tasks = new Queue<string>();
 * const work = () => { for (;;) { console.log(tasks.getSync().toUpperCase()); tasks.taskDone(); } };
 * new Thread({ target: work, daemon: true }).start();
 * for (const task of ["spin", "weave"]) await tasks.put(task);
 * await tasks.join(); // SPIN and WEAVE are printed
 */
export class Queue<T = unknown> extends SharedObject {
  static {
    SharedObject.register(Queue, import.meta.url, "Queue");
  }

  readonly #segments: Segments;
  readonly #lock: ShortLock;
  readonly #maxsize: number;
  readonly #put: Word;
  readonly #get: Word;
  readonly #done: Word;
  readonly #getters: Word;
  readonly #putters: Word;
  readonly #joiners: Word;

  /**
   * @param maxsize most items in the queue; left out or 0: without limit
   * @throws {TypeError | RangeError} if maxsize is not an integer of 0 or more
   */
  constructor(maxsize: number | { maxsize?: number } = 0) {
    const limit = checkMaxsize(maxsize);
    super(QUEUE_BYTES);
    const memory = processHeap();
    const { heap } = memory;
    const q = this.handle << 4;
    heap.renew();
    this.#segments = new Segments(memory, this.handle);
    this.#lock = new ShortLock(heap.word(q + LOCK), memory.owners);
    if (!this.isRevived) heap.word(q + MAXSIZE).store(limit);
    this.#maxsize = heap.word(q + MAXSIZE).load();
    this.#put = heap.word(q + PUT);
    this.#get = heap.word(q + GET);
    this.#done = heap.word(q + DONE_COUNT);
    this.#getters = heap.word(q + GETTERS);
    this.#putters = heap.word(q + PUTTERS);
    this.#joiners = heap.word(q + JOINERS);
  }

  /** Most items that the queue holds; 0: without limit. */
  get maxsize(): number {
    return this.#maxsize;
  }

  /** Items in the queue at this moment; another thread may change it in the next. */
  get qsize(): number {
    // GET first: in the other order items that pass in between could make it less than 0.
    const got = this.#get.load();
    return (this.#put.load() - got) | 0;
  }

  get empty(): boolean {
    return this.qsize === 0;
  }

  get full(): boolean {
    return this.#maxsize > 0 && this.qsize >= this.#maxsize;
  }

  /** Items put whose `taskDone` has not been called. */
  get unfinishedTasks(): number {
    const done = this.#done.load();
    return (this.#put.load() - done) | 0;
  }

  /**
   * Adds a copy of the item; waits for room if the queue is full.
   *
   * @throws {Full} if there was no room in time
   * @throws {PickleError} if the item cannot travel
   */
  async put(item: T, wait: QueueWait = {}): Promise<void> {
    checkWait("put", wait, ["block"]);
    const attempt = this.#putAttempt(encode(item));
    const { block = true, ...limits } = wait;
    const done = await sleeping(this.#putters, () => doneUntil(this.#get, attempt, atOnce(block, limits), heal));
    if (!done) throw noRoom(this.#maxsize, block ? wait.timeout : 0);
  }

  /** As `put`, blocking the calling thread. */
  putSync(item: T, wait: Omit<QueueWait, "signal"> = {}): void {
    checkOptions("putSync", wait, ["timeout", "block"]);
    checkTimeout("putSync: timeout", wait.timeout);
    this.#putSync(encode(item), wait.block === false ? 0 : wait.timeout);
  }

  /** Adds a copy of the item if there is room. @throws {Full} if there is none */
  putNowait(item: T): void {
    this.#putSync(encode(item), 0);
  }

  /**
   * Takes the oldest item; waits for one if the queue is empty.
   *
   * @throws {Empty} if there was no item in time
   */
  async get(wait: QueueWait = {}): Promise<T> {
    checkWait("get", wait, ["block"]);
    const taken: TakenItem[] = [];
    const attempt = this.#getAttempt(taken);
    const { block = true, ...limits } = wait;
    const done = await sleeping(this.#getters, () => doneUntil(this.#put, attempt, atOnce(block, limits), heal));
    if (!done) throw noItem(block ? wait.timeout : 0);
    return rebuilt(taken);
  }

  /** As `get`, blocking the calling thread. */
  getSync(wait: Omit<QueueWait, "signal"> = {}): T {
    checkOptions("getSync", wait, ["timeout", "block"]);
    checkTimeout("getSync: timeout", wait.timeout);
    return this.#getSync(wait.block === false ? 0 : wait.timeout);
  }

  /** Takes the oldest item if there is one. @throws {Empty} if there is none */
  getNowait(): T {
    return this.#getSync(0);
  }

  /**
   * Says that an item taken before is done; `join` returns when all are.
   *
   * @throws {RangeError} if called more often than items were put
   */
  taskDone(): void {
    for (;;) {
      const done = this.#done.load();
      const left = (this.#put.load() - done) | 0;
      if (left <= 0) throw new RangeError("taskDone() was called more often than items were put");
      if (this.#done.compareExchange(done, (done + 1) | 0) !== done) continue;
      if (left === 1 && this.#joiners.load() > 0) this.#done.notify(all);
      return;
    }
  }

  /** Waits until every item put so far, and until then, is done. @returns false if the timeout came first */
  async join(wait?: Wait): Promise<boolean> {
    checkWait("join", wait);
    return sleeping(this.#joiners, () => doneUntil(this.#done, this.#joinAttempt, wait, heal));
  }

  /** As `join`, blocking the calling thread. */
  joinSync(wait?: { timeout?: number }): boolean {
    checkOptions("joinSync", wait, ["timeout"]);
    checkTimeout("joinSync: timeout", wait?.timeout);
    if (this.#joinAttempt() === DONE) return true;
    this.#joiners.add(1);
    try {
      return blockUntil(this.#done, this.#joinAttempt, wait?.timeout, heal);
    } finally {
      this.#joiners.add(-1);
    }
  }

  override dispose(): void {
    this.#locked(() => this.#segments.clear());
    super.dispose();
  }

  readonly #joinAttempt: Attempt = () => {
    const done = this.#done.load();
    return this.#put.load() === done ? DONE : done;
  };

  #putSync(item: EncodedItem, timeout: number | undefined): void {
    const attempt = this.#putAttempt(item);
    if (attempt() === DONE) return;
    this.#putters.add(1);
    try {
      if (!blockUntil(this.#get, attempt, timeout, heal)) throw noRoom(this.#maxsize, timeout);
    } finally {
      this.#putters.add(-1);
    }
  }

  #getSync(timeout: number | undefined): T {
    const taken: TakenItem[] = [];
    const attempt = this.#getAttempt(taken);
    if (attempt() !== DONE) {
      this.#getters.add(1);
      try {
        if (!blockUntil(this.#put, attempt, timeout, heal)) throw noItem(timeout);
      } finally {
        this.#getters.add(-1);
      }
    }
    return rebuilt(taken);
  }

  /** Adds the item if there is room; else sleeps on GET. */
  #putAttempt(item: EncodedItem): Attempt {
    return () => {
      const seen = this.#locked(() => {
        const got = this.#get.load();
        if (this.#maxsize > 0 && ((this.#put.load() - got) | 0) >= this.#maxsize) return got;
        this.#segments.append(item);
        return DONE;
      });
      if (seen === DONE && this.#getters.load() > 0) this.#put.notify(1);
      return seen;
    };
  }

  /** Takes an item if there is one; else sleeps on PUT. */
  #getAttempt(taken: TakenItem[]): Attempt {
    return () => {
      const seen = this.#locked(() => {
        const put = this.#put.load();
        if (put === this.#get.load()) return put;
        taken.push(this.#segments.take());
        return DONE;
      });
      if (seen === DONE && this.#putters.load() > 0) this.#get.notify(1);
      return seen;
    };
  }

  #locked<V>(work: () => V): V {
    const ownerDied = this.#lock.acquire();
    try {
      processHeap().heap.renew();
      if (ownerDied) this.#segments.repair();
      return work();
    } finally {
      this.#lock.release();
    }
  }
}

/** Counts the caller among the sleepers while it waits, if it has to. */
async function sleeping(sleepers: Word, wait: () => Promise<boolean>): Promise<boolean> {
  sleepers.add(1);
  try {
    return await wait();
  } finally {
    sleepers.add(-1);
  }
}

function rebuilt<T>([item]: TakenItem[]): T {
  const { kind, integer, bytes } = item!;
  return decode(kind, integer, bytes) as T;
}
