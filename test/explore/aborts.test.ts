/**
 * The async faces under an abort at any instant: nothing is kept, nothing is lost, whoever else waits goes on. That of
 * Condition is in condition.test.ts.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import { BrokenBarrierError } from "#heddle/platform/errors/errors.js";
import type { Barrier } from "#heddle/sync/barrier.js";
import type { Event } from "#heddle/sync/event.js";
import type { Latch } from "#heddle/sync/latch.js";
import type { Mutex } from "#heddle/sync/mutex.js";
import { type Once, Turn } from "#heddle/sync/once.js";
import type { Owners } from "#heddle/sync/owners.js";
import type { RecursiveMutex } from "#heddle/sync/recursive-mutex.js";
import { Access, type RWLock } from "#heddle/sync/rw-lock.js";
import type { Semaphore } from "#heddle/sync/semaphore.js";
import { WaitQueue } from "#heddle/sync/wait-queue.js";
import { ABORTABLE, abortable } from "./abortable.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import type { ModelWord } from "./model-word.js";
import { synchronous } from "./mutants/mutate.js";
import { caught, report } from "./report.js";
import { GUARDED, NODE_WORDS, type NodeWords, WordNodes } from "./word-nodes.js";
import { noSlots, SLOT_GUARDS, SLOT_WORDS, type SlotWords } from "./word-slots.js";

/** What an async face gives when it has been made blocking. */
function now<T>(promise: T | Promise<T>): T {
  return promise as unknown as T;
}

const blocking = {
  ...(await synchronous<{ Semaphore: typeof Semaphore }>("semaphore")),
  ...(await synchronous<{ Event: typeof Event }>("event")),
  ...(await synchronous<{ Latch: typeof Latch }>("latch")),
  ...(await synchronous<{ Mutex: typeof Mutex }>("mutex")),
  ...(await synchronous<{ RecursiveMutex: typeof RecursiveMutex }>("recursive-mutex")),
  ...(await synchronous<{ Once: typeof Once }>("once")),
  ...(await synchronous<{ RWLock: typeof RWLock }>("rw-lock")),
  ...(await synchronous<{ Barrier: typeof Barrier }>("barrier")),
};

const semaphores = (semaphoreClass: typeof Semaphore) =>
  explore({
    words: { permits: 0, waiters: 0 },
    threads: [
      ({ permits, waiters }) => abortable(() => now(new semaphoreClass(permits, waiters).acquire(ABORTABLE))),
      ({ permits, waiters }) => new semaphoreClass(permits, waiters).acquireSync(),
      ({ permits, waiters }) => {
        new semaphoreClass(permits, waiters).release();
        new semaphoreClass(permits, waiters).release();
      },
    ],
    finally: ({ cells, outcomes: [first, second] }) => {
      assert.equal(second, true);
      assert.deepEqual(cells, { permits: first === "aborted" ? 1 : 0, waiters: 0 }, "a permit is lost, or a waiter");
    },
  });

test("Semaphore.acquire: an abort at any instant loses no permit", (t) =>
  report(t, () => semaphores(blocking.Semaphore)));
test("mutant caught: Semaphore.acquire stays counted as a waiter when it is aborted", async () => {
  const Mutant = await synchronous<{ Semaphore: typeof Semaphore }>(
    "semaphore",
    "return await doneUntil(this.#permits, this.#attempt, wait);\n        }\n        finally {",
    "return doneUntil(this.#permits, this.#attempt, wait) && this.#waiters.add(-1) > 0;\n        }\n        finally { return;",
  );
  caught(() => semaphores(Mutant.Semaphore), /a permit is lost, or a waiter|AssertionError/);
});

test("Event.wait: an abort at any instant strands nobody", (t) =>
  report(t, () =>
    explore({
      words: { event: 0 },
      threads: [
        ({ event }) => abortable(() => now(new blocking.Event(event).wait(ABORTABLE))),
        ({ event }) => now(new blocking.Event(event).wait()),
        ({ event }) => new blocking.Event(event).set(),
      ],
      finally: ({ outcomes: [first, second] }) => assert.ok(second === true && (first === true || first === "aborted")),
    }),
  ));

