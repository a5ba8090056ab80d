/**
 * The heap of this process, this thread's place in it, and the objects that live there.
 *
 * The buffer travels as environment data, which every worker inherits, also those that heddle did not start. A heddle
 * thread finds its record claimed by its parent; any other thread claims one when it first needs the heap.
 */
import { availableParallelism } from "node:os";
import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";
import { Allocator } from "./allocator.js";
import { type Handle, Heap } from "./heap.js";
import { ENDING, MAGIC } from "./layout.js";
import { Ledger } from "./ledger.js";
import { announceEnd } from "./program-end.js";
import type { Owners } from "./robust-lock.js";
import { type ThreadId, ThreadTable } from "./thread-table.js";
import type { Word } from "./word.js";

/** Looks at a contended lock before sleeping; with one core the owner cannot let it go meanwhile. */
const spins = availableParallelism() > 1 ? 50 : 0;

const KEY = `heddle.heap.${MAGIC.toString(16)}`;

/** This thread's access to what all threads share. */
export class ProcessHeap {
  readonly heap: Heap;
  readonly threads: ThreadTable;
  readonly allocator: Allocator;
  /** What this thread holds. */
  ledger: Ledger;
  /**
   * How what guards the library's own data sees threads: nobody holds that when it leaves its worker, so one that was
   * terminated when its `run` was over counts as dead. One object for ever, read at each use: a worker may run one thread
   * after another.
   */
  readonly owners: Owners & { readonly spins: number };
  /** The same for the locks of the program: a thread whose `run` was over has not died, and leaves them as they are. */
  readonly lockOwners: Owners & { readonly spins: number };
  readonly #ending: Word;
  #me: ThreadId;

  constructor(claimed: ThreadId | undefined) {
    const inherited = getEnvironmentData(KEY) as SharedArrayBuffer | undefined;
    this.heap = new Heap(inherited);
    this.threads = new ThreadTable(this.heap);
    this.#ending = this.heap.word(ENDING);
    const { threads } = this;
    const owners = {
      me: claimed ?? NOBODY,
      spins,
      died: (id: ThreadId) => threads.diedOrEnded(id),
      look: (id: ThreadId, lately?: number) => this.lookAfter(id, lately),
    };
    // The allocator is there before this thread has an id: to tile a new heap, which nobody else knows yet.
    this.allocator = new Allocator(this.heap, {
      get me() {
        return owners.me;
      },
      died: (id) => id !== NOBODY && threads.isDying(id),
      // Settling takes the allocator's lock: here the death is only noted, and settled by whoever next looks.
      look: (id) => {
        if (id !== NOBODY && threads.isLost(id)) threads.leave(id);
      },
    });
    if (inherited === undefined) {
      this.allocator.format();
      setEnvironmentData(KEY, this.heap.buffer);
    }
    this.owners = owners;
    this.lockOwners = { ...owners, died: (id: ThreadId) => threads.died(id) };
    this.#me = claimed ?? this.#introduce(inherited === undefined && isMainThread);
    this.ledger = new Ledger(this);
    this.become(this.#me);
  }

  /** Id of the calling thread. */
  get me(): ThreadId {
    return this.#me;
  }

  /** From now on the calling code is the thread with that id, and owns what it locks as that one. */
  become(id: ThreadId): void {
    const before = this.#me;
    this.#me = id;
    this.#ownAs(id);
    if (before !== id) this.giveUp(before);
  }

  /** From here on it is found if that thread dies. */
  #ownAs(id: ThreadId): void {
    for (const owners of [this.owners, this.lockOwners]) (owners as { me: ThreadId }).me = id;
    this.threads.enter(id);
  }

  /** Gives back what this worker has held as that thread: nothing of it is known any more. */
  giveUp(id: ThreadId): void {
    this.ledger.reap(id);
    this.ledger = new Ledger(this);
  }

