/** Put, get, join and shutdown of three threads in every interleaving. The storage is a model: it moves the counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import { Bell } from "#heddle/queue/bell.js";
import { ShutDown } from "#heddle/queue/errors.js";
import { QueueCore, type QueueParts } from "#heddle/queue/queue-core.js";
import { Acquired } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import { type ModelWord, SOME_TIME } from "./model-word.js";
import { BlindBell, ForgetfulCore, HastyCore, LateBell, RacyCore, ShyBell, SilentCore } from "./mutants/queues.js";
import { type Cells, DEAD } from "./program.js";
import { caught, report } from "./report.js";

const EMPTY = {
  ...{ lock: 0, put: 0, get: 0, done: 0, shut: 0, givenOut: 0 },
  ...{ arrived: 0, getters: 0, freed: 0, putters: 0, finished: 0, joiners: 0 },
};
type Name = keyof typeof EMPTY;
type Words = Readonly<Record<Name, ModelWord>>;
type Body = (words: Words, self: Owners) => unknown;

type BellClass = new (rings: Word, sleepers: Word, watch?: () => void) => Bell;
type CoreClass = new (parts: QueueParts<void, void>) => QueueCore<void, void>;
interface Classes {
  readonly bell?: BellClass;
  readonly core?: CoreClass;
  /** For programs in which threads die. */
  readonly watch?: () => void;
}
const watch = (): void => {};

function queueOf(words: Words, self: Owners, { bell = Bell, core = QueueCore, watch }: Classes, maxsize = 0) {
  const mutex = new ModelMutex(words.lock, self);
  const { put, get, done, shut, givenOut } = words;
  return new core({
    words: { put, get, done, shut, givenOut },
    bells: {
      arrived: new bell(words.arrived, words.getters, watch),
      freed: new bell(words.freed, words.putters, watch),
      finished: new bell(words.finished, words.joiners, watch),
    },
    guard: { acquire: () => mutex.lockSync() === Acquired.OWNER_DIED, release: () => mutex.unlock() },
    storage: {
      append: () => put.store(put.load() + 1),
      take: () => get.store(get.load() + 1),
      repair: () => {},
      clear: () => {},
    },
    maxsize,
  });
}

/** How an operation ended: what it returned, or that the queue was shut down. */
function outcome<T>(operation: () => T): T | "ShutDown" {
  try {
    return operation();
  } catch (error) {
    if (error instanceof ShutDown) return "ShutDown";
    throw error;
  }
}

/** The bodies of threads that use one queue. */
const actors = (classes: Classes, maxsize = 0) => {
  const on =
    (work: (queue: QueueCore<void, void>) => unknown): Body =>
    (words, self) =>
      outcome(() => work(queueOf(words, self, classes, maxsize)));
  return {
    put: on((queue) => queue.putSync(undefined, undefined)),
    putTwo: [on((queue) => queue.putSync(undefined, undefined)), on((queue) => queue.putSync(undefined, undefined))],
    get: on((queue) => queue.takeSync(undefined, undefined)),
    getTwo: [on((queue) => queue.takeSync(undefined, undefined)), on((queue) => queue.takeSync(undefined, undefined))],
    getSoon: on((queue) => queue.takeSync(undefined, SOME_TIME)),
    work: [on((queue) => queue.takeSync(undefined, undefined)), on((queue) => queue.taskDone())],
    taskDone: on((queue) => queue.taskDone()),
    join: on((queue) => queue.joinSync(undefined)),
    shutdown: on((queue) => queue.shutdown(false)),
    shutdownNow: on((queue) => queue.shutdown(true)),
  };
};

/** Words that only the holder of the lock touches, where nobody joins. */
const guarded = { put: "lock", get: "lock", shut: "lock", givenOut: "lock" } as const;

const nobodySleeps = ({ getters, putters, joiners, lock }: Cells<Name>): void =>
  assert.deepEqual({ getters, putters, joiners, lock }, { getters: 0, putters: 0, joiners: 0, lock: 0 });

const twoGettersOnePutter = (classes: Classes) => {
  const { get, putTwo } = actors(classes);
  return explore({
    ...{ words: EMPTY, threads: [get, get, putTwo], guarded },
    finally: ({ cells, outcomes }) => {
      nobodySleeps(cells);
      assert.deepEqual([cells.put, cells.get, ...outcomes], [2, 2, true, true, true]);
    },
  });
};
test("Queue.get: two getters get the two items of a putter", (t) => report(t, () => twoGettersOnePutter({})));

test("Queue.get: a getter that naps, uncounted, takes no wake-up from one that sleeps", (t) =>
  report(t, () => {
    const { get, putTwo } = actors({});
    const napThenGet: Body = (words, self) => {
      new Bell(words.arrived, words.getters).nap(SOME_TIME);
      return get(words, self);
    };
    return explore({
      ...{ words: EMPTY, threads: [napThenGet, get, putTwo], guarded },
      finally: ({ cells }) => {
        nobodySleeps(cells);
        assert.deepEqual([cells.put, cells.get], [2, 2]);
      },
    });
  }));

const bounded = (classes: Classes) => {
  const { put, getTwo } = actors(classes, 1);
  return explore({
    ...{ words: EMPTY, threads: [put, put, getTwo], guarded },
    invariant: ({ put: puts, get }) =>
      assert.ok(puts - get <= 1 && puts >= get, `${puts - get} items in a queue of one`),
    finally: ({ cells }) => {
      nobodySleeps(cells);
      assert.deepEqual([cells.put, cells.get], [2, 2]);
    },
  });
};
test("Queue(1).put: two putters, one getter: never two items, nobody sleeps on", (t) => report(t, () => bounded({})));

