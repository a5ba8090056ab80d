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
import { MAGIC } from "./layout.js";
import type { Owners } from "./robust-lock.js";
import { type ThreadId, ThreadTable } from "./thread-table.js";

/** Looks at a contended lock before sleeping; with one core the owner cannot let it go meanwhile. */
const SPINS = 50;

const KEY = `heddle.heap.${MAGIC.toString(16)}`;

/** This thread's access to what all threads share. */
export class ProcessHeap {
  readonly heap: Heap;
  readonly threads: ThreadTable;
  readonly allocator: Allocator;
  /** Id of the calling thread. */
  readonly me: ThreadId;
  /** How locks see threads. */
  readonly owners: Owners & { readonly spins: number };

  constructor(claimed: ThreadId | undefined) {
    const inherited = getEnvironmentData(KEY) as SharedArrayBuffer | undefined;
    this.heap = new Heap(inherited);
    this.threads = new ThreadTable(this.heap);
    const { threads } = this;
    // The allocator is needed to claim a record, before this thread has an id: its own lock then names the process.
    let me: ThreadId = claimed ?? 0;
    this.allocator = new Allocator(this.heap, {
      get me() {
        return me === 0 ? NOBODY : me;
      },
      died: (id) => id !== NOBODY && threads.isDying(id),
    });
    if (inherited === undefined) {
      this.allocator.format();
      setEnvironmentData(KEY, this.heap.buffer);
    }
    if (claimed === undefined) me = this.#introduce(inherited === undefined && isMainThread);
    this.me = me;
    this.threads.enter(me);
    this.owners = { me, died: (id) => threads.died(id), spins: availableParallelism() > 1 ? SPINS : 0 };
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

  /** A thread's worker is gone: settles what it left, if nobody has done so. @returns true if it died */
  settle(id: ThreadId): boolean {
    if (!this.threads.leave(id)) return this.threads.died(id);
    this.allocator.recover(id, () => this.threads.bury(id));
    return true;
  }

  #introduce(isMain: boolean): ThreadId {
    const info = { name: isMain ? "MainThread" : `Dummy-${this.threads.nextNumber()}`, daemon: !isMain, parent: 0 };
    const id = this.threads.claim(info, this.allocator);
    if (isMain) this.threads.main = id;
    return id;
  }
}

/** Stands for a thread that has no id yet; never dies. */
const NOBODY = 2 ** 30 - 1;

let instance: ProcessHeap | undefined;

/** @returns the heap; made or joined at the first call */
export function processHeap(): ProcessHeap {
  instance ??= new ProcessHeap(undefined);
  return instance;
}

/** Joins the heap as the thread whose record the parent claimed. Must be the thread's first use of the heap. */
export function joinAs(id: ThreadId): ProcessHeap {
  if (instance !== undefined) throw new RangeError("Cannot join the heap: this thread has joined it already");
  instance = new ProcessHeap(id);
  return instance;
}
