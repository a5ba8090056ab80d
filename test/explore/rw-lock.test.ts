import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import type { Owners } from "#heddle/sync/owners.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";
import { ReaderSlots } from "#heddle/sync/reader-slots.js";
import { Access, RWLock } from "#heddle/sync/rw-lock.js";
import { WaitQueue } from "#heddle/sync/wait-queue.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import { type ModelWord, SOME_TIME } from "./model-word.js";
import { mutate } from "./mutants/mutate.js";
import { DEAD } from "./program.js";
import { caught, report } from "./report.js";
import { GUARDED, NODE_WORDS, type NodeWords, WordNodes } from "./word-nodes.js";
import { noSlots, SLOT_GUARDS, SLOT_WORDS, type SlotWords, wordSlots } from "./word-slots.js";

type RWLockClass = typeof RWLock;
type Words = NodeWords & SlotWords & { lock: ModelWord; torn: ModelWord; head: Word; tail: Word; inside: Word };

const WORDS = { lock: 0, torn: 0, head: 0, tail: 0, inside: 0, ...NODE_WORDS, ...SLOT_WORDS };
const GUARDS = { head: "lock", tail: "lock", ...GUARDED, ...SLOT_GUARDS } as const;
/** What a writer adds to `inside`; a reader adds 1. */
const WRITER = 16;

function lockOf(lockClass: RWLockClass, words: Words, owners: Owners, slotsClass?: typeof ReaderSlots): RWLock {
  const nodes = new WordNodes(words);
  return new lockClass({
    mutex: new ModelMutex(words.lock, owners),
    queue: new WaitQueue(words.head, words.tail, nodes),
    nodes,
    slots: slotsClass === undefined ? noSlots(words, owners) : wordSlots(words, owners, slotsClass),
    torn: words.torn,
    owners,
    isTurn: () => true,
  });
}

/** Goes in and out once; true if it got in. */
const visits =
  (lockClass: RWLockClass, access: Access, timeout?: number, slotsClass?: typeof ReaderSlots) =>
  (words: Words, self: Owners): boolean => {
    const lock = lockOf(lockClass, words, self, slotsClass);
    const node = lock.enterSync(access, timeout);
    if (node === 0) return false;
    const weight = access === Access.WRITE ? WRITER : 1;
    const before = words.inside.add(weight);
    if (access === Access.WRITE) assert.equal(before, 0, "a writer is not alone");
    else assert.ok(before < WRITER, "a reader beside a writer");
    words.inside.add(-weight);
    lock.leave(node);
    return true;
  };

function assertClean(cells: Readonly<Record<string, number>>): void {
  for (const name of ["head", "tail", "used1", "used2", "used3", "inside", "gate", "count0", "count1"])
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
        lock.leave(node);
      },
      (words, self) => {
        const lock = lockOf(lockClass, words, self);
        const behind = lock.census();
        const node = lock.enterSync(READ);
        if (behind.waiting > 0) assert.equal(words.written.load(), 1, "a reader overtook a waiting writer");
        lock.leave(node);
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
        lock.leave(node);
      },
      visits(lockClass, WRITE, SOME_TIME),
      (words, self) => {
        const lock = lockOf(lockClass, words, self);
        const node = lock.enterSync(READ);
        words.met.store(1);
        words.met.notify(1);
        lock.leave(node);
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
          if (node !== 0) lock.leave(node);
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
      if (torn && kind === WRITE) {
        words.inside.store(0);
        lock.mend();
      }
      lock.leave(node);
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
        lock.leave(node);
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

/** A writer that may die, one that is told and repairs nothing, and a reader. */
const nobodyMends = (lockClass: RWLockClass) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    mortal: [1],
    threads: [WRITE, WRITE, READ].map((access, index) => (words: Words, self: Owners) => {
      const lock = lockOf(lockClass, words, self);
      const node = lock.enterSync(access);
      if (!lock.torn) assert.ok(words.inside.load() < WRITER, "torn, and the next one is not told");
      if (index === 0) words.inside.store(WRITER);
      if (index === 0) words.inside.store(0);
      lock.leave(node);
    }),
    finally: ({ cells, outcomes }) => {
      if (outcomes[0] !== DEAD) assert.equal(cells.torn, 0);
    },
  });

test("RWLock: all are told of a dead writer while nobody mends", (t) => report(t, () => nobodyMends(RWLock)));
test("mutant caught: who leaves mends", async () => {
  const Mutant = await load(
    "this.#locked(() => {\n            this.#remove(node);",
    "this.#locked(() => {\n this.mend(); this.#remove(node);",
  );
  caught(() => nobodyMends(Mutant), /not told/);
});

