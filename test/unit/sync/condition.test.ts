import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, RuntimeError } from "#heddle/platform/errors/errors.js";
import { setCancelSourceProvider } from "#heddle/platform/waiting/cancellation.js";
import { HEAD, LOCK, newCells, newCondition, newMutex, nodesInUse, owners, TAIL, word } from "./fixtures.js";

/** `count` parties over one condition, with ids from 1. */
function parties(count: number, dead: number[] = []) {
  const cells = newCells();
  const all = Array.from({ length: count }, (_, index) => {
    const self = owners(index + 1, { dead });
    const mutex = newMutex(cells, self);
    return { mutex, condition: newCondition(cells, mutex, self) };
  });
  const assertClean = (): void => {
    assert.equal(nodesInUse(cells), 0, "a node is left behind");
    assert.deepEqual([word(cells, HEAD).load(), word(cells, TAIL).load(), word(cells, LOCK).load()], [0, 0, 0]);
  };
  return { cells, all, assertClean };
}

test("Condition: RuntimeError unless the caller holds the mutex; an error of state, not of the lock", async () => {
  const { all, assertClean } = parties(2);
  const [first, second] = all as [(typeof all)[0], (typeof all)[0]];
  first.mutex.lockSync();
  for (const action of [() => second.condition.notify(), () => second.condition.notifyAll()]) {
    assert.throws(action, RuntimeError);
  }
  assert.throws(() => second.condition.waitSync(), /Cannot wait: the lock of the condition is not held/);
  await assert.rejects(second.condition.wait(), RuntimeError);
  first.mutex.unlock();
  assertClean();
});

test("Condition.notify(2): wakes those two of four that wait longest, in their order", async () => {
  const { all, assertClean } = parties(5);
  const woken: number[] = [];
  const waits: Promise<void>[] = [];
  for (const [index, { mutex, condition }] of all.slice(0, 4).entries()) {
    mutex.lockSync();
    waits.push(
      condition.wait().then((notified) => {
        if (notified) woken.push(index);
        mutex.unlock();
      }),
    );
  }
  const { mutex, condition } = all[4]!;
  mutex.lockSync();
  condition.notify(2);
  mutex.unlock();
  await Promise.all(waits.slice(0, 2));
  assert.deepEqual(woken.toSorted(), [0, 1]);
  mutex.lockSync();
  condition.notifyAll();
  mutex.unlock();
  await Promise.all(waits);
  assert.deepEqual(woken.toSorted(), [0, 1, 2, 3]);
  assertClean();
});

test("Condition: false after the timeout, not before, holding the mutex again", async () => {
  const { all, assertClean } = parties(1);
  const { mutex, condition } = all[0]!;
  mutex.lockSync();
  for (const wait of [() => condition.waitSync(12.5), () => condition.wait({ timeout: 12.5 })]) {
    const start = performance.now();
    assert.equal(await wait(), false);
    assert.ok(performance.now() - start >= 12.5);
    assert.equal(mutex.owner, 1);
  }
  mutex.unlock();
  assertClean();
});

test("Condition.wait: a timeout with a notification in the same instant counts as notified", async () => {
  const { all, assertClean } = parties(2);
  const [waiter, notifier] = all as [(typeof all)[0], (typeof all)[0]];
  waiter.mutex.lockSync();
  const waiting = waiter.condition.wait({ timeout: 5 });
  await notifier.mutex.lock();
  // The waiter times out while the mutex is held: it cannot be back before the notification.
  assert.equal(await newMutexWait(notifier.mutex), false);
  notifier.condition.notify();
  notifier.mutex.unlock();
  assert.equal(await waiting, true);
  waiter.mutex.unlock();
  assertClean();
});

/** Lets 10 ms pass for the whole thread, by a wait for a lock that is held. @returns false */
async function newMutexWait(mutex: { lock(wait: { timeout: number }): Promise<number> }): Promise<boolean> {
  return (await mutex.lock({ timeout: 10 })) !== 0;
}

test("Condition.wait: an abort rejects with the reason, holding the mutex; the node is gone", async () => {
  const { all, assertClean } = parties(1);
  const { mutex, condition } = all[0]!;
  mutex.lockSync();
  const controller = new AbortController();
  const waiting = condition.wait({ signal: controller.signal });
  assert.equal(mutex.locked, false);
  controller.abort("enough");
  await assert.rejects(waiting, (reason) => reason === "enough");
  assert.equal(mutex.owner, 1);
  await assert.rejects(condition.wait({ signal: controller.signal }), (reason) => reason === "enough");
  assert.equal(mutex.owner, 1);
  mutex.unlock();
  assertClean();
});

for (const abortFirst of [true, false]) {
  test(`Condition.wait: an abort ${abortFirst ? "before" : "after"} a notify in one turn: one of two is notified`, async () => {
    const { all, assertClean } = parties(3);
    const controller = new AbortController();
    const waits = all.slice(0, 2).map(async ({ mutex, condition }, index) => {
      mutex.lockSync();
      try {
        return await condition.wait(index === 0 ? { signal: controller.signal } : {});
      } catch {
        return "aborted";
      } finally {
        mutex.unlock();
      }
    });
    const { mutex, condition } = all[2]!;
    mutex.lockSync();
    if (abortFirst) controller.abort();
    condition.notify();
    if (!abortFirst) controller.abort();
    mutex.unlock();
    if ((await waits[0]) === true) {
      mutex.lockSync();
      condition.notify();
      mutex.unlock();
    }
    assert.equal(await waits[1], true);
    assertClean();
  });
}

test("Condition.wait: in a cancelled scope rejects holding the mutex", async () => {
  let cancelled = false;
  let cancel = (_error: Error): void => {};
  const source = {
    get cancelled() {
      return cancelled;
    },
    error: () => new CancelledError(),
    subscribe: (onCancel: (error: Error) => void) => {
      cancel = onCancel;
      return () => {};
    },
  };
  setCancelSourceProvider(() => source);
  const { all, assertClean } = parties(1);
  const { mutex, condition } = all[0]!;
  mutex.lockSync();
  const waiting = condition.wait();
  cancelled = true;
  cancel(source.error());
  await assert.rejects(waiting, CancelledError);
  assert.equal(mutex.owner, 1);
  setCancelSourceProvider(() => undefined);
  mutex.unlock();
  assertClean();
});

test("Condition.notify: skips dead waiters and gives their nodes back", async () => {
  const dead: number[] = [];
  const { all, assertClean } = parties(3, dead);
  const controller = new AbortController();
  const [gone, waiter, notifier] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]];
  gone.mutex.lockSync();
  const goneWaits = gone.condition.wait({ signal: controller.signal });
  waiter.mutex.lockSync();
  const waiting = waiter.condition.wait();
  notifier.mutex.lockSync();
  dead.push(1);
  notifier.condition.notify();
  notifier.mutex.unlock();
  assert.equal(await waiting, true);
  waiter.mutex.unlock();
  assertClean();
  // Only its id is dead here: the wait itself would hold the event loop for ever.
  controller.abort();
  await assert.rejects(goneWaits);
});

test("Condition: says that the mutex came back from an owner that died", async () => {
  const dead: number[] = [];
  const cells = newCells();
  const self = owners(1, { dead });
  const mutex = newMutex(cells, self);
  let told = 0;
  const condition = newCondition(cells, mutex, self, { onOwnerDied: () => told++ });
  mutex.lockSync();
  const waiting = condition.wait({ timeout: 5 });
  newMutex(cells, owners(2)).lockSync();
  dead.push(2);
  assert.equal(await waiting, false);
  assert.equal(told, 1);
  assert.equal(mutex.owner, 1);
});
