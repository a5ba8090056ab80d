/** Whoever settles a death is killed at every single store of that; the next one carries it on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadState } from "#heddle/memory/thread-state.js";
import { addMortal, type Citizen, found, grant, Killed, settle } from "./mortal-heap.js";

const BYTES = 100; // a block of 128 bytes

/** Lets a mortal do something until it dies at its n-th store. @returns whether it was killed */
function isKilled(stores: number, body: () => void): boolean {
  grant(stores);
  try {
    body();
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return true;
  } finally {
    grant(Infinity);
  }
}

/** Takes and gives back a block by its record's word, as `Realm` does. */
function work({ allocator, threads, id }: Citizen): void {
  const cell = threads.scratch(id);
  allocator.allocate(BYTES, cell);
  allocator.free(cell);
}

/** @returns whether the finder was killed, when the first dies at its `fatal`-th store and the finder at its `stores`-th */
function finderDies(fatal: number, stores: number): boolean {
  const survivor = found();
  const base = survivor.allocator.statistics();
  const [first, finder] = [addMortal(survivor.heap), addMortal(survivor.heap)];
  assert.ok(isKilled(fatal, () => work(first)));
  const killed = isKilled(stores, () => settle(finder, first.id));
  settle(survivor, first.id, finder.id);
  for (const { id } of [first, finder]) assert.equal(survivor.threads.state(id), ThreadState.DEAD);
  const after = survivor.allocator.statistics();
  assert.equal(after.pending, 0);
  // Their names, and what the cell of the first names: nothing, or the block that it had.
  const named = survivor.heap.i32[survivor.threads.scratch(first.id)] === 0 ? 0 : 128;
  assert.equal(after.used - base.used, 2 * 64 + named, `killed at store ${fatal}, its finder at store ${stores}`);
  // The free lists are whole: everything is given out once more.
  const cell = survivor.threads.scratch(survivor.id);
  survivor.allocator.allocate(BYTES, cell);
  survivor.allocator.free(cell);
  return killed;
}

test("settling: killed at every store of it, after a death at every store of taking and giving back a block", (t) => {
  let points = 0;
  for (let fatal = 0; fatal < storesOfWork(); fatal++) {
    for (let stores = 0; finderDies(fatal, stores); stores++) points++;
  }
  assert.ok(points > 100, `only ${points} crash points`);
  t.diagnostic(`${points} crash points`);
});

function storesOfWork(): number {
  for (let stores = 0; ; stores++) {
    const mortal = addMortal(found().heap);
    if (!isKilled(stores, () => work(mortal))) return stores;
  }
}
