/** Kills a thread at every single store of a history of operations, and lets another one carry on. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ShortLock } from "#heddle/memory/short-lock.js";
import { addMortal, type Citizen, found, grant, Killed, settle } from "./mortal-heap.js";

/** A container as its facade drives it, over any citizen's view of the heap. */
export interface Driven {
  /** Everything in it, comparable with the model. */
  state(): string;
  /** Gives back all that it has. */
  clear(): void;
}

/** What is driven, and a model of it that says which states are allowed. */
export interface Subject<D extends Driven> {
  readonly bytes: number;
  drive(citizen: Citizen, handle: number): D;
}

/** What the container holds before, and what the thread that is killed does to it. */
export interface History<O> {
  readonly setup: (on: O) => void;
  readonly fatal: (on: O) => void;
}

/** The name in a thread's record; it stays when the thread dies. */
export const NAME_BYTES = 64;

export interface Kill<D extends Driven, O> {
  readonly subject: Subject<D & O>;
  readonly history: History<O>;
  /** @returns whether the survivor may find this */
  readonly allows: (state: string) => boolean;
  /** What the survivor does afterwards; checks that everything works. */
  readonly carryOn: (on: D & O) => void;
}

/** One container in a heap of its own, the thread that survives, and those that died. */
class Scene<D extends Driven, O> {
  readonly #kill: Kill<D, O>;
  readonly #survivor = found();
  readonly #cell: number;
  readonly #used: number;
  readonly #handle: number;
  readonly #mine: D & O;
  /** All there from the start: one that came later would have to wait until the deaths before are found. */
  readonly #mortals: readonly [Citizen, Citizen];
  readonly #dead: number[] = [];

  constructor(kill: Kill<D, O>) {
    const { allocator, heap, threads, id } = this.#survivor;
    this.#kill = kill;
    this.#cell = threads.scratch(id);
    this.#used = allocator.statistics().used;
    this.#handle = allocator.allocate(kill.subject.bytes, this.#cell);
    heap.i32[this.#cell] = 0;
    this.#mine = kill.subject.drive(this.#survivor, this.#handle);
    kill.history.setup(this.#mine);
    this.#mortals = [addMortal(heap), addMortal(heap)];
  }

  /** @returns false if the history needs fewer stores */
  dieOperating(stores: number): boolean {
    return this.#die(this.#mortals[0], stores, (doomed) => this.#kill.history.fatal(doomed));
  }

  /** The death is settled; another thread repairs the container and dies at that. @returns false if it needs fewer stores */
  dieRepairing(stores: number): boolean {
    const [first, second] = this.#mortals;
    settle(this.#survivor, first.id);
    return this.#die(second, stores, (doomed) => doomed.state());
  }

  carryOn(where: string): void {
    const { allocator, heap } = this.#survivor;
    settle(this.#survivor, ...this.#dead);
    const state = this.#mine.state();
    assert.ok(this.#kill.allows(state), `${where}: found ${state}`);
    this.#kill.carryOn(this.#mine);
    this.#mine.clear();
    heap.i32[this.#cell] = this.#handle;
    allocator.free(this.#cell);
    const { used, pending } = allocator.statistics();
    // What is left beyond the start are the names in the records of the mortals.
    const names = this.#mortals.length * NAME_BYTES;
    assert.deepEqual({ used, pending }, { used: this.#used + names, pending: 0 }, `memory lost, ${where}`);
  }

  #die(mortal: Citizen, stores: number, work: (doomed: D & O) => void): boolean {
    const doomed = this.#kill.subject.drive(mortal, this.#handle);
    this.#dead.push(mortal.id);
    return isKilled(stores, () => work(doomed));
  }
}

/** @returns whether `work` needs more stores than that; if so it was interrupted */
export function isKilled(stores: number, work: () => void): boolean {
  grant(stores);
  try {
    work();
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return true;
  } finally {
    grant(Infinity);
  }
}

/** Kills at store 0, 1, 2 ... until the history is over before. */
function killEverywhere<D extends Driven, O>(t: TestContext, kill: Kill<D, O>): void {
  let stores = 0;
  for (; ; stores++) {
    const scene = new Scene(kill);
    if (!scene.dieOperating(stores)) break;
    scene.carryOn(`killed at store ${stores}`);
  }
  assert.ok(stores >= 2, "the operation was never interrupted");
  t.diagnostic(`${stores} crash points`);
}

/** How many deaths of each of two threads are tried, spread over all stores; with HEDDLE_SOAK one at every store. */
const DEATHS = process.env["HEDDLE_SOAK"] === undefined ? ([10, 8] as const) : ([Infinity, Infinity] as const);

/** The same, and who comes next is killed, too, while it repairs the container. */
function killHeirsEverywhere<D extends Driven, O>(t: TestContext, kill: Kill<D, O>): void {
  let pairs = 0;
  for (const first of spread(DEATHS[0], (stores) => new Scene(kill).dieOperating(stores))) {
    const dying = (second: number): [Scene<D, O>, boolean] => {
      const scene = new Scene(kill);
      scene.dieOperating(first);
      return [scene, scene.dieRepairing(second)];
    };
    for (const second of spread(DEATHS[1], (stores) => dying(stores)[1])) {
      dying(second)[0].carryOn(`killed at store ${first}, its heir at ${second}`);
      pairs++;
    }
  }
  assert.ok(pairs >= 2, "no repair was ever interrupted");
  t.diagnostic(`${pairs} pairs of deaths`);
}

/** @returns at most so many of the stores at which `isFatal`, from the first to the last */
function spread(most: number, isFatal: (stores: number) => boolean): number[] {
  let end = 1;
  while (isFatal(end)) end *= 2;
  for (let step = end / 2; step >= 1; step /= 2) if (!isFatal(end - step)) end -= step;
  const stride = Math.max(1, end / most);
  return Array.from({ length: Math.floor(end / stride) }, (_, i) => Math.floor(i * stride));
}

/** @returns a container that a citizen drives under a lock as facades do */
export function lockedBy(citizen: Citizen, word: number, repair: () => void): <T>(work: () => T) => T {
  const lock = new ShortLock(citizen.heap.word(word), citizen.owners);
  return (work) => {
    const ownerDied = lock.acquire();
    citizen.heap.renew();
    try {
      if (ownerDied) repair();
      return work();
    } finally {
      lock.release();
    }
  };
}

/** A history, as tests write it down. */
export type Steps<O> = readonly [setup: (on: O) => void, fatal: (on: O) => void];

/** Runs a history on a model; its states are then those that the fatal part may leave. */
export function foresee<M extends { readonly states: Set<string> }>(
  model: M,
  now: (model: M) => string,
  [setup, fatal]: Steps<M>,
): ReadonlySet<string> {
  setup(model);
  model.states.clear();
  model.states.add(now(model));
  fatal(model);
  return model.states;
}

/** Tests each history: with a kill at every store, and with a second one at every store of the repair. */
export function testKills<D extends Driven, O>(
  container: string,
  histories: Readonly<Record<string, Steps<O>>>,
  killOf: (history: Steps<O>) => Kill<D, O>,
): void {
  for (const [name, history] of Object.entries(histories)) {
    test(`${container}: killed at every store of ${name}`, (t) => killEverywhere(t, killOf(history)));
    test(`${container}: an heir is killed at its repair, too, after a death in ${name}`, (t) =>
      killHeirsEverywhere(t, killOf(history)));
  }
}
