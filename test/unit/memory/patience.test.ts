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

/** Counts the waits of a patience that look and that do not. */
function observe(t: TestContext) {
  const [cells, patience] = [newCells(), new Patience()];
  let answerAt = Infinity;
  let first = 0;
  const looks = watchLooks(t, (look) => look - first === answerAt && Atomics.store(cells, 0, 1));
  /** One wait, answered at that look. @returns true if it looked at all */
  const looked = (at = Infinity): boolean => {
    [answerAt, first] = [at, looks()];
    Atomics.store(cells, 0, 0);
    patience.look(cells, 0, 0);
    return looks() > first;
  };
  /** @returns how many waits slept at once before one looked, which missed */
  const pause = (): number => {
    let waits = 0;
    while (!looked()) waits++;
    return waits;
  };
  const misses = (count: number): boolean[] => Array.from({ length: count }, () => looked());
  return { looked, pause, misses };
}

test("Patience.look: four misses make it weary, for longer each time one more look misses", { skip }, (t) => {
  const { misses, pause } = observe(t);
  assert.deepEqual(misses(4), [true, true, true, true]);
  assert.deepEqual([pause(), pause(), pause(), pause(), pause(), pause(), pause()], [8, 16, 32, 64, 128, 256, 256]);
});

test("Patience.look: after a pause one hit is not enough to be eager again, many are", { skip }, (t) => {
  const { looked, misses, pause } = observe(t);
  misses(4);
  for (let wait = 0; wait < 8; wait++) assert.equal(looked(1), false);
  assert.equal(looked(1), true);
  assert.deepEqual([misses(1), pause()], [[true], 16]);
  for (let wait = 0; wait < 1000; wait++) looked(1);
  assert.deepEqual([misses(4), pause()], [[true, true, true, true], 8]);
});

test("Patience.look: a late answer earns nothing and costs nothing", { skip }, (t) => {
  const { looked, misses, pause } = observe(t);
  misses(4);
  for (let wait = 0; wait < 8; wait++) assert.equal(looked(5000), false);
  for (let wait = 0; wait < 100; wait++) assert.equal(looked(5000), true);
  assert.deepEqual([misses(1), pause()], [[true], 16]);
});
