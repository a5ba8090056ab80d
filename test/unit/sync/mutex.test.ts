import assert from "node:assert/strict";
import { test } from "node:test";
import { RuntimeError } from "#heddle/platform/errors/errors.js";
import { Acquired, Mutex } from "#heddle/sync/mutex.js";
import { CONTENDED, COUNTER, LOCK, newCells, newMutex, owners, word } from "./fixtures.js";

test("Mutex.lock: takes a free lock at once", async () => {
  const mutex = newMutex(newCells(), owners(7));
  assert.equal(await mutex.lock(), Acquired.TAKEN);
  assert.equal(mutex.owner, 7);
  assert.equal(mutex.locked, true);
});

test("Mutex.tryLock: FAILED on a lock that is held, also by the caller", () => {
  const cells = newCells();
  assert.equal(newMutex(cells, owners(1)).tryLock(), Acquired.TAKEN);
  assert.equal(newMutex(cells, owners(1)).tryLock(), Acquired.FAILED);
  assert.equal(newMutex(cells, owners(2)).tryLock(), Acquired.FAILED);
});

test("Mutex.unlock: RuntimeError if it is not held, and it stays usable", () => {
  const mutex = newMutex(newCells(), owners(1));
  assert.throws(() => mutex.unlock(), RuntimeError);
  assert.throws(() => mutex.unlock(), { message: "Cannot release the lock: it is not held" });
  assert.equal(mutex.tryLock(), Acquired.TAKEN);
});

test("Mutex.unlock: any thread may", () => {
  const cells = newCells();
  newMutex(cells, owners(1)).lockSync();
  newMutex(cells, owners(2)).unlock();
  assert.equal(newMutex(cells, owners(1)).locked, false);
});

test("Mutex.unlockIfOwner: only for the owner, also when contended", async () => {
  const cells = newCells();
  const mutex = newMutex(cells, owners(1));
  mutex.lockSync();
  const waiting = newMutex(cells, owners(2)).lock();
  assert.equal(mutex.unlockIfOwner(2), false);
  assert.equal(mutex.unlockIfOwner(1), true);
  assert.equal(await waiting, Acquired.TAKEN);
  assert.equal(mutex.unlockIfOwner(1), false);
  assert.equal(mutex.owner, 2);
});

test("Mutex.lockSync and lock: FAILED after the timeout, not before", async () => {
  const cells = newCells();
  newMutex(cells, owners(1)).lockSync();
  const mutex = newMutex(cells, owners(2, { spins: 100 }));
  for (const timeout of [0, 0.4, 1, 7.5, 30]) {
    for (const lock of [() => mutex.lockSync(timeout), () => mutex.lock({ timeout })]) {
      const start = performance.now();
      assert.equal(await lock(), Acquired.FAILED);
      const elapsed = performance.now() - start;
      assert.ok(elapsed >= timeout, `${timeout} ms ended after ${elapsed}`);
    }
  }
});

test("Mutex.lock: a signal that is aborted already rejects with its reason, though the lock is free", async () => {
  const mutex = newMutex(newCells(), owners(1));
  await assert.rejects(mutex.lock({ signal: AbortSignal.abort("why") }), (reason) => reason === "why");
  assert.equal(mutex.locked, false);
});

test("Mutex.lock: an abort while it waits rejects with the signal's reason and takes nothing", async () => {
  const cells = newCells();
  const holder = newMutex(cells, owners(1));
  holder.lockSync();
  const controller = new AbortController();
  const waiting = newMutex(cells, owners(2)).lock({ signal: controller.signal });
  const reason = { any: "value" };
  controller.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
  holder.unlock();
  assert.equal(holder.locked, false);
});

for (const order of ["unlock, abort", "abort, unlock"]) {
  test(`Mutex.lock: an abort in the instant of the wake-up loses nothing (${order})`, async () => {
    const cells = newCells();
    const holder = newMutex(cells, owners(1));
    holder.lockSync();
    const controller = new AbortController();
    const first = newMutex(cells, owners(2))
      .lock({ signal: controller.signal })
      .catch(() => Acquired.FAILED);
    const second = newMutex(cells, owners(3)).lock();
    const steps = { unlock: () => holder.unlock(), abort: () => controller.abort() };
    for (const step of order.split(", ")) steps[step as keyof typeof steps]();
    if (await first) newMutex(cells, owners(2)).unlock();
    assert.equal(await second, Acquired.TAKEN);
  });
}