test("Latch.wait: an abort at any instant strands nobody", (t) =>
  report(t, () =>
    explore({
      words: { count: 1 },
      threads: [
        ({ count }) => abortable(() => now(new blocking.Latch(count).wait(ABORTABLE))),
        ({ count }) => now(new blocking.Latch(count).wait()),
        ({ count }) => new blocking.Latch(count).countDown(),
      ],
      finally: ({ cells, outcomes }) => assert.deepEqual([cells.count, outcomes[1]], [0, true]),
    }),
  ));

interface LockWords {
  lock: Word;
  inside: Word;
}

function visit(inside: Word): void {
  assert.equal(inside.add(1), 0, "two threads inside");
  inside.add(-1);
}

test("Mutex.lock: an abort at any instant leaves the lock to the others", (t) =>
  report(t, () => {
    const locks =
      (aborts: boolean) =>
      ({ lock, inside }: LockWords, self: Owners): void => {
        const mutex = new blocking.Mutex(lock, self);
        if (abortable(() => now(mutex.lock(aborts ? ABORTABLE : {}))) === "aborted") return;
        visit(inside);
        mutex.unlock();
      };
    return explore({
      words: { lock: 0, inside: 0 },
      threads: [locks(true), locks(true), locks(false)],
      finally: ({ cells }) => assert.deepEqual(cells, { lock: 0, inside: 0 }),
    });
  }));

type RecursiveClass = typeof RecursiveMutex;
const recursive = (recursiveClass: RecursiveClass) => {
  const WORDS = { lock: 0, holder: 0, depth: 0, inside: 0 };
  const locks =
    (aborts: boolean) =>
    (words: Readonly<Record<keyof typeof WORDS, Word>>, self: Owners): void => {
      const below = new blocking.Mutex(words.lock, self);
      const mutex = new recursiveClass(below, words.holder, words.depth, () => self.me);
      const wait = aborts ? ABORTABLE : {};
      if (abortable(() => now(mutex.lock(self.me, wait))) === "aborted") return;
      assert.equal(now(mutex.lock(self.me, wait)), 1);
      mutex.unlock(self.me);
      visit(words.inside);
      mutex.unlock(self.me);
    };
  return explore({
    words: WORDS,
    guarded: { depth: "lock", inside: "lock" },
    threads: [locks(true), locks(false), locks(false)],
    finally: ({ cells }) => assert.deepEqual(cells, WORDS),
  });
};

test("RecursiveMutex.lock: an abort at any instant leaves the lock to the others", (t) =>
  report(t, () => recursive(blocking.RecursiveMutex)));

test("Once.begin: an abort at any instant leaves the turn to the others", (t) =>
  report(t, () => {
    const begins =
      (aborts: boolean) =>
      ({ lock, done, runs }: Readonly<Record<"lock" | "done" | "runs", Word>>, self: Owners): void => {
        const once = new blocking.Once(new blocking.Mutex(lock, self), done);
        const turn = abortable(() => now(once.begin(aborts ? ABORTABLE : {})));
        if (turn === Turn.DONE) assert.equal(runs.load(), 1, "went on before it was done");
        if (turn !== Turn.MINE) return;
        runs.add(1);
        once.finish(true);
      };
    return explore({
      words: { lock: 0, done: 0, runs: 0 },
      threads: [begins(true), begins(false), begins(false)],
      finally: ({ cells }) => assert.deepEqual(cells, { lock: 0, done: 1, runs: 1 }),
    });
  }));

const QUEUE_WORDS = { lock: 0, head: 0, tail: 0, ...NODE_WORDS };
const QUEUE_GUARDS = { head: "lock", tail: "lock", ...GUARDED } as const;
type QueueWords = NodeWords & { lock: ModelWord; head: Word; tail: Word };

/** The parts that RWLock and Barrier have in common. */
function partsOf(words: QueueWords, owners: Owners) {
  const nodes = new WordNodes(words);
  const queue = new WaitQueue(words.head, words.tail, nodes);
  return { mutex: new ModelMutex(words.lock, owners), queue, nodes, owners, isTurn: () => true };
}

