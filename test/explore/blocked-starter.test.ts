/**
 * The starter of the thread that dies is one of those who wait: it never gets to its event loop, so nobody is told of the
 * death. It is known once somebody has looked.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Guard, QueueCore } from "#heddle/channel/queue-core.js";
import type { Word } from "#heddle/memory/word.js";
import { BrokenBarrierError } from "#heddle/platform/errors/errors.js";
import { Barrier } from "#heddle/sync/barrier.js";
import { Bell } from "#heddle/sync/bell.js";
import { Acquired, Mutex } from "#heddle/sync/mutex.js";
import { Once, Turn } from "#heddle/sync/once.js";
import type { Owners } from "#heddle/sync/owners.js";
import { RecursiveMutex } from "#heddle/sync/recursive-mutex.js";
import { Access, RWLock } from "#heddle/sync/rw-lock.js";
import { WaitQueue } from "#heddle/sync/wait-queue.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import { type ModelWord, SOME_TIME } from "./model-word.js";
import { caught, report } from "./report.js";
import { GUARDED, NODE_WORDS, type NodeWords, WordNodes } from "./word-nodes.js";
import { noSlots, SLOT_GUARDS, SLOT_WORDS, type SlotWords } from "./word-slots.js";

/** How threads see each other. */
type View = (self: Owners, found: Word) => Owners;

/** @param found id of the one that was found dead */
const looking: View = (self, found) => ({
  ...self,
  died: (id) => found.load() === id,
  look: (id) => {
    if (self.died(id)) found.store(id);
  },
});

/** Leaves it to the starter's event loop to find the dead. */
const trusting: View = (self, found) => ({ ...looking(self, found), look: () => {} });

const mutexOwnerDies = (view: View) => {
  const visits = ({ lock, found, inside }: Record<"lock" | "found" | "inside", Word>, self: Owners): Acquired => {
    const mutex = new Mutex(lock, view(self, found));
    const acquired = mutex.lockSync();
    if (acquired === Acquired.OWNER_DIED) inside.store(0);
    assert.equal(inside.add(1), 0, "two threads inside");
    inside.add(-1);
    mutex.unlock();
    return acquired;
  };
  return explore({
    words: { lock: 0, found: 0, inside: 0 },
    threads: [visits, visits, visits],
    mortal: [1],
    finally: ({ outcomes }) => assert.ok(outcomes.every((outcome, at) => Boolean(outcome) || at === 0)),
  });
};

test("Mutex: an owner that dies at any instant stops nobody, its starter neither", (t) =>
  report(t, () => mutexOwnerDies(looking)));
test("mutant caught: Mutex: who waits does not look after the owner", () => {
  caught(() => mutexOwnerDies(trusting), /livelock|deadlock/);
});

const reentrantOwnerDies = (view: View) => {
  const visits = ({ lock, holder, depth, found }: Record<string, Word>, self: Owners): void => {
    const mutex = new RecursiveMutex(new Mutex(lock!, view(self, found!)), holder!, depth!, () => self.me);
    mutex.lockSync(self.me);
    mutex.lockSync(self.me);
    mutex.unlock(self.me);
    mutex.unlock(self.me);
  };
  return explore({
    words: { lock: 0, holder: 0, depth: 0, found: 0 },
    guarded: { depth: "lock" },
    threads: [visits, visits],
    mortal: [1],
  });
};

test("RecursiveMutex: an owner that dies at any instant does not stop its starter", (t) =>
  report(t, () => reentrantOwnerDies(looking)));
test("mutant caught: RecursiveMutex: who waits does not look after the owner", () => {
  caught(() => reentrantOwnerDies(trusting), /livelock|deadlock/);
});

const runnerDies = (view: View) => {
  const runs = ({ lock, done, found }: Record<"lock" | "done" | "found", Word>, self: Owners): Turn => {
    const once = new Once(new Mutex(lock, view(self, found)), done);
    const turn = once.beginSync();
    if (turn === Turn.MINE) once.finish(true);
    return turn;
  };
  return explore({
    words: { lock: 0, done: 0, found: 0 },
    threads: [runs, runs],
    mortal: [1],
    finally: ({ cells, outcomes: [, turn] }) => assert.ok(turn !== Turn.TIMED_OUT && cells.done === 1),
  });
};

test("Once: a runner that dies at any instant does not stop its starter", (t) => report(t, () => runnerDies(looking)));
test("mutant caught: Once: who waits does not look after the runner", () => {
  caught(() => runnerDies(trusting), /livelock|deadlock/);
});

const QUEUE = { lock: 0, put: 0, get: 0, done: 0, shut: 0, givenOut: 0, rings: 0, sleepers: 0, found: 0 };