test("Mutex.lock: aborted waiters before and after leave the others a lock that works", async () => {
  const cells = newCells();
  const holder = newMutex(cells, owners(1));
  holder.lockSync();
  let got = 0;
  let aborted = 0;
  const waits = Array.from({ length: 40 }, async (_, index) => {
    const controller = new AbortController();
    const mutex = newMutex(cells, owners(index + 2));
    if (index % 3 === 0) setImmediate(() => controller.abort());
    try {
      await mutex.lock({ signal: controller.signal });
      got++;
      mutex.unlock();
    } catch {
      aborted++;
    }
  });
  setImmediate(() => holder.unlock());
  await Promise.all(waits);
  assert.equal(got + aborted, 40);
  assert.ok(got >= 26, `${got} got the lock`);
  assert.equal(holder.locked, false);
});

test("Mutex: takes over from a dead owner in every face, and says so", async () => {
  const faces = [
    (mutex: ReturnType<typeof newMutex>) => mutex.tryLock(),
    (mutex: ReturnType<typeof newMutex>) => mutex.lockSync(),
    (mutex: ReturnType<typeof newMutex>) => mutex.lock(),
  ];
  for (const marks of [0, CONTENDED]) {
    for (const face of faces) {
      const cells = newCells();
      word(cells, LOCK).store(9 | marks);
      const mutex = newMutex(cells, owners(2, { dead: [9] }));
      assert.equal(await face(mutex), Acquired.OWNER_DIED);
      assert.equal(mutex.owner, 2);
      mutex.unlock();
      assert.equal(mutex.tryLock(), Acquired.TAKEN);
    }
  }
});

test("Mutex: looks after the owner while it waits, in both faces", async () => {
  const cells = newCells();
  word(cells, LOCK).store(9);
  const dead: number[] = [];
  const mutex = newMutex(cells, { ...owners(2, { dead }), look: (id) => dead.push(id) });
  assert.equal(mutex.lockSync(), Acquired.OWNER_DIED);
  dead.length = 0;
  word(cells, LOCK).store(9);
  assert.equal(await mutex.lock(), Acquired.OWNER_DIED);
});

test("Mutex with deaths: says so in every face, until it is mended; the count does not go back", async () => {
  const cells = newCells();
  const mutexOf = (self: ReturnType<typeof owners>) => new Mutex(word(cells, LOCK), self, word(cells, COUNTER));
  const mutex = mutexOf(owners(2, { dead: [9] }));
  const faces = [() => mutex.tryLock(), () => mutex.lockSync(), () => mutex.lock()];
  for (const [index, face] of faces.entries()) {
    word(cells, LOCK).store(9 | CONTENDED);
    assert.equal(await face(), Acquired.OWNER_DIED);
    assert.equal(mutex.known, index + 1);
    for (const next of faces) {
      mutex.unlock();
      assert.deepEqual([mutex.locked, mutex.owner, mutex.look()], [false, 0, { owner: 0, contended: false }]);
      assert.equal(
        mutex.whileFree(() => mutex.owner),
        2,
      );
      assert.equal(await next(), Acquired.TORN);
      assert.equal(mutex.unlockIfOwner(3), false);
      assert.equal(mutexOf(owners(3)).tryLock(), Acquired.FAILED);
      assert.equal(mutexOf(owners(3)).mend(), false);
    }
    assert.deepEqual([mutex.mend(), mutex.known, mutex.mend()], [true, 0, true]);
    assert.deepEqual([mutex.unlockIfOwner(2), mutex.mend(), mutex.tryLock()], [true, false, Acquired.TAKEN]);
    mutex.unlock();
    assert.throws(() => mutex.unlock(), RuntimeError);
  }
});

test("Mutex with deaths: a torn lock is handed to who waits, by whomever it is freed", async () => {
  const cells = newCells();
  const mutexOf = (self: ReturnType<typeof owners>) => new Mutex(word(cells, LOCK), self, word(cells, COUNTER));
  word(cells, LOCK).store(9);
  const heir = mutexOf(owners(1, { dead: [9] }));
  assert.equal(heir.lockSync(), Acquired.OWNER_DIED);
  const waiting = mutexOf(owners(2)).lock();
  mutexOf(owners(3)).unlock();
  assert.equal(await waiting, Acquired.TORN);
  assert.equal(heir.owner, 2);
});
