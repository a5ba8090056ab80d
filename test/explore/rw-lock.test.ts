import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import type { Owners } from "#heddle/sync/owners.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";
import { Access, RWLock } from "#heddle/sync/rw-lock.js";
import { WaitQueue } from "#heddle/sync/wait-queue.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import { type ModelWord, SOME_TIME } from "./model-word.js";
import { mutate } from "./mutants/mutate.js";
import { DEAD } from "./program.js";
import { caught, report } from "./report.js";
import { GUARDED, NODE_WORDS, type NodeWords, WordNodes } from "./word-nodes.js";

type RWLockClass = typeof RWLock;
type Words = NodeWords & { lock: ModelWord; torn: ModelWord; head: Word; tail: Word; inside: Word };

const WORDS = { lock: 0, torn: 0, head: 0, tail: 0, inside: 0, ...NODE_WORDS };
const GUARDS = { head: "lock", tail: "lock", ...GUARDED } as const;
/** What a writer adds to `inside`; a reader adds 1. */
const WRITER = 16;

function lockOf(lockClass: RWLockClass, words: Words, owners: Owners): RWLock {
  const nodes = new WordNodes(words);
  return new lockClass({
    mutex: new ModelMutex(words.lock, owners),
    queue: new WaitQueue(words.head, words.tail, nodes),
    nodes,
    torn: words.torn,
    owners,
  });
}

/** Goes in and out once; true if it got in. */
const visits =
  (lockClass: RWLockClass, access: Access, timeout?: number) =>
  (words: Words, self: Owners): boolean => {
    const lock = lockOf(lockClass, words, self);
    const node = lock.enterSync(access, timeout);
    if (node === 0) return false;
    const weight = access === Access.WRITE ? WRITER : 1;
    const before = words.inside.add(weight);
    if (access === Access.WRITE) assert.equal(before, 0, "a writer is not alone");
    else assert.ok(before < WRITER, "a reader beside a writer");
    words.inside.add(-weight);
    lock.leave(node, access === Access.WRITE);
    return true;
  };

function assertClean(cells: Readonly<Record<string, number>>): void {
  for (const name of ["head", "tail", "used1", "used2", "used3", "inside"])
    assert.equal(cells[name], 0, `${name} left behind`);
}

const mixed = (lockClass: RWLockClass, accesses: readonly Access[], timeout?: number) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: accesses.map((access, index) => visits(lockClass, access, index === 0 ? undefined : timeout)),
    finally: ({ cells, outcomes }) => {
      assertClean(cells);
      if (timeout === undefined) assert.deepEqual(outcomes, [true, true, true]);
    },
  });

const { READ, WRITE } = Access;
test("RWLock: one writer and two readers", (t) => report(t, () => mixed(RWLock, [READ, READ, WRITE])));
test("RWLock: two writers and a reader", (t) => report(t, () => mixed(RWLock, [READ, WRITE, WRITE])));
test("RWLock: three writers", (t) => report(t, () => mixed(RWLock, [WRITE, WRITE, WRITE])));
test("RWLock: timeouts of a writer and a reader behind a reader lose nothing", (t) =>
  report(t, () => mixed(RWLock, [READ, WRITE, READ], SOME_TIME)));
test("RWLock: timeouts of two writers behind a writer lose nothing", (t) =>
  report(t, () => mixed(RWLock, [WRITE, WRITE, WRITE], SOME_TIME)));

/** A reader that comes while a writer waits is let in after it. */
const fairness = (lockClass: RWLockClass) =>
  explore<keyof typeof WORDS | "written">({
    words: { ...WORDS, written: 0 },
    guarded: GUARDS,
    threads: [
      visits(lockClass, READ),
      (words, self) => {
        const lock = lockOf(lockClass, words, self);
        const node = lock.enterSync(WRITE);
        words.written.store(1);
        lock.leave(node, true);
      },
      (words, self) => {
        const lock = lockOf(lockClass, words, self);
        const behind = lock.census();
        const node = lock.enterSync(READ);
        if (behind.waiting > 0) assert.equal(words.written.load(), 1, "a reader overtook a waiting writer");
        lock.leave(node, false);
      },
    ],
    finally: ({ cells }) => assertClean(cells),
  });

