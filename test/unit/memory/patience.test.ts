import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { type TestContext, test } from "node:test";
import { Patience } from "#heddle/memory/patience.js";
import { SharedWord } from "#heddle/memory/word.js";

// One core: nobody looks, there is nothing to test.
const skip = availableParallelism() === 1;

const newCells = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

/** Calls `onLook` with 1, 2, 3 ... after each look. @returns how many there were */
function watchLooks(t: TestContext, onLook: (look: number) => void = () => {}): () => number {
  const load = Atomics.load as (cells: Int32Array, index: number) => number;
  let looks = 0;
  t.mock.method(Atomics, "load", (cells: Int32Array, index: number) => {
    const seen = load(cells, index);
    onLook(++looks);
    return seen;
  });
  return () => looks;
}

/** How often a whole look looks. */
function looksOf(t: TestContext): number {
  const looks = watchLooks(t);
  new Patience().look(newCells(), 0, 0);
  t.mock.restoreAll();
  return looks();
}

test("SharedWord.wait: a change that a look sees ends it as not-equal", { skip }, (t) => {
  const cells = newCells();
  watchLooks(t, (look) => look === 100 && Atomics.store(cells, 0, 1));
  assert.equal(new SharedWord(cells, 0, new Patience()).wait(0, 10_000), "not-equal");
});

test("SharedWord.wait: a change right after the last look is seen by the sleep", { skip }, (t) => {
  const [cells, last] = [newCells(), looksOf(t)];
  const looks = watchLooks(t, (look) => look === last && Atomics.store(cells, 0, 1));
  assert.equal(new SharedWord(cells, 0, new Patience()).wait(0, 10_000), "not-equal");
  assert.equal(looks(), last);
});

test("SharedWord.wait: without a change the time runs out, after a look as without one", { skip }, () => {
  const word = new SharedWord(newCells(), 0, new Patience());
  for (let wait = 0; wait < 8; wait++) assert.equal(word.wait(0, 1), "timed-out");
});

test("Patience.look: four misses in a row make it weary, for longer each time; a hit makes it eager", { skip }, (t) => {
  const [cells, patience] = [newCells(), new Patience()];
  const looks = watchLooks(t);
  const looked = (expected: number): boolean => {
    const before = looks();
    patience.look(cells, 0, expected);
    return looks() > before;
  };
  const pause = (): number => {
    let waits = 0;
    while (!looked(0)) waits++;
    return waits;
  };
  for (let miss = 0; miss < 4; miss++) assert.equal(looked(0), true);
  assert.deepEqual([pause(), pause(), pause(), pause(), pause(), pause()], [8, 16, 32, 64, 128, 128]);
  while (!looked(1)); // the cell holds 0: a hit
  for (let miss = 0; miss < 4; miss++) assert.equal(looked(0), true);
  assert.equal(pause(), 8);
});
