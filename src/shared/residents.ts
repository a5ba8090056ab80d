/**
 * This thread's objects that stand for memory of the heap, by handle: what arrives twice is the same object, and the
 * memory of what became garbage is given back.
 *
 * Garbage is found by a sweep over WeakRefs, not by a FinalizationRegistry: its callbacks wait for the event loop, and
 * threads that block in a queue or compute for hours never get there. Two things make the sweep work inside one job:
 *
 * - It runs only after a major collection. A sentinel that nobody holds tells: it is gone.
 * - A WeakRef that was made or read in a job keeps its target to the end of that job. Running an empty script in a context
 *   with a microtask queue of its own (`afterEvaluate`) ends that, and runs no microtask of anybody else.
 *
 * So `tick` asks for the sentinel first and runs the script second: asking keeps a living sentinel alive. In a thread
 * that waits in its event loop, where nothing is made and so nothing ticks, one FinalizationRegistry brings the sweep.
 */
import { type Context, createContext, Script } from "node:vm";
import type { Handle } from "../memory/heap.js";
import type { Ledger } from "../memory/ledger.js";

/** Objects made between two looks at the sentinel. */
const TICK = 1024;

/** Where the object stands in the table; 0 or more. */
export type Place = number;

export class Residents<T extends object> {
  readonly #ledger: () => Ledger;
  readonly #places = new Map<Handle, Place>();
  readonly #refs: (WeakRef<T> | undefined)[] = [];
  readonly #handles: Handle[] = [];
  /** Slot of the ledger while this thread alone knows the object; else 0. */
  readonly #slots: number[] = [];
  readonly #unused: Place[] = [];
  /** The ledger that the slots belong to: when the worker becomes another thread, what they named is given back. */
  #owner: Ledger | undefined;
  readonly #idle = new FinalizationRegistry<number>((generation) => {
    if (generation === this.#generation) this.#sweep();
  });
  #sentinel: WeakRef<object> | undefined;
  #generation = 0;
  #added = 0;

  /** @param ledger where the slots are */
  constructor(ledger: () => Ledger) {
    this.#ledger = ledger;
  }

  find(handle: Handle): T | undefined {
    const place = this.#places.get(handle);
    return place === undefined ? undefined : this.#refs[place]?.deref();
  }

  /** @param slot of the ledger; 0 if the object is known elsewhere */
  add(object: T, handle: Handle, slot: number): Place {
    const place = this.#unused.pop() ?? this.#refs.length;
    this.#refs[place] = new WeakRef(object);
    this.#handles[place] = handle;
    if (slot !== 0) this.#own();
    this.#slots[place] = slot;
    this.#places.set(handle, place);
    if (this.#sentinel === undefined) this.#watch();
    return place;
  }

  /** To be called before memory is taken: now and then it gives back what has become garbage. */
  tick(): void {
    this.#added++;
    if (this.#added % TICK !== 0) return;
    const isCollected = this.#sentinel?.deref() === undefined;
    forgetReads();
    if (isCollected) this.#sweep();
  }

  /** The handle is about to be known elsewhere. */
  letGo(place: Place): void {
    const slot = this.#slotOf(place);
    if (slot === 0) return;
    this.#slots[place] = 0;
    this.#ledger().letGo(slot);
  }

  /** What arrives from now on gets new objects. */
  forget(): void {
    this.#places.clear();
  }

  /** Forgets the object, and frees its memory if this thread alone knew it. @returns whether it was freed */
  remove(place: Place): boolean {
    const slot = this.#slotOf(place);
    this.#refs[place] = undefined;
    // The memory may have been freed by another thread and given to another object since.
    if (this.#places.get(this.#handles[place]!) === place) this.#places.delete(this.#handles[place]!);
    this.#slots[place] = 0;
    this.#unused.push(place);
    if (slot !== 0) this.#ledger().free(slot);
    return slot !== 0;
  }

  #own(): void {
    const ledger = this.#ledger();
    if (ledger !== this.#owner) this.#slots.fill(0);
    this.#owner = ledger;
  }

  #slotOf(place: Place): number {
    return this.#ledger() === this.#owner ? this.#slots[place]! : 0;
  }

  #sweep(): void {
    for (let place = 0; place < this.#refs.length; place++) {
      const ref = this.#refs[place];
      if (ref !== undefined && ref.deref() === undefined) this.remove(place);
    }
    forgetReads();
    this.#watch();
  }

  #watch(): void {
    this.#generation++;
    const sentinel = {};
    this.#sentinel = new WeakRef(sentinel);
    this.#idle.register(sentinel, this.#generation);
    // It has just been made, which keeps it for this job.
    if (this.#added > 0) forgetReads();
  }
}

let emptyContext: Context | undefined;
let emptyScript: Script | undefined;

/** Lets go of what WeakRefs that were made or read in this job hold. */
function forgetReads(): void {
  emptyContext ??= createContext({}, { microtaskMode: "afterEvaluate" });
  emptyScript ??= new Script("0");
  emptyScript.runInContext(emptyContext);
}
