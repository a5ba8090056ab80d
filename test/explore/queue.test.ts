/** Put, get, join and shutdown of three threads in every interleaving. The storage is a model: it moves the counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ShutDown } from "#heddle/channel/errors.js";
import { type Guard, QueueCore, type QueueParts } from "#heddle/channel/queue-core.js";
import type { Word } from "#heddle/memory/word.js";
import { Bell } from "#heddle/sync/bell.js";
import { Acquired } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import { type ModelWord, SOME_TIME } from "./model-word.js";
import {
  BlindBell,
  CredulousCore,
  EarlyCore,
  ForgetfulCore,
  GlancingCore,
  HastyCore,
  LateBell,
  OneSidedCore,
  RacyCore,
  ShyBell,
  SilentCore,
} from "./mutants/queues.js";
import { type Cells, DEAD, type Explored } from "./program.js";
import { caught, report } from "./report.js";

const EMPTY = {
  ...{ lock: 0, taking: 0, put: 0, get: 0, done: 0, shut: 0, givenOut: 0 },
  ...{ arrived: 0, getters: 0, freed: 0, putters: 0, finished: 0, joiners: 0 },
};
type Name = keyof typeof EMPTY;
type Words = Readonly<Record<Name, ModelWord>>;
type Body = (words: Words, self: Owners) => unknown;

type BellClass = new (rings: Word, sleepers: Word) => Bell;
type CoreClass = new (parts: QueueParts<void, void>) => QueueCore<void, void>;
interface Classes {
  readonly bell?: BellClass;
  readonly core?: CoreClass;
  /** Putters and takers have a lock each, as in a Queue; else they share one, as in a LifoQueue. */
  readonly twoLocks?: boolean;
  /** Looks at a number before a lock is taken for it. */
  readonly looks?: number;
}