test("Queue.get: a timeout that races with a put loses no item and wakes the other", (t) =>
  report(t, () => {
    const { getSoon, get, putTwo } = actors({});
    return explore({
      ...{ words: EMPTY, threads: [getSoon, get, putTwo], guarded },
      finally: ({ cells, outcomes: [soon, patient] }) => {
        nobodySleeps(cells);
        assert.equal(patient, true);
        assert.equal(cells.get, soon ? 2 : 1);
      },
    });
  }));

test("Queue: a putter killed anywhere leaves a queue that the others use", (t) =>
  report(t, () => {
    const { put, get } = actors({ watch });
    return explore({
      ...{ words: EMPTY, threads: [put, put, get], guarded, mortal: [1] },
      finally: ({ cells, outcomes: [first, second, got] }) => {
        assert.ok(first === true || first === DEAD);
        assert.deepEqual([second, got, cells.get], [true, true, 1]);
        assert.ok(cells.put === 2 || (first === DEAD && cells.put === 1));
      },
    });
  }));

const joined = (classes: Classes) => {
  const { taskDone, join } = actors(classes);
  return explore({
    ...{ words: { ...EMPTY, put: 2, get: 2 }, threads: [taskDone, taskDone, join] },
    finally: ({ cells }) => {
      nobodySleeps(cells);
      assert.deepEqual([cells.put, cells.done], [2, 2]);
    },
  });
};
test("Queue.join: returns when two workers have done the last two items", (t) => report(t, () => joined({})));

const twoJoiners = (classes: Classes) => {
  const { work, join } = actors(classes);
  return explore({
    ...{ words: { ...EMPTY, put: 1 }, threads: [work, join, join] },
    finally: ({ cells, outcomes }) => {
      nobodySleeps(cells);
      assert.deepEqual([cells.done, outcomes[1], outcomes[2]], [1, true, true]);
    },
  });
};
test("Queue.join: two joiners return when the one item is done", (t) => report(t, () => twoJoiners({})));

const shutDownAmongWaiters = (classes: Classes) => {
  const { put, shutdown } = actors(classes, 1);
  return explore({
    // Full: the putters wait.
    ...{ words: { ...EMPTY, put: 1 }, threads: [put, put, shutdown], guarded },
    finally: ({ cells, outcomes: [first, second] }) => {
      nobodySleeps(cells);
      assert.deepEqual([first, second, cells.put], ["ShutDown", "ShutDown", 1]);
    },
  });
};
test("Queue.shutdown: putters that wait for room are told", (t) => report(t, () => shutDownAmongWaiters({})));

const shutDownAmongGetters = (classes: Classes) => {
  const { get, shutdown } = actors(classes);
  return explore({
    ...{ words: { ...EMPTY, put: 1 }, threads: [get, get, shutdown], guarded },
    finally: ({ cells, outcomes }) => {
      nobodySleeps(cells);
      assert.deepEqual(outcomes.slice(0, 2).sort(), ["ShutDown", true].sort());
    },
  });
};
test("Queue.shutdown: of two getters one gets the item, the other ShutDown", (t) =>
  report(t, () => shutDownAmongGetters({})));

const dropAmongJoiners = (classes: Classes) => {
  const { join, taskDone, shutdownNow } = actors(classes);
  return explore({
    // Two items put, one taken: one is dropped, one will be done.
    ...{ words: { ...EMPTY, put: 2, get: 1 }, threads: [join, taskDone, shutdownNow] },
    invariant: ({ shut, put, get, done }) => shut === 2 || assert.ok(put - done > 0 && put >= get),
    finally: ({ cells, outcomes: [join] }) => {
      nobodySleeps(cells);
      assert.deepEqual([join, cells.done, cells.givenOut], [true, 1, 1]);
    },
  });
};
test("Queue.shutdown({ immediate }): a joiner returns when the item in hand is done", (t) =>
  report(t, () => dropAmongJoiners({})));

test("Queue.shutdown: killed anywhere, waiters are told or still served by another shutdown", (t) =>
  report(t, () => {
    const { get, shutdownNow } = actors({ watch });
    return explore({
      ...{ words: { ...EMPTY, put: 0 }, threads: [shutdownNow, get, shutdownNow], mortal: [1], guarded },
      finally: ({ cells, outcomes }) => {
        assert.deepEqual([outcomes[1], cells.shut], ["ShutDown", 2]);
      },
    });
  }));

test("mutant caught: tries before it counts itself among the sleepers", () => {
  caught(() => twoGettersOnePutter({ bell: LateBell }), /deadlock/);
  caught(() => bounded({ bell: LateBell }), /deadlock/);
});
test("mutant caught: reads the rings after it tried", () => {
  caught(() => twoGettersOnePutter({ bell: BlindBell }), /deadlock/);
  caught(() => bounded({ bell: BlindBell }), /deadlock/);
});
test("mutant caught: wakes one of two joiners", () => {
  caught(() => twoJoiners({ bell: ShyBell }), /deadlock/);
});
test("mutant caught: counts a task as done by load and store", () => {
  caught(() => joined({ core: RacyCore }), /deadlock|AssertionError/);
});
test("mutant caught: rings before it shuts down", () => {
  caught(() => shutDownAmongGetters({ core: HastyCore }), /deadlock/);
});
test("mutant caught: a shutdown does not tell those who wait for room", () => {
  caught(() => shutDownAmongWaiters({ core: SilentCore }), /deadlock/);
});
test("mutant caught: says that items are dropped before it says how many were given out", () => {
  caught(() => dropAmongJoiners({ core: ForgetfulCore }), /RangeError|AssertionError|deadlock/);
});
