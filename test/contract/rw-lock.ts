/** What a RWLock does, in both faces; what becomes of it when an owner dies is in recovery.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Classes } from "../rig/realms.js";
import { inThread, inThreads, timed } from "../rig/threads.js";

export function rwLockContract({ Event, RWLock, Value }: Classes): void {
  const unlocked = { readers: [], writer: null, waiting: 0 };

  test("RWLock: readers come in together, a writer alone", async () => {
    const lock = new RWLock();
    const readers = [lock.acquireReadSync(), await lock.acquireRead(), lock.tryAcquireRead()!];
    assert.equal(lock.statistics().readers.length, 3);
    assert.equal(lock.tryAcquireWrite(), null);
    for (const reader of readers) reader[Symbol.dispose]();
    const writer = lock.tryAcquireWrite()!;
    assert.notEqual(lock.statistics().writer, null);
    assert.deepEqual([lock.tryAcquireRead(), lock.tryAcquireWrite()], [null, null]);
    writer[Symbol.dispose]();
    assert.deepEqual(lock.statistics(), unlocked);
  });

  test("RWLock: a guard releases its own acquisition, once; by name goes what came last", () => {
    const lock = new RWLock();
    const [first, second] = [lock.acquireReadSync(), lock.acquireReadSync()];
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    assert.equal(lock.statistics().readers.length, 1);
    assert.throws(() => lock.releaseWrite(), { name: "RuntimeError" });
    lock.releaseRead();
    second[Symbol.dispose]();
    assert.throws(() => lock.releaseRead(), { name: "RuntimeError" });
    assert.deepEqual(lock.statistics(), unlocked);
  });

  test("RWLock: null after the timeout, and it is sound afterwards", async () => {
    const lock = new RWLock();
    const writing = lock.acquireWriteSync();
    const waits = {
      read: () => lock.acquireRead({ timeout: 30 }),
      readSync: () => lock.acquireReadSync({ timeout: 30 }),
      write: () => lock.acquireWrite({ timeout: 30 }),
      writeSync: () => lock.acquireWriteSync({ timeout: 30 }),
    };
    for (const [name, wait] of Object.entries(waits))
      assert.ok((await timed(async () => assert.equal(await wait(), null, name))) >= 20, name);
    await assert.rejects(
      lock.withRead(() => 0, { timeout: 0 }),
      { name: "TimeoutError" },
    );
    assert.throws(() => lock.withWriteSync(() => 0, { timeout: 0 }), { name: "TimeoutError" });
    writing[Symbol.dispose]();
    assert.deepEqual(lock.statistics(), unlocked);
    assert.deepEqual([lock.withReadSync(() => 1), await lock.withWrite(() => 2)], [1, 2]);
  });

  test("RWLock: first come, first served: who comes after a waiting writer waits for it", async () => {
    const lock = new RWLock();
    const order: string[] = [];
    const reading = lock.acquireReadSync();
    const writer = lock.withWrite(() => order.push("writer"));
    const reader = lock.withRead(() => order.push("reader"));
    const last = lock.withWrite(() => order.push("last"));
    assert.equal(lock.statistics().waiting, 3);
    assert.equal(lock.tryAcquireRead(), null);
    reading[Symbol.dispose]();
    await Promise.all([writer, reader, last]);
    assert.deepEqual(order, ["writer", "reader", "last"]);
  });

  test("RWLock: a writer that gives up lets those behind it in", async () => {
    const lock = new RWLock();
    const reading = lock.acquireReadSync();
    const abort = new AbortController();
    const aborted = lock.acquireWrite({ signal: abort.signal });
    const behind = lock.acquireRead();
    const reason = new Error("enough");
    abort.abort(reason);
    await assert.rejects(aborted, (error) => error === reason);
    (await behind)[Symbol.dispose]();
    reading[Symbol.dispose]();
    assert.deepEqual(lock.statistics(), unlocked);
  });

  test("RWLock: what a body throws comes through, and the lock is free", async () => {
    const lock = new RWLock();
    const fail = (): never => {
      throw new RangeError("far");
    };
    const far = { name: "RangeError", message: "far" };
    assert.throws(() => lock.withReadSync(fail), far);
    assert.throws(() => lock.withWriteSync(fail), far);
    await assert.rejects(lock.withRead(fail), far);
    await assert.rejects(lock.withWrite(fail), far);
    assert.deepEqual(lock.statistics(), unlocked);
  });

  test("RWLock: a writer in a thread waits for the readers of another, who see nothing of it before", async () => {
    const lock = new RWLock();
    const [value, isComing] = [new Value("i32"), new Event()];
    const reading = lock.acquireReadSync();
    const written = inThread(() => {
      isComing.set();
      return lock.withWriteSync(() => value.add(1));
    });
    await isComing.wait();
    assert.equal(value.value, 0);
    reading[Symbol.dispose]();
    await written;
    assert.equal(
      lock.withReadSync(() => value.value),
      1,
    );
  });

  test("RWLock: writers are alone among threads of both kinds, and no write is lost", async () => {
    const lock = new RWLock();
    const [one, two] = [new Value("i32"), new Value("i32")];
    const bump = (value: typeof one): void => {
      const seen = value.value; // two steps: whoever is inside as well would lose one
      value.value = seen + 1;
    };
    const torn = await inThreads(4, async (index) => {
      let differing = 0;
      for (let i = 0; i < 300; i++) {
        const write = (): void => {
          bump(one);
          bump(two);
        };
        if (index % 2 === 0) await (i % 2 === 0 ? lock.withWrite(write) : lock.withWriteSync(write));
        else lock.withReadSync(() => (differing += one.value === two.value ? 0 : 1));
      }
      return differing;
    });
    assert.deepEqual(torn, [0, 0, 0, 0]);
    assert.deepEqual([one.value, two.value], [600, 600]);
    assert.deepEqual(lock.statistics(), unlocked);
  });
}