function queueOf(words: Words, self: Owners, { bell = Bell, core = QueueCore, ...options }: Classes, maxsize = 0) {
  const { twoLocks, looks } = options;
  const guardOf = (word: ModelWord): Guard => {
    const mutex = new ModelMutex(word, self);
    return { acquire: () => mutex.lockSync() === Acquired.OWNER_DIED, release: () => mutex.unlock() };
  };
  const guard = guardOf(words.lock);
  const { put, get, done, shut, givenOut } = words;
  return new core({
    words: { put, get, done, shut, givenOut },
    bells: {
      arrived: new bell(words.arrived, words.getters),
      freed: new bell(words.freed, words.putters),
      finished: new bell(words.finished, words.joiners),
    },
    guards: { put: guard, take: twoLocks ? guardOf(words.taking) : guard },
    renew: () => {},
    storage: {
      twoSided: twoLocks === true,
      append: () => put.store(put.load() + 1),
      take: () => get.store(get.load() + 1),
      repairPut: () => {},
      repairTake: () => {},
      clear: () => {},
    },
    maxsize,
    ...(looks === undefined ? {} : { looks }),
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
    size: on((queue) => queue.size),
    unfinished: on((queue) => queue.unfinished),
    state: on((queue) => queue.state),
  };
};

/** Words that only the holder of the lock touches, where nobody joins and there is one lock. */
const oneLock = { put: "lock", get: "lock", shut: "lock", givenOut: "lock" } as const;

const guardedBy = ({ twoLocks }: Classes) => (twoLocks ? {} : oneLock);

const nobodySleeps = ({ getters, putters, joiners, lock, taking }: Cells<Name>): void =>
  assert.deepEqual([getters, putters, joiners, lock, taking], [0, 0, 0, 0, 0]);

/** The same with one lock and with two. */
function both(what: string, program: (classes: Classes) => Explored): void {
  test(what, (t) => report(t, () => program({})));
  test(`${what} (two locks)`, (t) => report(t, () => program({ twoLocks: true })));
}

const twoGettersOnePutter = (classes: Classes) => {
  const { get, putTwo } = actors(classes);
  return explore({
    ...{ words: EMPTY, threads: [get, get, putTwo], guarded: guardedBy(classes) },
    finally: ({ cells, outcomes }) => {
      nobodySleeps(cells);
      assert.deepEqual([cells.put, cells.get, ...outcomes], [2, 2, true, true, true]);
    },
  });
};
both("Queue.get: two getters get the two items of a putter", twoGettersOnePutter);

both("Queue.get: a getter that naps, uncounted, takes no wake-up from one that sleeps", (classes) => {
  const { get, putTwo } = actors(classes);
  const napThenGet: Body = (words, self) => {
    new Bell(words.arrived, words.getters).nap(SOME_TIME);
    return get(words, self);
  };
  return explore({
    ...{ words: EMPTY, threads: [napThenGet, get, putTwo], guarded: guardedBy(classes) },
    finally: ({ cells }) => {
      nobodySleeps(cells);
      assert.deepEqual([cells.put, cells.get], [2, 2]);
    },
  });
});

const bounded = (classes: Classes) => {
  const { put, getTwo } = actors(classes, 1);
  return explore({
    ...{ words: EMPTY, threads: [put, put, getTwo], guarded: guardedBy(classes) },
    invariant: ({ put: puts, get }) =>
      assert.ok(puts - get <= 1 && puts >= get, `${puts - get} items in a queue of one`),
    finally: ({ cells }) => {
      nobodySleeps(cells);
      assert.deepEqual([cells.put, cells.get], [2, 2]);
    },
  });
};
both("Queue(1).put: two putters, one getter: never two items, nobody sleeps on", bounded);

both("Queue.get: a timeout that races with a put loses no item and wakes the other", (classes) => {
  const { getSoon, get, putTwo } = actors(classes);
  return explore({
    ...{ words: EMPTY, threads: [getSoon, get, putTwo], guarded: guardedBy(classes) },
    finally: ({ cells, outcomes: [soon, patient] }) => {
      nobodySleeps(cells);
      assert.equal(patient, true);
      assert.equal(cells.get, soon ? 2 : 1);
    },
  });
});

both("Queue: a putter killed anywhere leaves a queue that the others use", (classes) => {
  const { put, get } = actors(classes);
  return explore({
    ...{ words: EMPTY, threads: [put, put, get], guarded: guardedBy(classes), mortal: [1] },
    finally: ({ cells, outcomes: [first, second, got] }) => {
      assert.ok(first === true || first === DEAD);
      assert.deepEqual([second, got, cells.get], [true, true, 1]);
      assert.ok(cells.put === 2 || (first === DEAD && cells.put === 1));
    },
  });
});

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
both("Queue.join: returns when two workers have done the last two items", joined);

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
both("Queue.join: two joiners return when the one item is done", twoJoiners);

const shutDownAmongWaiters = (classes: Classes) => {
  const { put, shutdown } = actors(classes, 1);
  return explore({
    // Full: the putters wait.
    ...{ words: { ...EMPTY, put: 1 }, threads: [put, put, shutdown], guarded: guardedBy(classes) },
    finally: ({ cells, outcomes: [first, second] }) => {
      nobodySleeps(cells);
      assert.deepEqual([first, second, cells.put], ["ShutDown", "ShutDown", 1]);
    },
  });
};
both("Queue.shutdown: putters that wait for room are told", shutDownAmongWaiters);

const shutDownAmongGetters = (classes: Classes) => {
  const { get, shutdown } = actors(classes);
  return explore({
    ...{ words: { ...EMPTY, put: 1 }, threads: [get, get, shutdown], guarded: guardedBy(classes) },
    finally: ({ cells, outcomes }) => {
      nobodySleeps(cells);
      assert.deepEqual(outcomes.slice(0, 2).sort(), ["ShutDown", true].sort());
    },
  });
};
both("Queue.shutdown: of two getters one gets the item, the other ShutDown", shutDownAmongGetters);

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
both("Queue.shutdown({ immediate }): a joiner returns when the item in hand is done", dropAmongJoiners);

both("Queue.shutdown: killed anywhere, waiters are told or still served by another shutdown", (classes) => {
  const { get, shutdownNow } = actors(classes);
  return explore({
    ...{
      words: { ...EMPTY, put: 0 },
      threads: [shutdownNow, get, shutdownNow],
      mortal: [1],
      guarded: guardedBy(classes),
    },
    finally: ({ cells, outcomes }) => {
      assert.deepEqual([outcomes[1], cells.shut], ["ShutDown", 2]);
    },
  });
});

const sharedItems = (classes: Classes) => {
  const { get, shutdown } = actors(classes);
  const getAll: Body = (words, self) => {
    const queue = queueOf(words, self, classes);
    let taken = 0;
    while (outcome(() => queue.takeSync(undefined, undefined)) === true) taken++;
    return taken;
  };
  return explore({
    ...{ words: { ...EMPTY, put: 2 }, threads: [getAll, get, shutdown], guarded: guardedBy(classes) },
    invariant: ({ put, get: got }) => assert.ok(got <= put, `${got} taken of ${put}`),
    finally: ({ cells, outcomes: [all, one] }) => {
      nobodySleeps(cells);
      assert.deepEqual([cells.get, all, one], one === true ? [2, 1, true] : [2, 2, "ShutDown"]);
    },
  });
};
both("Queue.get: a getter that knows of two items finds out that another one took one", sharedItems);

const putAmongShutdown = (classes: Classes) => {
  const { put, shutdown } = actors(classes);
  const getAll: Body = (words, self) => outcome(() => queueOf(words, self, classes).takeSync(undefined, undefined));
  return explore({
    ...{ words: EMPTY, threads: [put, shutdown, getAll], guarded: guardedBy(classes) },
    finally: ({ cells, outcomes: [putter, , getter] }) => {
      nobodySleeps(cells);
      assert.equal(getter === true, putter === true, "an item was put that nobody got, or the other way round");
    },
  });
};
both("Queue.shutdown: what was put before it is got, what comes after it is refused", putAmongShutdown);

/** One looks while another puts an item, takes it, does it, and then the same again: there is never more than one. */
const looked =
  (what: "size" | "unfinished", mortal: readonly number[] = []) =>
  (classes: Classes) => {
    const all = actors(classes, 1);
    const turn = [all.put, all.get, all.taskDone];
    return explore({
      ...{ words: EMPTY, threads: [all[what], [...turn, ...turn]], mortal },
      finally: ({ outcomes: [seen] }) => assert.ok(seen === 0 || seen === 1, `${what} ${String(seen)}`),
    });
  };
/** ...also when the first look fails, and the lock is taken for it. */
const looks = [undefined, 1, 0];
for (const times of looks) {
  const classes = times === undefined ? {} : { looks: times };
  both(`Queue.qsize: never more than there ever was (${times ?? "all"} looks)`, (on) =>
    looked("size")({ ...on, ...classes }),
  );
  both(`Queue.unfinishedTasks: the same (${times ?? "all"} looks)`, (on) =>
    looked("unfinished")({ ...on, ...classes }),
  );
}
both("Queue.qsize: ends although the thread that moves the counts is killed anywhere", (on) =>
  looked("size", [2])({ ...on, looks: 0 }),
);

const lookedAtDrop = (classes: Classes) => {
  const { size, put, shutdownNow } = actors(classes);
  return explore({
    // Two items; what is dropped goes one by one.
    ...{ words: { ...EMPTY, put: 2 }, threads: [size, shutdownNow, put] },
    finally: ({ outcomes: [seen] }) => assert.ok([0, 2, 3].includes(seen as number), `size ${String(seen)}`),
  });
};
both("Queue.qsize: what is dropped is dropped at once", lookedAtDrop);

both("Queue.statistics: all numbers are of one moment", (classes) => {
  const { state, put, get, taskDone } = actors(classes, 1);
  const turn = [put, get, taskDone];
  return explore({
    ...{ words: EMPTY, threads: [state, [...turn, ...turn]] },
    finally: ({ outcomes: [seen] }) => {
      const { qsize, unfinishedTasks } = seen as { qsize: number; unfinishedTasks: number };
      assert.ok(qsize <= unfinishedTasks && unfinishedTasks <= 1, `${qsize} items, ${unfinishedTasks} to do`);
    },
  });
});

test("mutant caught: reads one count after the other", () => {
  caught(() => looked("size")({ core: GlancingCore, twoLocks: true }), /AssertionError.*size 2/s);
  caught(() => looked("unfinished")({ core: GlancingCore }), /AssertionError.*unfinished 2/s);
});
test("mutant caught: looks for a drop before it reads the counts", () => {
  caught(() => lookedAtDrop({ core: EarlyCore, twoLocks: true }), /AssertionError.*size 1/s);
});

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
test("mutant caught: believes for ever in items that it saw once", () => {
  caught(() => sharedItems({ core: CredulousCore, twoLocks: true }), /AssertionError/);
});
test("mutant caught: shuts down with one of the two locks", () => {
  caught(() => putAmongShutdown({ core: OneSidedCore, twoLocks: true }), /AssertionError/);
});
