/**
 * A heap whose user dies at a chosen store: the deterministic test of everything that must survive the death of a
 * thread. A thread's views count their stores and throw Killed at the n-th; after that it touches nothing any more,
 * not even in `finally` blocks. Random kills of real threads find far less (they rarely fall between two stores).
 */
import { Allocator } from "#heddle/memory/allocator.js";
import { Heap } from "#heddle/memory/heap.js";
import type { Owners } from "#heddle/memory/robust-lock.js";
import { ThreadTable } from "#heddle/memory/thread-table.js";

/** Thrown at the fatal store, and at every later touch of the memory. */
export class Killed extends Error {}

/** One thread's access to a heap, as `Realm` gives it, without the process. */
export interface Citizen {
  readonly heap: Heap;
  readonly allocator: Allocator;
  readonly threads: ThreadTable;
  readonly id: number;
  readonly owners: Owners & { readonly spins: number };
}

type View = Int32Array | Uint8Array | Float64Array;
const originals = new WeakMap<object, View>();
let budget = Infinity;
let dead = false;

/** Lets the next mortal live for `stores` stores. */
export function grant(stores: number): void {
  budget = stores;
  dead = false;
}

function step(): void {
  if (dead || budget-- <= 0) {
    dead = true;
    throw new Killed();
  }
}

const STORING = new Set(["fill", "set", "copyWithin"]);

function counted<V extends View>(view: V): V {
  const proxy = new Proxy(view, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== "function") return value;
      if (!STORING.has(String(key))) return value.bind(target);
      return (...args: unknown[]) => {
        step();
        return Reflect.apply(value, target, args);
      };
    },
    set(target, key, value) {
      step();
      return Reflect.set(target, key, value, target);
    },
  });
  originals.set(proxy, view);
  return proxy;
}

for (const name of ["load", "store", "exchange", "compareExchange", "add", "sub", "wait", "notify"] as const) {
  const original = Atomics[name] as (view: View, ...args: unknown[]) => unknown;
  Object.defineProperty(Atomics, name, {
    value: (view: View, ...args: unknown[]) => {
      const target = originals.get(view);
      if (target !== undefined && name !== "load") step();
      if (target !== undefined && dead) throw new Killed();
      // All citizens are one thread: nobody could wake it.
      if (name === "wait") throw new Error("It would wait for ever");
      return original(target ?? view, ...args);
    },
  });
}

class MortalHeap extends Heap {
  override refresh(): void {
    super.refresh();
    this.i32 = counted(this.i32);
    this.u8 = counted(this.u8);
    this.f64 = counted(this.f64);
  }
}

/** Makes a heap and its first citizen, who never dies. */
export function found(): Citizen {
  return settleIn(new Heap(undefined, 2 ** 27), true);
}

/** Adds a citizen who dies as `grant` says. */
export function addMortal(heap: Heap): Citizen {
  grant(Infinity);
  return settleIn(new MortalHeap(heap.buffer), false);
}

function settleIn(heap: Heap, isFirst: boolean): Citizen {
  const threads = new ThreadTable(heap);
  let me = 2 ** 30 - 1;
  const allocator = new Allocator(heap, {
    get me() {
      return me;
    },
    died: (id) => id !== 2 ** 30 - 1 && threads.isDying(id),
    look: () => {},
  });
  if (isFirst) allocator.format();
  me = threads.claim({ name: "citizen", daemon: false, parent: 0 }, allocator);
  threads.enter(me);
  return { heap, allocator, threads, id: me, owners: { me, spins: 0, died: (id) => threads.died(id), look: () => {} } };
}

/**
 * What the process does when it learns that threads are gone. All deaths are noted before one is settled, as those who
 * wait for the allocator's lock note them: the last to die may hold it.
 */
export function settle({ threads, allocator }: Citizen, ...deceased: readonly number[]): void {
  const died = deceased.filter((id) => threads.leave(id) || threads.isUnsettled(id));
  for (const id of died) allocator.recover(id, () => threads.bury(id));
}
