import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import { Acquired, Mutex } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { explore } from "./explore.js";
import { SOME_TIME } from "./model-word.js";
import {
  BarrenMutex,
  CarelessGuardMutex,
  EarlyNotifyMutex,
  ForgetfulMutex,
  GreedyHeirMutex,
} from "./mutants/mutexes.js";
import { DEAD } from "./program.js";
import { caught, report } from "./report.js";

type MutexClass = new (word: Word, owners: Owners) => Mutex;
interface Words {
  lock: Word;
  inside: Word;
}

/** The owner that a lock word names. */
const ownerIn = (lock: number): number => lock & ~(1 << 30);

/** Does nothing inside but fail if somebody else is there. */
function visit(inside: Word): void {
  assert.equal(inside.add(1), 0, "two threads inside");
  inside.add(-1);
}

function lockAndVisit(mutexClass: MutexClass) {
  return ({ lock, inside }: Words, self: Owners): void => {
    const mutex = new mutexClass(lock, self);
    mutex.lockSync();
    visit(inside);
    mutex.unlock();
  };
}

const threeVisit = (mutexClass: MutexClass) =>
  explore({
    words: { lock: 0, inside: 0 },
    threads: Array.from({ length: 3 }, () => lockAndVisit(mutexClass)),
    finally: ({ cells }) => assert.deepEqual(cells, { lock: 0, inside: 0 }),
  });

test("Mutex: never two inside, never a lost wake-up", (t) => report(t, () => threeVisit(Mutex)));

const timeoutsRace = (mutexClass: MutexClass) => {
  const hurried = ({ lock, inside }: Words, self: Owners): boolean => {
    const mutex = new mutexClass(lock, self);
    if (!mutex.lockSync(SOME_TIME)) return false;
    visit(inside);
    mutex.unlock();
    return true;
  };
  return explore({
    words: { lock: 0, inside: 0 },
    threads: [hurried, hurried, lockAndVisit(mutexClass)],
    finally: ({ cells }) => assert.deepEqual(cells, { lock: 0, inside: 0 }),
  });
};

test("Mutex.lockSync: a timeout that races with a wake-up loses nothing", (t) => report(t, () => timeoutsRace(Mutex)));

const tryBeside = (mutexClass: MutexClass) => {
  const tries = ({ lock, inside }: Words, self: Owners): Acquired => {
    const mutex = new mutexClass(lock, self);
    const acquired = mutex.tryLock();
    if (!acquired) return acquired;
    visit(inside);
    mutex.unlock();
    return acquired;
  };
  return explore({
    words: { lock: 0, inside: 0 },
    threads: [tries, lockAndVisit(mutexClass), lockAndVisit(mutexClass)],
  });
};

test("Mutex.tryLock: among waiters", (t) => report(t, () => tryBeside(Mutex)));

const ownerDies = (mutexClass: MutexClass) => {
  const robust = ({ lock, inside }: Words, self: Owners): Acquired => {
    const mutex = new mutexClass(lock, self);
    const acquired = mutex.lockSync();
    if (acquired === Acquired.OWNER_DIED) inside.store(0);
    visit(inside);
    mutex.unlock();
    return acquired;
  };
  return explore({
    words: { lock: 0, inside: 0 },
    threads: [robust, robust, robust],
    mortal: [1],
    finally: ({ cells, outcomes }) => {
      if (cells.inside !== 0) assert.equal(ownerIn(cells.lock), 1, "torn, and nobody was told");
      if (outcomes[0] !== DEAD) assert.deepEqual(outcomes, [1, 1, 1]);
      const told = outcomes.filter((outcome) => outcome === Acquired.OWNER_DIED).length;
      assert.ok(told <= 1, "told twice");
    },
  });
};

test("Mutex: an owner or sleeper that dies at any instant stops nobody, one heir is told", (t) =>
  report(t, () => ownerDies(Mutex)));

