/** Threads that die without a word, seen by those who block: nobody waits for them for ever. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Queue } from "heddle/queue";
import { activeCount, Event, Lock, setExcepthook, Thread } from "heddle/threading";

// That nobody takes the errors of those who die here is no failure of the program.
setExcepthook(() => {});

/** Far more than finding a death takes, far less than a test may last. */
const PATIENCE = { timeout: 60_000 };

test("joinSync: a thread that runs out of memory before its first words", () => {
  // With less, Node 24 aborts the whole process, whoever makes the worker.
  const limits = { maxOldGenerationSizeMb: 4, maxYoungGenerationSizeMb: 1 };
  const stillborn = new Thread({ target: () => 1, resourceLimits: limits }).start();
  assert.equal(stillborn.joinSync(PATIENCE), true);
  assert.equal(stillborn.isAlive, false);
});

test("joinSync: a thread that runs out of memory while it runs; result tells", async () => {
  const hoard = (): never => {
    const all: unknown[] = [];
    for (;;) all.push(new Array(1e5).fill(0.5));
  };
  const hungry = new Thread({ target: hoard, name: "hungry", resourceLimits: { maxOldGenerationSizeMb: 20 } }).start();
  assert.equal(hungry.joinSync(PATIENCE), true);
  await assert.rejects(hungry.result(), { name: "WorkerLostError", exitcode: 1 });
});

test("a queue whose user was terminated goes on for others, though the main thread blocks", async () => {
  const queue = new Queue<unknown>();
  const up = new Event();
  const churn = (): never => {
    const item = new Uint8Array(1 << 20);
    up.set();
    for (;;) {
      queue.putSync(item);
      queue.getSync();
    }
  };
  for (let round = 0; round < 5; round++) {
    up.clear();
    const doomed = new Thread({ target: churn }).start();
    await up.wait();
    const gone = doomed.terminate();
    const next = new Thread({ target: () => queue.putSync(round) }).start();
    assert.equal(next.joinSync(PATIENCE), true);
    assert.equal(doomed.joinSync(PATIENCE), true, "nobody was terminated");
    await gone;
  }
});

test("acquireSync: the lock of a thread that ran out of memory passes on", async () => {
  const lock = new Lock();
  const held = new Event();
  const hoard = (): never => {
    lock.acquireSync();
    held.set();
    const all: unknown[] = [];
    for (;;) all.push(new Array(1e5).fill(0.5));
  };
  new Thread({ target: hoard, resourceLimits: { maxOldGenerationSizeMb: 20 } }).start();
  await held.wait();
  assert.equal(lock.acquireSync(PATIENCE)?.ownerDied, true);
});

test("workers that heddle has not started leave no record behind", async () => {
  const before = activeCount();
  for (let i = 0; i < 3; i++) {
    const use = `import("heddle/threading").then(({ Lock }) => new Lock().acquireSync());`;
    const worker = new Worker(use, { eval: true });
    await new Promise((resolve) => worker.once("exit", resolve));
  }
  assert.equal(activeCount(), before);
});
