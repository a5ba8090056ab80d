import assert from "node:assert/strict";
import { test } from "node:test";
import { Semaphore } from "#heddle/sync/semaphore.js";
import { newCells, PERMITS, WAITERS, word } from "./fixtures.js";

function newSemaphore(permits: number, bound?: number) {
  const cells = newCells();
  word(cells, PERMITS).store(permits);
  const semaphore = new Semaphore(word(cells, PERMITS), word(cells, WAITERS), bound);
  return { semaphore, waiters: () => word(cells, WAITERS).load() };
}

test("Semaphore: value follows acquire and release", async () => {
  const { semaphore } = newSemaphore(2);
  assert.equal(semaphore.acquireSync(), true);
  assert.equal(await semaphore.acquire(), true);
  assert.equal(semaphore.value, 0);
  assert.equal(semaphore.tryAcquire(), false);
  semaphore.release(2);
  assert.equal(semaphore.value, 2);
});

test("Semaphore.release: RangeError above the bound and for a wrong count; nothing changes", () => {
  const { semaphore } = newSemaphore(2, 3);
  assert.throws(() => semaphore.release(2), RangeError);
  for (const wrong of [0, -1, 1.5, NaN]) assert.throws(() => semaphore.release(wrong), RangeError);
  assert.throws(() => semaphore.release("1" as unknown as number), TypeError);
  assert.equal(semaphore.value, 2);
  semaphore.release();
  assert.equal(semaphore.value, 3);
});

test("Semaphore.release: refuses to wrap at 2^31", () => {
  const { semaphore } = newSemaphore(2 ** 31 - 1);
  assert.throws(() => semaphore.release(), RangeError);
  assert.equal(semaphore.value, 2 ** 31 - 1);
});

test("Semaphore.acquire: release(2) wakes two of three, the third goes on waiting", async () => {
  const { semaphore, waiters } = newSemaphore(0);
  let acquired = 0;
  const waits = Array.from({ length: 3 }, () => semaphore.acquire().then(() => acquired++));
  assert.equal(waiters(), 3);
  semaphore.release(2);
  await Promise.any([waits[0]]);
  await Promise.race([waits[1]]);
  assert.equal(acquired, 2);
  assert.equal(waiters(), 1);
  semaphore.release();
  await Promise.all(waits);
  assert.equal(waiters(), 0);
});

test("Semaphore: false after the timeout, not before; nobody stays counted", async () => {
  const { semaphore, waiters } = newSemaphore(0);
  for (const acquire of [() => semaphore.acquireSync(12.5), () => semaphore.acquire({ timeout: 12.5 })]) {
    const start = performance.now();
    assert.equal(await acquire(), false);
    assert.ok(performance.now() - start >= 12.5);
    assert.equal(waiters(), 0);
  }
});

test("Semaphore.acquire: an abort rejects with the reason; nobody stays counted", async () => {
  const { semaphore, waiters } = newSemaphore(0);
  const controller = new AbortController();
  const waiting = semaphore.acquire({ signal: controller.signal });
  controller.abort(null);
  await assert.rejects(waiting, (reason) => reason === null);
  assert.equal(waiters(), 0);
});

for (const abortFirst of [true, false]) {
  test(`Semaphore.acquire: an abort ${abortFirst ? "before" : "after"} a release in one turn loses no permit`, async () => {
    const { semaphore, waiters } = newSemaphore(0);
    const controller = new AbortController();
    const first = semaphore.acquire({ signal: controller.signal }).catch(() => false);
    const second = semaphore.acquire();
    if (abortFirst) controller.abort();
    semaphore.release();
    if (!abortFirst) controller.abort();
    if (await first) semaphore.release();
    assert.equal(await second, true);
    assert.equal(semaphore.value, 0);
    assert.equal(waiters(), 0);
  });
}
