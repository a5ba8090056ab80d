import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import { Semaphore } from "#heddle/sync/semaphore.js";
import { explore } from "./explore.js";
import { SOME_TIME } from "./model-word.js";
import { mutate } from "./mutants/mutate.js";
import { HastySemaphore, LeakySemaphore, RacySemaphore, StingySemaphore } from "./mutants/semaphores.js";
import { DEAD } from "./program.js";
import { caught, report } from "./report.js";

type SemaphoreClass = new (permits: Word, waiters: Word, bound?: number) => Semaphore;
interface Words {
  permits: Word;
  waiters: Word;
}

/** Two that take a permit and one that gives two, at once or one by one. */
const oneFeedsTwo = (semaphoreClass: SemaphoreClass, gifts: readonly number[]) => {
  const take = ({ permits, waiters }: Words): boolean => new semaphoreClass(permits, waiters).acquireSync();
  const give = ({ permits, waiters }: Words): void => {
    for (const gift of gifts) new semaphoreClass(permits, waiters).release(gift);
  };
  return explore({
    words: { permits: 0, waiters: 0 },
    threads: [take, take, give],
    finally: ({ cells }) => assert.deepEqual(cells, { permits: 0, waiters: 0 }),
  });
};

test("Semaphore.release(2): wakes both who wait", (t) => report(t, () => oneFeedsTwo(Semaphore, [2])));
test("Semaphore.release: two releases wake both who wait", (t) => report(t, () => oneFeedsTwo(Semaphore, [1, 1])));

/** Two pass through a gate that lets `width` in; a third passes as well, or goes in to stay. */
const gate = (semaphoreClass: SemaphoreClass, width: number, stays = false) => {
  const enter = ({ permits, waiters, inside }: Words & { inside: Word }): void => {
    new semaphoreClass(permits, waiters).acquireSync();
    assert.ok(inside.add(1) < width, "too many inside");
  };
  const pass = (words: Words & { inside: Word }): void => {
    enter(words);
    words.inside.add(-1);
    new semaphoreClass(words.permits, words.waiters).release();
  };
  return explore({
    words: { permits: width, waiters: 0, inside: 0 },
    threads: [pass, pass, stays ? enter : pass],
    finally: ({ cells }) => {
      const inside = stays ? 1 : 0;
      assert.deepEqual(cells, { permits: width - inside, waiters: 0, inside });
    },
  });
};

test("Semaphore(1): never two inside, never a lost wake-up", (t) => report(t, () => gate(Semaphore, 1)));
test("Semaphore(2): never three inside, never a lost wake-up", (t) => report(t, () => gate(Semaphore, 2, true)));

const timeoutsRace = (semaphoreClass: SemaphoreClass) => {
  const hurried = ({ permits, waiters }: Words): boolean => new semaphoreClass(permits, waiters).acquireSync(SOME_TIME);
  const patient = ({ permits, waiters }: Words): boolean => new semaphoreClass(permits, waiters).acquireSync();
  const give = ({ permits, waiters }: Words): void => {
    new semaphoreClass(permits, waiters).release();
    new semaphoreClass(permits, waiters).release();
  };
  return explore({
    words: { permits: 0, waiters: 0 },
    threads: [hurried, patient, give],
    finally: ({ cells, outcomes: [hurriedGot, patientGot] }) => {
      assert.equal(patientGot, true);
      assert.deepEqual(
        cells,
        { permits: hurriedGot ? 0 : 1, waiters: 0 },
        "a permit is lost, or a waiter still counted",
      );
    },
  });
};

test("Semaphore.acquireSync: a timeout that races with a release loses nothing", (t) =>
  report(t, () => timeoutsRace(Semaphore)));