/** A putter dies; its starter puts and takes without waiting for anything but the guard. */
const putterDies = (view: View) => {
  type Words = Readonly<Record<keyof typeof QUEUE, ModelWord>>;
  const queueOf = (words: Words, self: Owners) => {
    const mutex = new Mutex(words.lock, view(self, words.found));
    const guard: Guard = {
      acquire: () => mutex.lockSync() === Acquired.OWNER_DIED,
      release: () => mutex.unlock(),
    };
    const bell = new Bell(words.rings, words.sleepers);
    const { put, get, done, shut, givenOut } = words;
    return new QueueCore<void, void>({
      words: { put, get, done, shut, givenOut },
      bells: { arrived: bell, freed: bell, finished: bell },
      guards: { put: guard, take: guard },
      renew: () => {},
      storage: {
        twoSided: false,
        append: () => put.store(put.load() + 1),
        take: () => get.store(get.load() + 1),
        repairPut: () => {},
        repairTake: () => {},
        clear: () => {},
      },
      maxsize: 0,
    });
  };
  return explore({
    words: QUEUE,
    guarded: { put: "lock", get: "lock", shut: "lock", givenOut: "lock" },
    threads: [
      (words, self) => queueOf(words, self).tryPut(),
      (words, self) => {
        const queue = queueOf(words, self);
        return queue.tryPut() && queue.tryTake();
      },
    ],
    mortal: [1],
    finally: ({ outcomes: [, both] }) => assert.equal(both, true),
  });
};

test("Queue: a putter that dies at any instant does not stop its starter", (t) => report(t, () => putterDies(looking)));
test("mutant caught: Queue: who waits for the guard does not look after its owner", () => {
  caught(() => putterDies(trusting), /livelock|deadlock/);
});

type ListWords = NodeWords & SlotWords & Record<"lock" | "head" | "tail" | "found" | "phase" | "torn", ModelWord>;
const LIST = { lock: 0, head: 0, tail: 0, found: 0, phase: 0, torn: 0, ...NODE_WORDS, ...SLOT_WORDS };
const LIST_GUARDS = { head: "lock", tail: "lock", ...GUARDED, ...SLOT_GUARDS } as const;

const listOf = (words: ListWords) => {
  const nodes = new WordNodes(words);
  return { nodes, isTurn: () => true, queue: new WaitQueue(words.head, words.tail, nodes) };
};

const insiderDies = (view: View, access: Access) => {
  const visits = (kind: Access) => (words: ListWords, self: Owners) => {
    const owners = view(self, words.found);
    const { lock: guard, torn } = words;
    const parts = { mutex: new ModelMutex(guard, self), slots: noSlots(words, owners), torn, owners };
    const lock = new RWLock({ ...listOf(words), ...parts });
    lock.leave(lock.enterSync(kind));
  };
  return explore({
    words: LIST,
    guarded: LIST_GUARDS,
    threads: [visits(access), visits(Access.WRITE), visits(Access.READ)],
    mortal: [1],
    maxDepth: 400,
  });
};

for (const [name, access] of Object.entries(Access)) {
  test(`RWLock: one who dies at any instant of ${name} does not stop its starter`, (t) =>
    report(t, () => insiderDies(looking, access)));
  test(`mutant caught: RWLock: who waits does not look after those before it (${name})`, () => {
    caught(() => insiderDies(trusting, access), /livelock|deadlock/);
  });
}

/** Two of three are there. The first gives up in the end, or dies; there is nothing else that ends the wait of the other. */
const partyDies = (view: View) => {
  const barrierOf = (words: ListWords, self: Owners) => {
    const { lock, phase, found } = words;
    const parts = { mutex: new ModelMutex(lock, self), phase, owners: view(self, found) };
    return new Barrier(3, { ...listOf(words), ...parts });
  };
  return explore({
    words: { ...LIST, head: 1, tail: 1, used1: 1, owner1: 1, state1: 1 },
    guarded: LIST_GUARDS,
    threads: [
      (words, self) => {
        words.state1.wait(1, SOME_TIME);
        barrierOf(words, self).abort();
      },
      (words, self) =>
        assert.throws(() => barrierOf(words, self).waitSync(undefined), { name: BrokenBarrierError.name }),
    ],
    mortal: [1],
  });
};

test("Barrier: a party that dies as it waits is found by its starter, who waits too", (t) =>
  report(t, () => partyDies(looking)));
test("mutant caught: Barrier: who waits does not look after the others", () => {
  caught(() => partyDies(trusting), /livelock|deadlock/);
});
