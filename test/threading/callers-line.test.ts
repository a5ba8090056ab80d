/** Errors that the library throws to a caller begin at the caller's line. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancelScope, createTask, ExceptionGroup, gather, TaskGroup, timeout } from "heddle/asyncio";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { dumps, loads, register } from "heddle/pickle";
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from "heddle/queue";
import { SharedArray, SharedDict, SharedList, struct, Value } from "heddle/shared";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Latch,
  Lock,
  RLock,
  RWLock,
  Semaphore,
  setExcepthook,
  Thread,
  ThreadLocal,
  Timer,
} from "heddle/threading";
import { sleepSync } from "heddle/time";

const wrong = "wrong" as never;
const later = Promise.resolve(1);
const deep = { a: [{ b: new Map([["c", { d: { e: { f: [later] } } }]]) }] };

/** @returns the lines of the stack that name a place */
function places(error: unknown): string[] {
  assert.ok(error instanceof Error, `threw ${String(error)}`);
  const lines = String(error.stack).split("\n");
  return lines.filter((line) => /^ {4}at /.test(line));
}

function assertBeginsHere(error: unknown): void {
  const [first = ""] = places(error);
  assert.match(first, /callers-line\.test\.[jt]s/, String((error as Error).stack));
}

function full(): Queue<number> {
  const queue = new Queue<number>(1);
  queue.putNowait(1);
  return queue;
}

function held(): Lock {
  const lock = new Lock();
  lock.acquireSync();
  return lock;
}

const started = new Thread({ target: () => 1 });

const calls: Record<string, () => unknown> = {
  "a target that captures a promise": () => new Thread({ target: () => later }).start(),
  "a process that captures a promise": () => new Process({ target: () => later }).start(),
  "an argument far inside": () => new Thread({ target: (value: unknown) => value, args: [deep as never] }).start(),
  "Thread: options": () => new Thread(wrong),
  "Thread: an unknown option": () => new Thread({ traget: 1 } as never),
  "Thread: start twice": () => started.start(),
  "Thread: join before start": () => new Thread({ target: () => 1 }).joinSync(),
  "Thread: name": () => Object.assign(new Thread(), { name: 3 }),
  "Process: start": () => new Process({ target: wrong }),
  "Lock: release": () => new Lock().release(),
  "Lock: options": () => new Lock().acquireSync(wrong),
  "Lock: withLockSync": () => held().withLockSync(() => 1, { timeout: 1 }),
  "RLock: release": () => new RLock().release(),
  "RWLock: options": () => new RWLock().acquireReadSync(wrong),
  "Semaphore: permits": () => new Semaphore(-1),
  "BoundedSemaphore: release": () => new BoundedSemaphore(1).release(),
  "Condition: wait": () => new Condition().waitSync(),
  "Event: options": () => new Event().waitSync(wrong),
  "Barrier: parties": () => new Barrier(0),
  "Barrier: wait": () => new Barrier(2).waitSync({ timeout: 1 }),
  "Latch: countDown": () => new Latch(1).countDown(2),
  "Timer: interval": () => new Timer(wrong, () => 1),
  "ThreadLocal: argument": () => new (ThreadLocal as new (value: unknown) => unknown)(3),
  setExcepthook: () => setExcepthook(wrong),
  sleepSync: () => sleepSync(-1),
  "Queue: empty": () => new Queue().getNowait(),
  "Queue: empty in time": () => new Queue().getSync({ timeout: 1 }),
  "Queue: full": () => full().putNowait(2),
  "Queue: an item": () => new Queue<unknown>().putNowait(later),
  "Queue: maxsize": () => new Queue(wrong),
  "Queue: taskDone": () => new Queue().taskDone(),
  "LifoQueue: empty": () => new LifoQueue().getNowait(),
  "PriorityQueue: empty": () => new PriorityQueue().getNowait(),
  "SimpleQueue: empty": () => new SimpleQueue().getNowait(),
  "Value: kind": () => new Value(wrong, 1 as never),
  "Value: a number": () => new Value("u8", 300),
  "SharedArray: length": () => new SharedArray("f64", -1),
  "SharedDict: a value": () => new SharedDict().set("a", later as never),
  "SharedList: index": () => new SharedList<number>().set(3, 1),
  "struct: kind": () => struct({ x: wrong }),
  dumps: () => dumps(deep),
  loads: () => loads(new Uint8Array(3)),
  register: () => register(wrong, wrong),
  ExceptionGroup: () => new ExceptionGroup("none", []),
  "CancelScope: deadline": () => new CancelScope({ deadline: Number.NaN }),
  createTask: () => createTask(wrong),
  "ThreadPool: size": () => new ThreadPool(0),
};

