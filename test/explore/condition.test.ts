import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import { RuntimeError } from "#heddle/platform/errors/errors.js";
import { Condition, type ConditionOptions } from "#heddle/sync/condition.js";
import { Mutex } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";
import { type WaitNodes, WaitQueue } from "#heddle/sync/wait-queue.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import { type ModelWord, SOME_TIME } from "./model-word.js";
import {
  CrowdCondition,
  DeafCondition,
  DroppingCondition,
  EarlyUnlockCondition,
  GhostCondition,
  LifoCondition,
  LingeringCondition,
  SelfishCondition,
} from "./mutants/conditions.js";
import { DEAD } from "./program.js";
import { caught, report } from "./report.js";
import { GUARDED, NODE_WORDS, type NodeWords, WordNodes } from "./word-nodes.js";

type ConditionClass = new (
  mutex: Mutex,
  queue: WaitQueue,
  nodes: WaitNodes,
  owners: Owners,
  options?: ConditionOptions,
) => Condition;
type MutexClass = new (word: ModelWord, owners: Owners) => Mutex;
type Words = NodeWords & { lock: ModelWord; head: Word; tail: Word; item: Word };

const WORDS = { lock: 0, head: 0, tail: 0, item: 0, ...NODE_WORDS };
const GUARDS = { head: "lock", tail: "lock", item: "lock", ...GUARDED } as const;

interface Setting {
  /** True: the end of a slice interrupts the wait. */
  readonly interrupted?: boolean;
  /** ModelMutex, unless the program is about a condition and the real Mutex together. */
  readonly mutexClass?: MutexClass;
}

class Interrupt extends Error {}

/** Nodes whose waiters may be interrupted. */
class InterruptingNodes extends WordNodes {
  override state(node: number): ModelWord {
    const state = super.state(node);
    state.isMortal = true;
    const wait = state.wait.bind(state);
    state.wait = (expected, timeout) => {
      const outcome = wait(expected, timeout);
      if (outcome === "timed-out") throw new Interrupt();
      return outcome;
    };
    return state;
  }
}

function conditionOf(conditionClass: ConditionClass, words: Words, self: Owners, setting: Setting = {}): Condition {
  const mutex = new (setting.mutexClass ?? ModelMutex)(words.lock, self);
  const nodes = setting.interrupted ? new InterruptingNodes(words) : new WordNodes(words);
  return new conditionClass(mutex, new WaitQueue(words.head, words.tail, nodes), nodes, self);
}

/** Everything is given back: nobody in the list, no node in use, the lock free. */
function assertClean(cells: Readonly<Record<string, number>>): void {
  for (const name of ["lock", "head", "tail", "used1", "used2", "used3"])
    assert.equal(cells[name], 0, `${name} left behind`);
}

type Phase = (words: Words, self: Owners, carried: unknown) => unknown;

const locksAs =
  (mutexClass: MutexClass): Phase =>
  (words, self, carried) => {
    new mutexClass(words.lock, self).lockSync();
    return carried;
  };

const unlocksAs =
  (mutexClass: MutexClass): Phase =>
  (words, self, carried) => {
    new mutexClass(words.lock, self).unlock();
    return carried;
  };

const locks = locksAs(ModelMutex);
const unlocks = unlocksAs(ModelMutex);

/** Waits once, whatever may have happened before: true if notified. */
const waits = (conditionClass: ConditionClass, timeout?: number): Phase[] => [
  locks,
  (words, self) => conditionOf(conditionClass, words, self).waitSync(timeout),
  unlocks,
];

/** Takes an item, waiting until there is one. */
const takes = (conditionClass: ConditionClass): Phase[] => [
  locks,
  (words, self) => {
    const condition = conditionOf(conditionClass, words, self);
    while (words.item.load() === 0) condition.waitSync();
    words.item.add(-1);
  },
  unlocks,
];

const puts = (conditionClass: ConditionClass, items: number, notify: number): Phase[] => [
  locks,
  (words, self) => {
    words.item.add(items);
    conditionOf(conditionClass, words, self).notify(notify);
  },
  unlocks,
];

const producerAndConsumers = (conditionClass: ConditionClass, notify: number) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: [takes(conditionClass), takes(conditionClass), puts(conditionClass, 2, notify)],
    finally: ({ cells }) => {
      assertClean(cells);
      assert.equal(cells.item, 0);
    },
  });

test("Condition.notify(2): both consumers get their item", (t) => report(t, () => producerAndConsumers(Condition, 2)));
test("Condition.notifyAll: both consumers get their item", (t) =>
  report(t, () => producerAndConsumers(Condition, Infinity)));

/** One notification; both waiters have a timeout, and the number of those notified must be what notify found. */
const timeoutsRace = (conditionClass: ConditionClass) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: [
      waits(conditionClass, SOME_TIME),
      waits(conditionClass, SOME_TIME),
      [
        locks,
        (words, self) => {
          const somebody = words.head.load() !== 0;
          conditionOf(conditionClass, words, self).notify();
          return somebody;
        },
        unlocks,
      ],
    ],
    finally: ({ cells, outcomes: [first, second, somebody] }) => {
      assertClean(cells);
      assert.equal(Number(first) + Number(second), Number(somebody), "a notification is lost or doubled");
    },
  });

test("Condition.waitSync: timeouts that race with one notify: exactly one is notified if somebody waited", (t) =>
  report(t, () => timeoutsRace(Condition)));

