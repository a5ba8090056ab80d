/** A thread is killed at every single store of put and get; another carries on and must find a whole queue. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ShortLock } from "#heddle/memory/short-lock.js";
import { GET, LOCK, PUT, QUEUE_BYTES, Segments } from "#heddle/queue/segments.js";
import { decode, encode } from "#heddle/shared/item-codec.js";
import { addMortal, type Citizen, found, grant, Killed, settle } from "./mortal-heap.js";

/** The queue as its facade drives it: lock, repair if the owner died, one move, unlock. */
class DrivenQueue {
  readonly #segments: Segments;
  readonly #lock: ShortLock;
  readonly #citizen: Citizen;
  readonly #q: number;

  constructor(citizen: Citizen, handle: number) {
    this.#citizen = citizen;
    this.#q = handle << 4;
    this.#segments = new Segments(citizen, handle);
    this.#lock = new ShortLock(citizen.heap.word(this.#q + LOCK), citizen.owners);
  }
  put(item: unknown): void {
    const encoded = encode(item);
    this.#locked(() => this.#segments.append(encoded));
  }
  get(): unknown {
    const taken = this.#locked(() => {
      const { i32 } = this.#citizen.heap;
      return i32[this.#q + PUT] === i32[this.#q + GET] ? undefined : this.#segments.take();
    });
    return taken && decode(taken.kind, taken.integer, taken.bytes);
  }
  clear(): void {
    this.#locked(() => this.#segments.clear());
  }
  #locked<T>(work: () => T): T {
    const ownerDied = this.#lock.acquire();
    this.#citizen.heap.renew();
    try {
      if (ownerDied) this.#segments.repair();
      return work();
    } finally {
      this.#lock.release();
    }
  }
}

interface Fifo {
  put(item: unknown): void;
  get(): unknown;
}

const times = (n: number, action: () => void): void => {
  for (let i = 0; i < n; i++) action();
};
const BIG = "z".repeat(40_000);

/** What the queue holds before, and what the thread that is killed does to it. */
const histories: Record<string, [setup: (q: Fifo) => void, fatal: (q: Fifo) => void]> = {
  "the first put": [() => {}, (q) => q.put("a")],
  "put of an integer": [(q) => q.put(0), (q) => q.put(1)],
  "put that needs a new segment": [
    (q) => times(12, () => q.put("x".repeat(30))),
    (q) => times(3, () => q.put("x".repeat(30))),
  ],
  "put of a large item": [(q) => q.put(0), (q) => q.put(BIG)],
  get: [
    (q) => times(2, () => q.put(1)),
    (q) => {
      q.get();
    },
  ],
  "get of a large item": [
    (q) => times(2, () => q.put(BIG)),
    (q) => {
      q.get();
    },
  ],
  "gets across segments": [(q) => times(40, () => q.put("y".repeat(30))), (q) => times(30, () => q.get())],
  "puts into the spare segment": [
    (q) => {
      times(40, () => q.put("y".repeat(30)));
      times(39, () => q.get());
    },
    (q) => times(60, () => q.put("w".repeat(30))),
  ],
  "puts and gets mixed": [
    (q) => q.put(5),
    (q) =>
      times(12, () => {
        q.put("m".repeat(100));
        q.put(BIG);
        q.get();
        q.get();
      }),
  ],
  "puts that grow the heap": [(q) => times(12, () => q.put(BIG)), (q) => times(12, () => q.put(BIG))],
};

const key = (items: readonly unknown[]): string =>
  items.map((x) => (typeof x === "string" ? x[0]! + x.length : x)).join();

/** @returns every content the queue may be found with: the model's, after each whole operation */
function allowedStates([setup, fatal]: (typeof histories)[string]): Set<string> {
  const model: unknown[] = [];
  const states = new Set<string>();
  let counting = false;
  const note = (): void => {
    if (counting) states.add(key(model));
  };
  const fake: Fifo = {
    put(item) {
      model.push(item);
      note();
    },
    get() {
      model.shift();
      note();
    },
  };
  setup(fake);
  counting = true;
  note();
  fatal(fake);
  return states;
}

/** Kills at store `n`. @returns false if the operation needed fewer stores */
function killAt(n: number, [setup, fatal]: (typeof histories)[string], allowed: Set<string>): boolean {
  const survivor = found();
  const cell = survivor.threads.scratch(survivor.id);
  const base = survivor.allocator.statistics();
  const handle = survivor.allocator.allocate(QUEUE_BYTES, cell);
  survivor.heap.i32[cell] = 0;
  const queue = new DrivenQueue(survivor, handle);
  setup(queue);
  const mortal = addMortal(survivor.heap);
  const doomed = new DrivenQueue(mortal, handle);
  grant(n);
  try {
    fatal(doomed);
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  settle(survivor, mortal.id);
  carryOn(queue, allowed, `killed at store ${n}`);
  queue.clear();
  survivor.heap.i32[cell] = handle;
  survivor.allocator.free(cell);
  const { used, pending } = survivor.allocator.statistics();
  // What is left beyond the start is the name in the dead thread's record.
  assert.deepEqual({ used, pending }, { used: base.used + 64, pending: 0 }, `memory lost, killed at store ${n}`);
  return true;
}

function carryOn(queue: DrivenQueue, allowed: Set<string>, where: string): void {
  times(30, () => queue.put({ end: true }));
  queue.put(BIG);
  const out: unknown[] = [];
  for (let item = queue.get(); item !== undefined; item = queue.get()) out.push(item);
  assert.equal(out.pop(), BIG, where);
  assert.deepEqual(out.splice(-30), Array(30).fill({ end: true }), where);
  for (const item of out) if (typeof item === "string") assert.match(item, /^(.)\1*$/, `torn item, ${where}`);
  assert.ok(allowed.has(key(out)), `lost or doubled: ${key(out)}, ${where}`);
}

for (const [name, history] of Object.entries(histories)) {
  test(`queue: killed at every store of ${name}`, (t) => {
    const allowed = allowedStates(history);
    let stores = 0;
    while (killAt(stores, history, allowed)) stores++;
    assert.ok(stores >= 5, "the operation was never interrupted");
    t.diagnostic(`${stores} crash points`);
  });
}
