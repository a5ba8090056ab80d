/**
 * This thread's objects that stand for memory of the heap, by handle: what arrives twice is the same object, and the
 * memory of what became garbage is given back.
 *
 * Garbage is found by a sweep over WeakRefs, not by a FinalizationRegistry: its callbacks wait for the event loop, and
 * threads that block in a queue or compute for hours never get there. The sweep follows a major collection, of which a
 * CollectionWatch knows inside a job. In a thread that waits in its event loop, where nothing is made and so nobody
 * asks, one FinalizationRegistry with one sentinel brings the sweep.
 */
import { CollectionWatch, forgetReads } from "./collection-watch.js";
import type { Handle } from "./heap.js";
import type { Ledger } from "./ledger.js";

/** Objects made between two questions. */
const TICK = 1024;
/**
 * The collector sees neither the heap nor what an object of it costs beside its own few bytes. So it is told of that many
 * bytes now and then, by a buffer that nobody touches: memory of this size comes straight from the system (glibc's limit
 * is 32 MB), and pages that are not touched take none.
 *
 * How often: minor collections take WeakRefs for strong references, so the young generation grows with what is made
 * between two major ones. A million locks on Node 24 take 180 MB at 32 ticks, 140 MB at 12; each major collection costs
 * what the program's other objects cost to mark.
 */
const BALLAST_BYTES = 33 << 20;
const BALLAST_EVERY = 12 * TICK;
const MOST_BALLAST = 8;

/** Where the object stands in the table; 0 or more. */
export type Place = number;

export class Residents<T extends object> {
  readonly #ledger: () => Ledger;
  readonly #refs: (WeakRef<T> | undefined)[] = [];
  /** Of an object that this thread alone knows, its slot in the ledger; of one that is known elsewhere, -handle. */
  readonly #names: number[] = [];
  /** Places of objects that are known elsewhere: only they can arrive. */
  readonly #places = new Map<Handle, Place>();
  readonly #unused: Place[] = [];
  /** The ledger that the slots belong to: when the worker becomes another thread, what they named is given back. */
  #owner: Ledger | undefined;
  readonly #collections = new CollectionWatch();
  readonly #idle = new FinalizationRegistry<undefined>(() => {
    this.#sweep();
    this.#watchIdly();
  });
  #added = 0;
  /** Makes collections come sooner; dropped with the objects that it stands for. */
  #ballast: ArrayBuffer[] = [];

  /** @param ledger where the slots are */
  constructor(ledger: () => Ledger) {
    this.#ledger = ledger;
  }

  find(handle: Handle): T | undefined {
    const place = this.#places.get(handle);
    return place === undefined ? undefined : this.#refs[place]?.deref();
  }

  /** Adds an object that this thread alone knows. */
  addHeld(object: T, slot: number): Place {
    this.#changeOwner(this.#ledger());
    return this.#add(object, slot);
  }

  /** Adds an object that is known elsewhere, or may be. */
  addShared(object: T, handle: Handle): Place {
    const place = this.#add(object, -handle);
    this.#places.set(handle, place);
    return place;
  }

  /** To be called before memory is taken: now and then it gives back what has become garbage. */
  tick(): void {
    if (this.#added++ === 0) this.#watchIdly();
    if (this.#added % TICK !== 0) return;
    if (this.#collections.hasCollected()) this.#sweep();
    if (this.#added % BALLAST_EVERY === 0) this.#addBallast();
  }

  /** The handle is about to be known elsewhere. */
  letGo(place: Place, handle: Handle): void {
    this.#changeOwner(this.#ledger());
    const name = this.#names[place]!;
    if (name <= 0) return;
    this.#names[place] = -handle;
    this.#places.set(handle, place);
    this.#ledger().letGo(name);
  }

  /** Forgets the object, and frees its memory if this thread alone knew it. @returns whether it was freed */
  remove(place: Place): boolean {
    this.#changeOwner(this.#ledger());
    const name = this.#names[place]!;
    this.#refs[place] = undefined;
    this.#names[place] = 0;
    this.#unused.push(place);
    if (name > 0) {
      this.#ledger().free(name);
      return true;
    }
    // The memory may have been disposed of by another thread, and be that of another object since.
    if (this.#places.get(-name) === place) this.#places.delete(-name);
    return false;
  }

  /** What arrives from now on gets new objects. */
  forget(): void {
    this.#places.clear();
  }

  #changeOwner(ledger: Ledger): void {
    if (ledger === this.#owner) return;
    this.#owner = ledger;
    for (let place = 0; place < this.#names.length; place++) if (this.#names[place]! > 0) this.#names[place] = 0;
  }

  #add(object: T, name: number): Place {
    const place = this.#unused.pop() ?? this.#refs.length;
    this.#refs[place] = new WeakRef(object);
    this.#names[place] = name;
    return place;
  }

  #sweep(): void {
    for (let place = 0; place < this.#refs.length; place++) {
      const ref = this.#refs[place];
      if (ref !== undefined && ref.deref() === undefined) this.remove(place);
    }
    this.#ballast = [];
    forgetReads();
  }

  #addBallast(): void {
    if (this.#ballast.length >= MOST_BALLAST) return;
    try {
      this.#ballast.push(new ArrayBuffer(BALLAST_BYTES));
    } catch {
      // Where address space is short, collections come when they come.
    }
  }

  #watchIdly(): void {
    this.#idle.register({}, undefined);
  }
}