test("RWLock: no reader overtakes a waiting writer", (t) => report(t, () => fairness(RWLock)));

/** The first reader stays until the other one is in. Between them a writer that gives up sooner or later. */
const writerGivesUp = (lockClass: RWLockClass) =>
  explore<keyof typeof WORDS | "met">({
    words: { ...WORDS, met: 0 },
    guarded: GUARDS,
    threads: [
      (words, self) => {
        const lock = lockOf(lockClass, words, self);
        const node = lock.enterSync(READ);
        blockUntil(words.met, () => (words.met.load() === 1 ? DONE : 0));
        lock.leave(node, false);
      },
      visits(lockClass, WRITE, SOME_TIME),
      (words, self) => {
        const lock = lockOf(lockClass, words, self);
        const node = lock.enterSync(READ);
        words.met.store(1);
        words.met.notify(1);
        lock.leave(node, false);
      },
    ],
    finally: ({ cells }) => assertClean(cells),
  });

test("RWLock: a writer that gives up lets in the readers that came after it", (t) =>
  report(t, () => writerGivesUp(RWLock)));

test("RWLock.tryEnter: never waits, and leaves nothing if refused", (t) =>
  report(t, () =>
    explore({
      words: WORDS,
      guarded: GUARDS,
      threads: [
        visits(RWLock, WRITE),
        visits(RWLock, READ),
        (words, self) => {
          const lock = lockOf(RWLock, words, self);
          const node = lock.tryEnter(READ);
          if (node !== 0) lock.leave(node, false);
        },
      ],
      finally: ({ cells }) => assertClean(cells),
    }),
  ));

/** The first may die at any instant, the others never wait for it in vain. */
const dies = (lockClass: RWLockClass, access: Access) => {
  const told =
    (kind: Access) =>
    (words: Words, self: Owners): boolean => {
      const lock = lockOf(lockClass, words, self);
      const node = lock.enterSync(kind);
      const torn = lock.torn;
      if (kind === WRITE && words.inside.load() !== 0) assert.ok(torn, "torn, and the next one is not told");
      if (kind === WRITE) words.inside.store(0);
      lock.leave(node, kind === WRITE);
      return torn;
    };
  return explore({
    words: WORDS,
    guarded: GUARDS,
    mortal: [1],
    threads: [
      (words, self) => {
        const lock = lockOf(lockClass, words, self);
        const node = lock.enterSync(access);
        if (access === WRITE) words.inside.store(WRITER);
        if (access === WRITE) words.inside.store(0);
        lock.leave(node, access === WRITE);
      },
      told(WRITE),
      told(READ),
    ],
    finally: ({ cells, outcomes }) => {
      if (outcomes[0] !== DEAD) assertClean(cells);
      if (access === READ) assert.equal(cells.torn, 0, "a dead reader tears nothing");
    },
  });
};

test("RWLock: a writer that dies at any instant stops nobody, the next ones are told", (t) =>
  report(t, () => dies(RWLock, WRITE)));
test("RWLock: a reader that dies at any instant stops nobody", (t) => report(t, () => dies(RWLock, READ)));

const load = async (from: string, to: string): Promise<RWLockClass> =>
  (await mutate<{ RWLock: RWLockClass }>("rw-lock", from, to)).RWLock;

test("mutant caught: readers overtake a waiting writer", async () => {
  const Mutant = await load(
    "if (seen === WRITING || (seen === Access.WRITE && node !== queue.first))\n                return;",
    "if (seen === WRITING) return; if (seen === Access.WRITE && node !== queue.first) continue;",
  );
  caught(() => fairness(Mutant), /overtook/);
});
test("mutant caught: a writer that gives up leaves those behind it waiting", async () => {
  const Mutant = await load("this.#grant();\n            return true;", "return true;");
  caught(() => writerGivesUp(Mutant), /deadlock/);
});
test("mutant caught: nobody is told of a dead writer", async () => {
  const Mutant = await load("torn.store(1);", ";");
  caught(() => dies(Mutant, WRITE), /not told/);
});
