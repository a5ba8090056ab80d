/** Items 24 to 31 of the conformance list, and who owns an RLock in async code. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { run, TaskGroup } from "heddle/asyncio";
import { DeadlockError, OwnerDiedError, RuntimeError, Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";
import { inThread, until } from "../rig/threads.js";
import { lockContract } from "./lock.js";

export function rlockContract({ Event, RLock, Value }: Classes): void {
  // #029: all common lock behaviours.
  lockContract("RLock", () => new RLock());

  test("#024 RLock: the owner acquires again without waiting, and releases as often", async () => {
    const lock = new RLock();
    for (let i = 0; i < 3; i++) lock.acquireSync();
    for (let i = 0; i < 3; i++) {
      assert.equal(await inThread(() => lock.tryAcquire() === null), true);
      lock.release();
    }
    assert.equal(lock.locked, false);
  });

  test("#025 RLock: releasing what nobody holds throws, also after balanced use", () => {
    const lock = new RLock();
    lock.acquireSync();
    lock.acquireSync();
    lock.release();
    lock.release();
    assert.throws(() => lock.release(), RuntimeError);
  });

  test("#026 RLock: another thread than the owner cannot release it", async () => {
    const lock = new RLock();
    lock.acquireSync();
    const name = await inThread(() => {
      try {
        lock.release();
        return "released";
      } catch (error) {
        return (error as Error).name;
      }
    });
    assert.equal(name, "RuntimeError");
    assert.equal(lock.locked, true);
    lock.release();
  });

  test("#027 #028 RLock: recursionCount and isOwned, for the owner and for others", async () => {
    const lock = new RLock();
    const seen = (): [number, boolean] => [lock.recursionCount, lock.isOwned];
    assert.deepEqual(seen(), [0, false]);
    lock.acquireSync();
    assert.deepEqual(seen(), [1, true]);
    lock.acquireSync();
    lock.acquireSync();
    assert.deepEqual(seen(), [3, true]);
    assert.deepEqual(await inThread(() => [lock.recursionCount, lock.isOwned]), [0, false]);
    lock.release();
    assert.deepEqual(seen(), [2, true]);
    lock.release();
    lock.release();
    assert.deepEqual(seen(), [0, false]);
  });

  test("#031 RLock.locked: true while any thread holds it", async () => {
    const lock = new RLock();
    lock.acquireSync();
    assert.equal(await inThread(() => lock.locked), true);
    lock.release();
    assert.equal(lock.locked, false);
  });

  test("RLock guards: each releases its own level, in any order, and none that was released by name", () => {
    const lock = new RLock();
    const [outer, inner] = [lock.acquireSync(), lock.acquireSync()];
    outer[Symbol.dispose]();
    outer[Symbol.dispose]();
    assert.equal(lock.recursionCount, 1);
    inner[Symbol.dispose]();
    assert.equal(lock.locked, false);
    const first = lock.acquireSync();
    const second = lock.acquireSync();
    lock.release();
    second[Symbol.dispose]();
    assert.equal(lock.recursionCount, 1);
    first[Symbol.dispose]();
    assert.equal(lock.locked, false);
  });

  test("RLock.withLock: re-entrant inside its body, exclusive between bodies of one thread", async () => {
    const lock = new RLock();
    let inside = 0;
    const body = async (): Promise<void> => {
      assert.equal(inside++, 0);
      await lock.withLock(async () => {
        assert.equal(lock.recursionCount, 2);
        await null;
      });
      inside--;
    };
    await Promise.all([lock.withLock(body), lock.withLock(body), lock.withLock(body)]);
    assert.equal(lock.locked, false);
  });

  test("RLock.withLock: what a body leaves running is not its owner any more", async () => {
    const lock = new RLock();
    let order = "";
    const late: Promise<void>[] = [];
    await lock.withLock(() => {
      for (const name of ["a", "b"]) {
        late.push(
          new Promise((resolve) => setImmediate(resolve)).then(() =>
            lock.withLock(async () => {
              order += name;
              await new Promise((resolve) => setImmediate(resolve));
              order += name;
            }),
          ),
        );
      }
    });
    await Promise.all(late);
    assert.equal(order, "aabb");
  });

  test("RLock.acquire: a bare one is a fresh owner that only its guard releases", async () => {
    const lock = new RLock();
    const held = await lock.acquire();
    assert.equal(lock.isOwned, false);
    assert.throws(() => lock.release(), RuntimeError);
    assert.equal(await lock.acquire({ timeout: 10 }), null);
    assert.throws(() => lock.acquireSync(), DeadlockError);
    held[Symbol.dispose]();
    assert.equal(lock.locked, false);
  });

  test("RLock: an asyncio task is an owner, and its sibling another one", async () => {
    const lock = new RLock();
    let inside = 0;
    await run(async () => {
      const body = async (): Promise<void> => {
        await lock.acquire();
        await lock.acquire();
        assert.equal(inside++, 0);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
        assert.equal(lock.recursionCount, 2);
        lock.release();
        lock.release();
      };
      await TaskGroup.run((group) => {
        for (let i = 0; i < 3; i++) group.createTask(body);
      });
    });
    assert.equal(lock.locked, false);
  });

  test("RLock: passes on from a thread that is terminated at depth 2, and tells the next one", async () => {
    const lock = new RLock();
    const held = new Event();
    const owner = new Thread({
      target: () => {
        lock.acquireSync();
        lock.acquireSync();
        held.set();
        new Event().waitSync();
      },
    }).start();
    await held.wait();
    const refused = assert.rejects(
      lock.withLock(() => 1),
      OwnerDiedError,
    );
    await owner.terminate();
    await refused;
    const next = lock.acquireSync();
    assert.deepEqual([next.ownerDied, lock.recursionCount], [true, 1]);
    next[Symbol.dispose]();
  });

  test("Value.lock: one lock for all threads, made when it is first asked for", async () => {
    const value = new Value("i32");
    const add = (): void => {
      for (let i = 0; i < 2000; i++) {
        value.withLockSync(() => {
          value.value += 1;
        });
      }
    };
    const other = new Thread({ target: add }).start();
    add();
    await other.join();
    assert.equal(value.value, 4000);
    assert.equal(value.lock, value.lock);
    const held = value.lock.acquireSync();
    assert.equal(await inThread(() => value.lock.tryAcquire()), null);
    held[Symbol.dispose]();
    await until(() => !value.lock.locked);
  });
}
