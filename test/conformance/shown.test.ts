/** What `inspect` and `console.log` show of the primitives: items 20, 58, 72, 75 and 90 of the conformance list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  getIdent,
  Latch,
  Lock,
  Once,
  RLock,
  RWLock,
  Semaphore,
} from "heddle/threading";
import { until } from "../rig/threads.js";

test("#020 Lock: shown with its state", () => {
  const lock = new Lock();
  const seen = [inspect(lock)];
  lock.acquireSync();
  seen.push(inspect(lock));
  lock.release();
  assert.deepEqual([...seen, inspect(lock)], ["Lock(unlocked)", `Lock(locked by ${getIdent()})`, "Lock(unlocked)"]);
  lock.dispose();
  assert.equal(inspect(lock), "Lock(disposed)");
});

test("#020 RLock, Condition, RWLock: shown with their state", () => {
  const [lock, condition, rwLock] = [new RLock(), new Condition(), new RWLock()];
  lock.acquireSync();
  lock.acquireSync();
  assert.equal(inspect(lock), `RLock(locked by ${getIdent()}, depth 2)`);
  assert.equal(inspect(condition), "Condition(unlocked)");
  condition.withLockSync(() => assert.equal(inspect(condition), "Condition(locked)"));
  assert.equal(inspect(rwLock), "RWLock(unlocked)");
  rwLock.withReadSync(() => assert.equal(inspect(rwLock), `RWLock(locked by readers ${getIdent()})`));
  rwLock.withWriteSync(() => assert.equal(inspect(rwLock), `RWLock(locked by writer ${getIdent()})`));
});

test("#020 Lock: fields of a subclass are shown, too", () => {
  class Named extends Lock {
    label = "stock";
  }
  assert.equal(inspect(new Named()), "Named(unlocked) { label: 'stock' }");
});

test("#058 Event: shown as set or unset", () => {
  const event = new Event();
  assert.equal(inspect(event), "Event(unset)");
  event.set();
  assert.equal(inspect(event), "Event(set)");
});

test("#072 #075 Semaphore, BoundedSemaphore: shown with their value, and the bound", () => {
  const [semaphore, bounded] = [new Semaphore(4), new BoundedSemaphore(4)];
  for (const each of [semaphore, bounded]) each.acquireSync();
  assert.deepEqual([inspect(semaphore), inspect(bounded)], ["Semaphore(value 3)", "BoundedSemaphore(value 3/4)"]);
});

test("#090 Barrier: shown with who waits, or as broken", async () => {
  const barrier = new Barrier(3);
  const waits = [barrier.wait(), barrier.wait()];
  await until(() => barrier.nWaiting === 2);
  assert.equal(inspect(barrier), "Barrier(waiting 2/3)");
  assert.deepEqual((await Promise.all([...waits, barrier.wait()])).sort(), [0, 1, 2]);
  assert.equal(inspect(barrier), "Barrier(waiting 0/3)");
  barrier.abort();
  assert.equal(inspect(barrier), "Barrier(broken)");
});

test("Latch, Once: shown with their state", () => {
  const once = new Once();
  assert.deepEqual([inspect(new Latch(2)), inspect(once)], ["Latch(count 2)", "Once(not done)"]);
  once.runSync(() => assert.equal(inspect(once), `Once(run by ${getIdent()})`));
  assert.equal(inspect(once), "Once(done)");
});