describe("what is thrown", () => {
  started.start();
  for (const [name, call] of Object.entries(calls)) {
    test(name, () => {
      assert.throws(call, (error) => {
        assertBeginsHere(error);
        return true;
      });
    });
  }
});

const waits: Record<string, () => Promise<unknown>> = {
  "Queue: empty": async () => await new Queue().get({ timeout: 1 }),
  "Queue: full": async () => await full().put(2, { timeout: 1 }),
  "Queue: options": async () => await new Queue().get(wrong),
  "Lock: withLock": async () => await held().withLock(() => 1, { timeout: 1 }),
  "Lock: options": async () => await new Lock().acquire(wrong),
  "Barrier: wait": async () => await new Barrier(2).wait({ timeout: 1 }),
  "Thread: join": async () => await new Thread({ target: () => 1 }).join(),
  "Thread: result": async () => {
    const thread = new Thread({ target: () => sleepSync(100_000), daemon: true }).start();
    try {
      return await thread.result({ timeout: 1 });
    } finally {
      await thread.terminate();
    }
  },
  gather: async () => await gather(wrong),
  timeout: async () => await timeout(1, async () => await new Event().wait()),
  TaskGroup: async () => await TaskGroup.run(wrong),
};

describe("what an awaited call rejects with", () => {
  for (const [name, wait] of Object.entries(waits)) {
    test(name, async () => {
      await assert.rejects(wait, (error) => {
        assertBeginsHere(error);
        return true;
      });
    });
  }
});

for (const kind of [Pool, ThreadPool]) {
  test(`${kind.name}: arguments, what cannot travel, and the end of the time`, async () => {
    const pool = new kind(1);
    const later = Promise.resolve(1);
    const fails: (() => Promise<unknown>)[] = [
      async () => await pool.map(wrong, [1]),
      async () => await pool.map((n: number) => n, 3 as never),
      async () => await pool.map(() => later, [1]),
      async () => await pool.map(() => new Promise(() => {}), [1], { timeout: 1 }),
      async () => await pool.join(),
    ];
    for (const fail of fails) await assert.rejects(fail, (error) => (assertBeginsHere(error), true));
    const stopped = pool.map(() => new Promise(() => {}), [1]);
    await Promise.all([assert.rejects(stopped, (error) => (assertBeginsHere(error), true)), pool.terminate()]);
  });
}

test("a stack is as long as the program wants it, and what Error is set to stays", () => {
  const { stackTraceLimit } = Error;
  function recurse(depth: number): unknown {
    return depth === 0 ? new Queue().getNowait() : recurse(depth - 1);
  }
  try {
    for (const limit of [0, 1, 2]) {
      Error.stackTraceLimit = limit;
      assert.throws(
        () => new Value("u8", 300),
        (error) => (assert.equal(places(error).length, limit), true),
      );
      assert.throws(
        () => recurse(9),
        (error) => (assert.ok(places(error).length <= limit), true),
      );
      assert.equal(Error.stackTraceLimit, limit);
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
});

test("the first line is the error's own, also of a class of the program", () => {
  class Late extends Error {}
  assert.throws(
    () => new Queue().getNowait(),
    (error: Error) => {
      assert.equal(error.stack?.split("\n")[0], `Empty: ${error.message}`);
      error.stack = "mine";
      assert.equal(error.stack, "mine");
      return !(error instanceof Late) && !Object.keys(error).includes("stack");
    },
  );
});