/** Waiters draw a number as they begin to wait; who is notified first must have the lower one. */
const firstComeFirstServed = (conditionClass: ConditionClass) => {
  const waitsInTurn = [
    locks,
    (words: Words & { turn: Word }, self: Owners): boolean => {
      const first = words.turn.add(1) === 0;
      const notified = conditionOf(conditionClass, words, self).waitSync(SOME_TIME);
      // The second in the list may only be notified if the first has timed out, that is, has come back before.
      if (notified && !first) assert.equal(words.item.load(), 1, "served before one who waits longer");
      if (!notified) words.item.store(1);
      return notified;
    },
    unlocks,
  ];
  return explore({
    words: { ...WORDS, turn: 0 },
    guarded: { ...GUARDS, turn: "lock" },
    threads: [waitsInTurn, waitsInTurn, puts(conditionClass, 0, 1)],
    finally: ({ cells }) => assertClean(cells),
  });
};

test("Condition.notify: first come, first served", (t) => report(t, () => firstComeFirstServed(Condition)));

/**
 * One notification for two waiters. The first may be aborted at any instant and has no use for it: it hands it on, or
 * the abort does. So the second, which has no timeout, always gets its item.
 */
const abortHandsOn = (conditionClass: ConditionClass) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    interrupts: true,
    threads: [
      [
        locks,
        (words, self) => {
          const condition = conditionOf(conditionClass, words, self, { interrupted: true });
          try {
            condition.waitSync();
            condition.notify();
          } catch (error) {
            if (!(error instanceof Interrupt)) throw error;
          }
        },
        unlocks,
      ],
      takes(conditionClass),
      puts(conditionClass, 1, 1),
    ],
    finally: ({ cells }) => assertClean(cells),
  });

test("Condition.waitSync: an abort at any instant keeps the lock and hands the notification on", (t) =>
  report(t, () => abortHandsOn(Condition)));

const waiterDies = (conditionClass: ConditionClass) => {
  const waitsForItem: Phase[] = [
    locks,
    (words, self) => {
      const condition = conditionOf(conditionClass, words, self);
      while (words.item.load() === 0) condition.waitSync();
    },
    unlocks,
  ];
  return explore({
    words: WORDS,
    guarded: GUARDS,
    mortal: [1],
    threads: [
      waitsForItem,
      waitsForItem,
      [
        locks,
        (words, self) => {
          words.item.store(1);
          // Who died after it was notified took that along; who was dead before must not count.
          conditionOf(conditionClass, words, self).notify(self.died(1) ? 1 : 2);
        },
        unlocks,
      ],
    ],
    finally: ({ cells, outcomes: [first] }) => {
      if (first !== DEAD) assertClean(cells);
    },
  });
};

test("Condition.notify: skips waiters that died, at whatever instant of wait they did", (t) =>
  report(t, () => waiterDies(Condition)));

const notifierDies = (conditionClass: ConditionClass) => {
  return explore<keyof typeof WORDS | "done">({
    words: { ...WORDS, done: 0 },
    guarded: GUARDS,
    mortal: [2],
    threads: [
      [locks, (words, self) => words.item.load() === 1 || conditionOf(conditionClass, words, self).waitSync(), unlocks],
      [
        ...puts(conditionClass, 1, 1),
        (words: Words & { done: Word }) => {
          words.done.store(1);
          words.done.notify(1);
        },
      ],
      [
        (words: Words & { done: Word }, self: Owners) => {
          blockUntil(words.done, () => (words.done.load() === 1 || self.died(2) ? DONE : 0));
        },
        locks,
        (words, self) => {
          words.item.store(1);
          conditionOf(conditionClass, words, self).notifyAll();
        },
        unlocks,
      ],
    ],
    finally: ({ cells, outcomes }) => {
      assert.equal(outcomes[0], true);
      assertClean(cells);
    },
  });
};

test("Condition.notify: a notifier that dies at any instant leaves a whole list", (t) =>
  report(t, () => notifierDies(Condition)));

test("Condition.notify and waitSync: RuntimeError unless the caller holds the mutex", (t) =>
  report(t, () => {
    const meddles = (words: Words, self: Owners): void => {
      const condition = conditionOf(Condition, words, self, { mutexClass: Mutex });
      assert.throws(() => condition.notify(), RuntimeError);
      assert.throws(() => condition.waitSync(), RuntimeError);
    };
    return explore({
      words: WORDS,
      guarded: GUARDS,
      threads: [meddles, puts(Condition, 1, 1), puts(Condition, 1, 1)],
      finally: ({ cells }) => assertClean(cells),
    });
  }));

test("mutant caught: frees the mutex before it is in the list", () => {
  caught(() => producerAndConsumers(EarlyUnlockCondition, 2), /without holding lock/);
});
test("mutant caught: a timeout ignores the notification of that instant", () => {
  caught(() => timeoutsRace(DeafCondition), /lost or doubled/);
});
test("mutant caught: notify wakes everybody", () => {
  caught(() => timeoutsRace(CrowdCondition), /lost or doubled/);
});
test("mutant caught: a waiter that timed out stays in the list", () => {
  caught(() => timeoutsRace(LingeringCondition), /left behind|lost or doubled/);
});
test("mutant caught: last come, first served", () => {
  caught(() => firstComeFirstServed(LifoCondition), /waits longer/);
});
test("mutant caught: an abort keeps the notification", () => {
  caught(() => abortHandsOn(SelfishCondition), /deadlock/);
});
test("mutant caught: notifies the dead", () => {
  caught(() => waiterDies(GhostCondition), /livelock|deadlock/);
});
test("mutant caught: unlinks a waiter before it is notified", () => {
  caught(() => notifierDies(DroppingCondition), /livelock|deadlock/);
});