test("Semaphore.tryAcquire: among waiters takes at most what is there", (t) =>
  report(t, () =>
    explore({
      words: { permits: 0, waiters: 0 },
      threads: [
        ({ permits, waiters }) => new Semaphore(permits, waiters).tryAcquire(),
        ({ permits, waiters }) => {
          const semaphore = new Semaphore(permits, waiters);
          semaphore.acquireSync();
          semaphore.release();
        },
        ({ permits, waiters }) => new Semaphore(permits, waiters).release(2),
      ],
      finally: ({ cells, outcomes: [got] }) => assert.deepEqual(cells, { permits: got ? 1 : 2, waiters: 0 }),
    }),
  ));

test("Semaphore: a sleeper killed as it wakes takes no wake-up along", (t) =>
  report(t, () => {
    const take = ({ permits, waiters }: Words): boolean => new Semaphore(permits, waiters).acquireSync();
    return explore({
      words: { permits: 0, waiters: 0 },
      threads: [take, take, ({ permits, waiters }) => new Semaphore(permits, waiters).release(2)],
      mortal: [1],
      finally: ({ outcomes: [first, second] }) => {
        assert.ok(first === true || first === DEAD);
        assert.equal(second, true);
      },
    });
  }));

/** Three give to a semaphore that has room for two. */
const giveAtBound = (semaphoreClass: SemaphoreClass) => {
  const give = ({ permits, waiters }: Words): boolean => {
    try {
      new semaphoreClass(permits, waiters, 2).release();
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
  return explore({
    words: { permits: 0, waiters: 0 },
    threads: [give, give, give],
    invariant: ({ permits }) => assert.ok(permits <= 2, "more permits than the bound"),
    finally: ({ cells, outcomes }) => {
      assert.equal(cells.permits, 2);
      assert.equal(outcomes.filter((given) => given === false).length, 1);
    },
  });
};

test("BoundedSemaphore.release: three at a bound of two, exactly one is refused", (t) =>
  report(t, () => giveAtBound(Semaphore)));

/** The permits come back to a semaphore that lets one in; a waiter gives up, another one does not. */
const bounded = (semaphoreClass: SemaphoreClass) => {
  const pass =
    (timeout?: number) =>
    ({ permits, waiters }: Words): boolean => {
      const semaphore = new semaphoreClass(permits, waiters, 1);
      if (!semaphore.acquireSync(timeout)) return false;
      semaphore.release();
      return true;
    };
  return explore({
    words: { permits: 1, waiters: 0 },
    threads: [pass(SOME_TIME), pass(), pass()],
    invariant: ({ permits }) => assert.ok(permits <= 1, "more permits than the bound"),
    finally: ({ cells }) => assert.deepEqual(cells, { permits: 1, waiters: 0 }),
  });
};

test("BoundedSemaphore: who takes may always give back, and a timeout loses nothing", (t) =>
  report(t, () => bounded(Semaphore)));

const load = async (from: string, to: string): Promise<typeof Semaphore> =>
  (await mutate<{ Semaphore: typeof Semaphore }>("semaphore", from, to)).Semaphore;

test("mutant caught: looks at the bound, then adds", async () => {
  const Mutant = await load(
    "const before = this.#permits.compareExchange(seen, seen + permits);",
    "const before = seen; this.#permits.add(permits);",
  );
  caught(() => giveAtBound(Mutant), /more permits than the bound/);
});
test("mutant caught: the bound is not looked at again when another one gave meanwhile", async () => {
  const Mutant = await load(
    "seen = before;\n        }\n        if (this.#waiters",
    "return void this.#permits.add(permits);\n        }\n        if (this.#waiters",
  );
  caught(() => giveAtBound(Mutant), /more permits than the bound/);
});
test("mutant caught: looks for waiters before it adds the permit", () => {
  caught(() => gate(HastySemaphore, 1), /deadlock/);
});
test("mutant caught: wakes one for two permits", () => {
  caught(() => oneFeedsTwo(StingySemaphore, [2]), /deadlock/);
});
test("mutant caught: takes a permit by load and store", () => {
  caught(() => gate(RacySemaphore, 2), /too many inside|AssertionError/);
});
test("mutant caught: stays counted as a waiter after a timeout", () => {
  caught(() => timeoutsRace(LeakySemaphore), /still counted/);
});
