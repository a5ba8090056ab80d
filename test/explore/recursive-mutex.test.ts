import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import { RuntimeError } from "#heddle/platform/errors/errors.js";
import { Acquired, Mutex } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { RecursiveMutex } from "#heddle/sync/recursive-mutex.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import { type ModelWord, SOME_TIME } from "./model-word.js";
import { ForgetfulMutex, HeirOfDepthMutex, LateClearingMutex, ShallowMutex } from "./mutants/recursive-mutexes.js";
import { DEAD } from "./program.js";
import { caught, report } from "./report.js";

type MutexClass = new (mutex: Mutex, holder: Word, depth: Word, current: () => number) => RecursiveMutex;
interface Words {
  lock: ModelWord;
  holder: Word;
  depth: Word;
  inside: Word;
}
const WORDS = { lock: 0, holder: 0, depth: 0, inside: 0 };
/** The mutex below is explored in mutex.test.ts. The holder is read by everybody, the rest only by who has the mutex. */
const GUARDS = { depth: "lock", inside: "lock" } as const;

function mutexOf(mutexClass: MutexClass, { lock, holder, depth }: Words, self: Owners): RecursiveMutex {
  return new mutexClass(new ModelMutex(lock, self), holder, depth, () => self.me);
}

/** Does nothing inside but fail if somebody else is there. */
function visit(inside: Word): void {
  assert.equal(inside.add(1), 0, "two threads inside");
  inside.add(-1);
}

/** Locks twice, visits with one level left too, and is refused one release too many. */
const nests =
  (mutexClass: MutexClass) =>
  (words: Words, self: Owners): Acquired => {
    const mutex = mutexOf(mutexClass, words, self);
    const acquired = mutex.lockSync(self.me);
    if (acquired === Acquired.OWNER_DIED) words.inside.store(0);
    assert.equal(mutex.lockSync(self.me), Acquired.TAKEN);
    mutex.unlock(self.me);
    visit(words.inside);
    mutex.unlock(self.me);
    assert.throws(() => mutex.unlock(self.me), RuntimeError);
    return acquired;
  };

/** Locks once. */
const passes =
  (mutexClass: MutexClass) =>
  (words: Words, self: Owners): void => {
    const mutex = mutexOf(mutexClass, words, self);
    mutex.lockSync(self.me);
    visit(words.inside);
    mutex.unlock(self.me);
  };

const three = (mutexClass: MutexClass) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: [nests(mutexClass), nests(mutexClass), passes(mutexClass)],
    finally: ({ cells }) => assert.deepEqual(cells, WORDS),
  });

test("RecursiveMutex: never two inside at any depth, never a lost wake-up", (t) =>
  report(t, () => three(RecursiveMutex)));

test("RecursiveMutex.unlock: refused to everybody but the holder, at every instant", (t) =>
  report(t, () => {
    const meddles = (words: Words, self: Owners): void => {
      const mutex = mutexOf(RecursiveMutex, words, self);
      assert.equal(mutex.isHeld, false);
      assert.throws(() => mutex.unlock(self.me), RuntimeError);
    };
    return explore({
      words: WORDS,
      guarded: GUARDS,
      threads: [meddles, nests(RecursiveMutex), nests(RecursiveMutex)],
      finally: ({ cells }) => assert.deepEqual(cells, WORDS),
    });
  }));

test("RecursiveMutex.leave, enterSync: all levels are given up and come back", (t) =>
  report(t, () => {
    const leaves = (words: Words, self: Owners): void => {
      const mutex = mutexOf(RecursiveMutex, words, self);
      mutex.lockSync(self.me);
      mutex.lockSync(self.me);
      const hold = mutex.leave();
      assert.equal(mutex.isHeld, false);
      mutex.enterSync(hold);
      visit(words.inside);
      mutex.unlock(self.me);
      visit(words.inside);
      mutex.unlock(self.me);
    };
    return explore({
      words: WORDS,
      guarded: GUARDS,
      threads: [leaves, leaves, passes(RecursiveMutex)],
      finally: ({ cells }) => assert.deepEqual(cells, WORDS),
    });
  }));

test("RecursiveMutex.lockSync: a timeout at any instant loses nothing", (t) =>
  report(t, () => {
    // On the real mutex: that of the model does not run out of time.
    const hurried = ({ lock, holder, depth, inside }: Words, self: Owners): void => {
      const mutex = new RecursiveMutex(new Mutex(lock, self), holder, depth, () => self.me);
      if (!mutex.lockSync(self.me, SOME_TIME)) return;
      assert.equal(mutex.lockSync(self.me, SOME_TIME), Acquired.TAKEN, "refused to its holder");
      mutex.unlock(self.me);
      visit(inside);
      mutex.unlock(self.me);
    };
    const once = ({ lock, holder, depth }: Words, self: Owners): void => {
      const mutex = new RecursiveMutex(new Mutex(lock, self), holder, depth, () => self.me);
      if (mutex.lockSync(self.me, SOME_TIME)) mutex.unlock(self.me);
    };
    return explore({
      words: WORDS,
      guarded: GUARDS,
      threads: [hurried, once, once],
      finally: ({ cells }) => assert.deepEqual(cells, WORDS),
    });
  }));

const ownerDies = (mutexClass: MutexClass) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: [nests(mutexClass), nests(mutexClass), nests(mutexClass)],
    mortal: [1],
    finally: ({ cells, outcomes }) => {
      // Nothing is left held, except by the dead when nobody came after.
      if (outcomes[0] !== DEAD) assert.deepEqual(cells, WORDS);
      else if (cells.lock !== 0) assert.equal(cells.lock & ~(1 << 30), 1, "held by one who is alive");
      assert.ok(outcomes.filter((outcome) => outcome === Acquired.OWNER_DIED).length <= 1, "told twice");
    },
  });

test("RecursiveMutex: an owner that dies at any depth stops nobody, one heir is told", (t) =>
  report(t, () => ownerDies(RecursiveMutex)));

test("mutant caught: frees the lock at the first of two releases", () => {
  caught(() => three(ShallowMutex), /RuntimeError|two threads inside|without holding/);
});
test("mutant caught: takes its name off after the lock is free", () => {
  caught(() => three(LateClearingMutex), /deadlock|RuntimeError|without holding/);
});
test("mutant caught: leaves its name on the free lock", () => {
  caught(() => three(ForgetfulMutex), /two threads inside|AssertionError|RuntimeError|without holding/);
});
test("mutant caught: an heir goes on counting the dead owner's levels", () => {
  caught(() => ownerDies(HeirOfDepthMutex), /held by one who is alive|AssertionError/);
});