function assertClean(cells: Readonly<Record<string, number>>): void {
  for (const name of ["head", "tail", "used1", "used2", "used3"]) assert.equal(cells[name], 0, `${name} left behind`);
}

/** Readers and writers one after another; all but the first may be aborted. */
const rwLocks = (lockClass: typeof RWLock, accesses: readonly Access[]) =>
  explore({
    words: { ...QUEUE_WORDS, ...SLOT_WORDS, torn: 0, inside: 0 },
    guarded: { ...QUEUE_GUARDS, ...SLOT_GUARDS },
    threads: accesses.map(
      (access, index) =>
        (words: QueueWords & SlotWords & { torn: Word; inside: Word }, self: Owners): void => {
          const lock = new lockClass({ ...partsOf(words, self), slots: noSlots(words, self), torn: words.torn });
          const node = abortable(() => now(lock.enter(access, index === 0 ? {} : ABORTABLE)));
          if (node === "aborted") return;
          const weight = access === Access.WRITE ? 16 : 1;
          assert.ok(words.inside.add(weight) < (access === Access.WRITE ? 1 : 16), "a writer is not alone");
          words.inside.add(-weight);
          lock.leave(node);
        },
    ),
    finally: ({ cells }) => assertClean(cells),
  });

const { READ, WRITE } = Access;
for (const [what, accesses] of [
  ["a writer and a reader behind a reader", [READ, WRITE, READ]],
  ["a reader and a writer behind a writer", [WRITE, READ, WRITE]],
] as const) {
  test(`RWLock.enter: aborts of ${what} lose nothing`, (t) => report(t, () => rwLocks(blocking.RWLock, accesses)));
}
test("mutant caught: RWLock.enter leaves its place in the list when it is aborted", async () => {
  const { RWLock: Mutant } = await synchronous<{ RWLock: typeof RWLock }>(
    "rw-lock",
    "if (!this.#withdraw(node))\n                this.leave(node);",
    "",
  );
  caught(() => rwLocks(Mutant, [WRITE, READ, WRITE]), /left behind|deadlock/);
});
test("mutant caught: RWLock.enter keeps what it was granted as it was aborted", async () => {
  const { RWLock: Mutant } = await synchronous<{ RWLock: typeof RWLock }>(
    "rw-lock",
    "if (!this.#withdraw(node))\n                this.leave(node);",
    "this.#withdraw(node);",
  );
  caught(() => rwLocks(Mutant, [WRITE, READ, WRITE]), /left behind|deadlock/);
});

const FILLING = 0;
/** Two of three parties may be aborted: all meet, or the barrier is broken for all. */
const barriers = (barrierClass: typeof Barrier) =>
  explore({
    words: { ...QUEUE_WORDS, phase: FILLING },
    guarded: QUEUE_GUARDS,
    threads: [true, true, false].map((aborts) => (words: QueueWords & { phase: Word }, self: Owners) => {
      const barrier = new barrierClass(3, { ...partsOf(words, self), phase: words.phase });
      try {
        return abortable(() => now(barrier.wait(aborts ? ABORTABLE : {})));
      } catch (error) {
        if (error instanceof BrokenBarrierError) return "broken";
        throw error;
      }
    }),
    finally: ({ cells, outcomes }) => {
      assertClean(cells);
      const passed = outcomes.filter((outcome) => typeof outcome === "number");
      assert.ok(passed.length === 0 || passed.length === 3, "not all heard the same");
      assert.equal(cells.phase === FILLING, passed.length === 3);
    },
  });

test("Barrier.wait: an abort at any instant: all pass or nobody", (t) => report(t, () => barriers(blocking.Barrier)));
test("mutant caught: an abort does not break the barrier", async () => {
  const { Barrier: Mutant } = await synchronous<{ Barrier: typeof Barrier }>(
    "barrier",
    "if (timedOut)\n                this.#decide(Phase.BREAKING);",
    "",
  );
  caught(() => barriers(Mutant), /deadlock|AssertionError|left behind/);
});