const tryTakeOver = (mutexClass: MutexClass) => {
  const holder = ({ lock }: Words, self: Owners): void => {
    const mutex = new mutexClass(lock, self);
    mutex.lockSync();
    mutex.unlock();
  };
  const tries = ({ lock, inside }: Words, self: Owners): Acquired => {
    const mutex = new mutexClass(lock, self);
    const acquired = mutex.tryLock();
    if (!acquired) return acquired;
    visit(inside);
    mutex.unlock();
    return acquired;
  };
  const waits = ({ lock, inside }: Words, self: Owners): Acquired => {
    const mutex = new mutexClass(lock, self);
    const acquired = mutex.lockSync();
    visit(inside);
    mutex.unlock();
    return acquired;
  };
  return explore({
    words: { lock: 0, inside: 0 },
    threads: [holder, tries, waits],
    mortal: [1],
    finally: ({ cells, outcomes: [, tried, waited] }) => {
      assert.ok(!(tried === Acquired.OWNER_DIED && waited === Acquired.OWNER_DIED), "two heirs");
      if (cells.lock !== 0) assert.equal(ownerIn(cells.lock), 1, "held by one who is alive");
    },
  });
};

test("Mutex.tryLock: takes over from a dead owner, and two heirs never both do", (t) =>
  report(t, () => tryTakeOver(Mutex)));

/** One may die inside, one looks what is inside while nobody is there, one must hear of the death. */
const looksBeside = (mutexClass: MutexClass) => {
  const holder = ({ lock, inside }: Words, self: Owners): void => {
    const mutex = new mutexClass(lock, self);
    mutex.lockSync();
    visit(inside);
    mutex.unlock();
  };
  const looks = ({ lock, inside }: Words, self: Owners): number | undefined =>
    new mutexClass(lock, self).whileFree(() => inside.load());
  const heir = ({ lock, inside }: Words, self: Owners): void => {
    const mutex = new mutexClass(lock, self);
    const acquired = mutex.lockSync();
    if (inside.exchange(0) !== 0) assert.equal(acquired, Acquired.OWNER_DIED, "torn, and the next one was not told");
    mutex.unlock();
  };
  return explore({
    words: { lock: 0, inside: 0 },
    threads: [holder, looks, heir],
    mortal: [1],
    finally: ({ cells, outcomes: [, seen] }) => {
      assert.ok(seen === undefined || seen === 0, "looked at what a dead owner left");
      if (cells.lock !== 0) assert.equal(ownerIn(cells.lock), 1, "held by one who is alive");
    },
  });
};

test("Mutex.whileFree: takes nothing over, so that the next owner is told of a death", (t) =>
  report(t, () => looksBeside(Mutex)));

test("mutant caught: who only looks takes over from a dead owner", () => {
  class NosyMutex extends Mutex {
    override whileFree<T>(read: () => T): T | undefined {
      if (!this.tryLock()) return undefined;
      const seen = read();
      this.unlock();
      return seen;
    }
  }
  caught(() => looksBeside(NosyMutex), /not told|a dead owner left/);
});

const staleGuard = (mutexClass: MutexClass) => {
  const guarded = ({ lock, inside }: Words, self: Owners): boolean => {
    const mutex = new mutexClass(lock, self);
    mutex.lockSync();
    visit(inside);
    mutex.unlockIfOwner(self.me);
    return mutex.unlockIfOwner(self.me);
  };
  return explore({
    words: { lock: 0, inside: 0 },
    threads: [guarded, guarded, lockAndVisit(mutexClass)],
    finally: ({ outcomes }) => assert.deepEqual(outcomes, [false, false, undefined]),
  });
};

test("Mutex.unlockIfOwner: a stale guard never frees another's lock", (t) => report(t, () => staleGuard(Mutex)));

test("mutant caught: takes the lock as not contended after its sleep", () => {
  caught(() => threeVisit(ForgetfulMutex), /deadlock/);
});
test("mutant caught: notifies before it unlocks", () => {
  caught(() => threeVisit(EarlyNotifyMutex), /deadlock/);
});
test("mutant caught: nobody looks whether the owner died", () => {
  caught(() => ownerDies(BarrenMutex), /livelock/);
});
test("mutant caught: two heirs of one dead owner", () => {
  caught(() => ownerDies(GreedyHeirMutex), /two threads inside|told twice/);
});
test("mutant caught: a guard frees the lock whoever has it", () => {
  caught(() => staleGuard(CarelessGuardMutex), /AssertionError|RuntimeError/);
});