const load = async (from: string, to: string): Promise<RWLockClass> =>
  (await mutate<{ RWLock: RWLockClass }>("rw-lock", from, to)).RWLock;

test("mutant caught: readers overtake a waiting writer", async () => {
  const Mutant = await load(
    "if (seen === WRITING || (seen === Access.WRITE && (node !== queue.first || slots.someone !== 0)))\n                return;",
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

const slotsOf = async (from: string, to: string): Promise<typeof ReaderSlots> =>
  (await mutate<{ ReaderSlots: typeof ReaderSlots }>("reader-slots", from, to)).ReaderSlots;

/** A reader in a slot and a writer, each with nobody else to wake it. */
const slotAndWriter = (slotsClass: typeof ReaderSlots, lockClass: RWLockClass = RWLock) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: [visits(lockClass, READ, undefined, slotsClass), visits(lockClass, WRITE, undefined, slotsClass)],
    finally: ({ cells, outcomes }) => {
      assertClean(cells);
      assert.deepEqual(outcomes, [true, true]);
    },
  });

test("RWLock: a reader in a slot and a writer", (t) => report(t, () => slotAndWriter(ReaderSlots)));
test("mutant caught: a reader does not look at the gate once it is counted", async () => {
  const Mutant = await load("if (place === 0 || slots.isOpen)\n            return place;", "return place;");
  caught(() => slotAndWriter(ReaderSlots, Mutant), /not alone|beside a writer/);
});
test("mutant caught: a writer does not look at the slots", async () => {
  const Mutant = await load("|| slots.someone !== 0", "");
  caught(() => slotAndWriter(ReaderSlots, Mutant), /not alone|beside a writer/);
});
test("mutant caught: a reader leaves its slot and does not tell the writer", async () => {
  const Mutant = await load("if (slots.leave(-1 - place) && !slots.isOpen)", "if (!slots.leave(-1 - place))");
  caught(() => slotAndWriter(ReaderSlots, Mutant), /deadlock/);
});
test("mutant caught: the gate stays shut when the last writer is gone", async () => {
  const Mutant = await load("slots.open();", "");
  caught(() => slotAndWriter(ReaderSlots, Mutant), /gate left behind/);
});

test("RWLock: a reader that comes to its slot again, and a writer", (t) => {
  const [reads, writes] = [READ, WRITE].map((access) => visits(RWLock, access, undefined, ReaderSlots));
  return report(t, () =>
    explore({
      words: WORDS,
      guarded: GUARDS,
      threads: [[reads!, reads!], writes!],
      maxDepth: 400,
      finally: ({ cells, outcomes }) => {
        assertClean(cells);
        assert.deepEqual(outcomes, [true, true]);
      },
    }),
  );
});

/** Its starter is the writer, which hears of the death of a reader in a slot only if it looks. */
const slotReaderDies = (slotsClass: typeof ReaderSlots, look: (found: Word, id: number, died: boolean) => void) =>
  explore<keyof typeof WORDS | "found">({
    words: { ...WORDS, found: 0 },
    guarded: GUARDS,
    mortal: [1],
    maxDepth: 400,
    threads: [READ, WRITE].map((access) => (words: Words & { found: Word }, self: Owners) => {
      const owners: Owners = {
        ...self,
        died: (id) => words.found.load() === id,
        look: (id) => look(words.found, id, self.died(id)),
      };
      const lock = lockOf(RWLock, words, owners, slotsClass);
      lock.leave(lock.enterSync(access));
    }),
    finally: ({ cells, outcomes: [first] }) => {
      if (first !== DEAD) assertClean(cells);
    },
  });
const finding = (found: Word, id: number, died: boolean): void => {
  if (died) found.store(id);
};

test("RWLock: a reader that dies in its slot at any instant does not stop its starter, who writes", (t) =>
  report(t, () => slotReaderDies(ReaderSlots, finding)));
test("mutant caught: a writer does not look after the readers in slots", () => {
  caught(() => slotReaderDies(ReaderSlots, () => {}), /deadlock|livelock/);
});
test("mutant caught: the slot of a dead reader is never free of it", async () => {
  const Mutant = await slotsOf("if (this.#owners.died(owner))", "if (false)");
  caught(() => slotReaderDies(Mutant, finding), /deadlock|livelock/);
});
