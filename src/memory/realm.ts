/**
 * Memory with everything that gives it meaning: the bytes, who allocates them, the table of the threads that use them, how
 * those see each other, what each of them holds, the names of what is written, and the objects of this thread that stand
 * for what is there. A handle is a number inside one realm; in another it means something else.
 *
 * The threads of a process have one in common (process-realm.ts). Whoever works in memory is given its realm.
 */
import { Allocator } from "./allocator.js";
import type { Handle, Heap } from "./heap.js";
import { LOOKS_AT_LOCK } from "./hop.js";
import { writeLabel } from "./label.js";
import { ENDING } from "./layout.js";
import { Ledger } from "./ledger.js";
import { Names } from "./names.js";
import { Residents } from "./residents.js";
import type { Owners } from "./robust-lock.js";
import { slotOf } from "./thread-record.js";
import { type ThreadId, type ThreadInfo, ThreadTable } from "./thread-table.js";
import type { Word } from "./word.js";

/** How far a realm reaches: the thread that has it, the threads of its process, the processes of its machine. */
export type Reach = "thread" | "process" | "machine";

/** Stands for a thread that has no id yet; never dies. */
const NOBODY = 2 ** 30 - 1;

/** This thread's access to a realm. */
export class Realm {
  readonly heap: Heap;
  readonly reach: Reach;
  readonly threads: ThreadTable;
  readonly allocator: Allocator;
  /** What this thread holds. */
  ledger!: Ledger;
  /**
   * How what guards the library's own data sees threads: nobody holds that when it leaves its worker, so one that was
   * terminated when its `run` was over counts as dead. One object for ever, read at each use: a worker may run one thread
   * after another.
   */
  readonly owners: Owners & { readonly spins: number };
  /** The same for the locks of the program: a thread whose `run` was over has not died, and leaves them as they are. */
  readonly lockOwners: Owners & { readonly spins: number };
  readonly ending: Word;
  #me: ThreadId = NOBODY;
  #names: Names | undefined;
  #residents: Residents<object> | undefined;

  /** The calling thread has no place in it yet: see `join` and `become`. @param isNew nobody else knows the heap */
  constructor(heap: Heap, { reach, isNew }: { readonly reach: Reach; readonly isNew: boolean }) {
    this.heap = heap;
    this.reach = reach;
    this.threads = new ThreadTable(heap);
    this.ending = heap.word(ENDING);
    const { threads } = this;
    const owners = {
      me: NOBODY,
      spins: LOOKS_AT_LOCK,
      died: (id: ThreadId) => threads.diedOrEnded(id),
      look: (id: ThreadId, lately?: number) => this.lookAfter(id, lately),
    };
    // The allocator is there before this thread has an id: to tile a new heap, which nobody else knows yet.
    this.allocator = new Allocator(heap, {
      get me() {
        return owners.me;
      },
      died: (id) => id !== NOBODY && threads.isDying(id),
      // Settling takes the allocator's lock: here the death is only noted, and settled by whoever next looks.
      look: (id) => {
        if (id !== NOBODY && threads.isLost(id)) threads.leave(id);
      },
    });
    if (isNew) this.allocator.format();
    this.owners = owners;
    this.lockOwners = { ...owners, died: (id: ThreadId) => threads.died(id) };
  }

  /** Tells it from any other realm. */
  get id(): number {
    return this.heap.id;
  }

  /** Id of the calling thread. */
  get me(): ThreadId {
    return this.#me;
  }

  /** The lists of strings that all threads know by number. */
  get names(): Names {
    this.#names ??= new Names(this);
    return this.#names;
  }

  /** This thread's objects for what is in the realm. */
  get residents(): Residents<object> {
    this.#residents ??= new Residents(() => this.ledger);
    return this.#residents;
  }

  /** Another thread runs in this worker from now on: what arrives gets new objects. */
  forget(): void {
    this.#residents?.forget();
  }

  /** Takes a place for the calling thread, which nobody has claimed one for. @returns its id */
  join(info: Omit<ThreadInfo, "id">): ThreadId {
    const id = this.threads.claim(info, this.allocator, (claimed) => this.#ownAs(claimed));
    this.become(id);
    return id;
  }

  /** From now on the calling code is the thread with that id, and owns what it locks as that one. */
  become(id: ThreadId): void {
    const before = this.#me;
    this.#me = id;
    this.#ownAs(id);
    if (before === NOBODY) this.ledger = new Ledger(this);
    else if (before !== id) this.giveUp(before);
  }

  /** From here on it is found if that thread dies. */
  #ownAs(id: ThreadId): void {
    for (const owners of [this.owners, this.lockOwners]) (owners as { me: ThreadId }).me = id;
    this.heap.waits.moveTo(slotOf(id));
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
    if (id === 0 || (this.ending.load() !== 0 && this.me !== this.threads.main)) return;
    if (this.threads.isTurn(id, lately) && this.threads.isLost(id)) this.settle(id);
  }

  /** Makes an object of `bytes` zeroed bytes. @param label what it is (label.ts) */
  create(bytes: number, label: number): Handle {
    const cell = this.threads.scratch(this.me);
    const handle = this.allocator.allocate(bytes, cell);
    writeLabel(this.heap, handle, label);
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
}

/** @returns what gives of something the one that belongs to a realm, made when it is first asked for */
export function ofRealm<T extends object>(make: (realm: Realm) => T): (realm: Realm) => T {
  const made = new WeakMap<Realm, T>();
  // Most threads have one realm: each object that is made asks here, and a WeakMap is slow.
  let last: Realm | undefined;
  let lastOne: T;
  return (realm) => {
    if (realm === last) return lastOne;
    const one = made.get(realm) ?? make(realm);
    made.set(realm, one);
    last = realm;
    return (lastOne = one);
  };
}
