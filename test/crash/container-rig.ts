/** Kills a thread at every single store of a history of operations, and lets another one carry on. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
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

export interface Kill<D extends Driven, O> {
  readonly subject: Subject<D & O>;
  readonly history: History<O>;
  /** @returns whether the survivor may find this */
  readonly allows: (state: string) => boolean;
  /** What the survivor does afterwards; checks that everything works. */
  readonly carryOn: (on: D & O) => void;
}

/** @returns false if the operation needs fewer stores */
function killAt<D extends Driven, O>(n: number, { subject, history, allows, carryOn }: Kill<D, O>): boolean {
  const where = `killed at store ${n}`;
  const survivor = found();
  const cell = survivor.threads.scratch(survivor.id);
  const base = survivor.allocator.statistics();
  const handle = survivor.allocator.allocate(subject.bytes, cell);
  survivor.heap.i32[cell] = 0;
  const mine = subject.drive(survivor, handle);
  history.setup(mine);
  const mortal = addMortal(survivor.heap);
  const doomed = subject.drive(mortal, handle);
  grant(n);
  try {
    history.fatal(doomed);
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  settle(survivor, mortal.id);
  const state = mine.state();
  assert.ok(allows(state), `${where}: found ${state}`);
  carryOn(mine);
  mine.clear();
  survivor.heap.i32[cell] = handle;
  survivor.allocator.free(cell);
  const { used, pending } = survivor.allocator.statistics();
  // What is left beyond the start is the name in the dead thread's record.
  assert.deepEqual({ used, pending }, { used: base.used + 64, pending: 0 }, `memory lost, ${where}`);
  return true;
}

/** Kills at store 0, 1, 2 ... until the history is over before. */
export function killEverywhere<D extends Driven, O>(t: TestContext, kill: Kill<D, O>): void {
  let stores = 0;
  while (killAt(stores, kill)) stores++;
  assert.ok(stores >= 2, "the operation was never interrupted");
  t.diagnostic(`${stores} crash points`);
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