  /**
   * Looks whether that thread died without a word, and if so settles its death. 0 is no thread. When the program ends only
   * the main thread looks.
   *
   * @param lately milliseconds: if somebody has looked within them nothing is done
   */
  lookAfter(id: ThreadId, lately = 0): void {
    if (id === 0 || (this.#ending.load() !== 0 && this.me !== this.threads.main)) return;
    if (this.threads.isTurn(id, lately) && this.threads.isLost(id)) this.settle(id);
  }

  /** Makes an object of `bytes` zeroed bytes. */
  create(bytes: number): Handle {
    const cell = this.threads.scratch(this.me);
    const handle = this.allocator.allocate(bytes, cell);
    this.heap.i32[cell] = 0;
    return handle;
  }

  /** Gives the object's memory back. Nobody may use its handle any more. */
  destroy(handle: Handle): void {
    const cell = this.threads.scratch(this.me);
    this.heap.renew();
    this.heap.i32[cell] = handle;
    this.allocator.free(cell);
  }

  /**
   * A thread's worker is gone, and with it the workers of the threads that it started: settles what they left, if
   * nobody has done so.
   *
   * @param inPeace whether the worker has exited by itself. If so, one whose `run` is over had nothing in its hands
   * @returns true if it died
   */
  settle(id: ThreadId, inPeace = false): boolean {
    for (const child of this.threads.startedBy(id)) this.settle(child);
    if (inPeace) this.threads.leaveInPeace(id);
    // One that was found before, by somebody who died at settling it, is settled again: that does no harm.
    const isUnsettled = this.threads.leave(id) || this.threads.isUnsettled(id);
    if (isUnsettled) this.allocator.recover(id, () => this.threads.bury(id));
    this.ledger.reap(id);
    return this.threads.died(id);
  }

  /** @returns the ids of all threads that live; those that nobody in heddle watches are looked for first */
  living(): ThreadId[] {
    const { threads } = this;
    return threads.alive().filter((id) => {
      const isForeign = threads.info(id)?.parent === 0 && id !== threads.main;
      if (!isForeign || !threads.isLost(id)) return true;
      this.settle(id);
      return false;
    });
  }

  #introduce(isMain: boolean): ThreadId {
    const info = { name: isMain ? "MainThread" : `Dummy-${this.threads.nextNumber()}`, daemon: !isMain, parent: 0 };
    const id = this.threads.claim(info, this.allocator, (claimed) => this.#ownAs(claimed));
    if (isMain) {
      this.threads.main = id;
      announceEnd(this.#ending, () => {
        for (const other of this.threads.alive()) this.lookAfter(other);
      });
    } else process.once("exit", (code) => this.#leaveAs(id, code !== 0));
    return id;
  }

  /** A thread that heddle has not started has nobody who would settle its end. */
  #leaveAs(id: ThreadId, failed: boolean): void {
    this.threads.finish(id, failed);
    this.settle(id, true);
  }
}

/** Stands for a thread that has no id yet; never dies. */
const NOBODY = 2 ** 30 - 1;

let instance: ProcessHeap | undefined;
let welcome: ((memory: ProcessHeap) => void) | undefined;

/** Has `made` called when this thread has its access to the heap, or at once if it has. */
export function onProcessHeap(made: (memory: ProcessHeap) => void): void {
  welcome = made;
  if (instance !== undefined) made(instance);
}

function enter(claimed: ThreadId | undefined): ProcessHeap {
  instance = new ProcessHeap(claimed);
  welcome?.(instance);
  return instance;
}

/** @returns the heap; made or joined at the first call */
export function processHeap(): ProcessHeap {
  return instance ?? enter(undefined);
}

/**
 * Joins that heap, for a thread that was started before there was one.
 * @returns false if this thread has another one already
 */
export function adoptHeap(buffer: SharedArrayBuffer, id: number): boolean {
  if (instance === undefined && getEnvironmentData(KEY) === undefined) setEnvironmentData(KEY, buffer);
  return processHeap().heap.id === id;
}

/**
 * Joins the heap as the thread whose record the parent claimed; again, as the next one, when the worker is used again.
 * The first call must be the worker's first use of the heap.
 */
export function joinAs(id: ThreadId): ProcessHeap {
  if (instance === undefined) return enter(id);
  instance.become(id);
  return instance;
}
