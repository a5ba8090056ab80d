/** Items 32 to 50 of the conformance list (items about processes apart). */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as threading from "heddle/threading";
import { type Condition, type Lock, OwnerDiedError, type RLock, RuntimeError, Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";
import { inThread, inThreads, timed, until } from "../rig/threads.js";
import { lockContract } from "./lock.js";

export function conditionContract({ Condition, Event, Lock, Value }: Classes): void {
  // #047: Condition has the API and the rules of its lock; #034: `with` locks it.
  lockContract("Condition", () => new Condition());
  lockContract("Condition(Lock)", () => new Condition(new Lock()));

  /** How many wait, once nobody holds the lock. */
  const waiting = (condition: Condition): number | null => condition.statistics().waiting;

  test("#032 Condition: its default lock is an RLock", () => {
    const condition = new Condition();
    assert.ok(condition.lock instanceof threading.RLock);
    condition.acquireSync();
    condition.acquireSync();
    condition.release();
    condition.release();
    assert.throws(() => condition.release(), RuntimeError);
  });

  test("#033 Condition: a given Lock is the one that it locks", () => {
    const lock = new Lock();
    const condition = new Condition(lock);
    const held = condition.acquireSync();
    assert.equal(lock.tryAcquire(), null);
    assert.equal(condition.tryAcquire(), null);
    held[Symbol.dispose]();
    assert.equal(lock.locked, false);
    assert.throws(() => new Condition({} as Lock), TypeError);
  });

  for (const condition of [new Condition(), new Condition(new Lock())]) {
    test(`#035 #036 Condition(${condition.lock.constructor.name}): wait and notify need the lock`, async () => {
      assert.throws(() => condition.waitSync(), RuntimeError);
      await assert.rejects(condition.wait(), RuntimeError);
      assert.throws(() => condition.notify(), RuntimeError);
      assert.throws(() => condition.notifyAll(), RuntimeError);
    });
  }

  test("#037 #038 #039 #042 Condition.notify: wakes n of those who wait, after the lock is free", async () => {
    const condition = new Condition();
    const [woken, notifying, beside] = [new Value("i32"), new Value("bool"), new Value("i32")];
    const waiters = inThreads(5, () => {
      condition.withLockSync(() => {
        const notified = condition.waitSync();
        if (notifying.value) beside.add(1);
        woken.value += 1;
        return notified;
      });
      return condition.withLockSync(() => {
        const notified = condition.waitSync();
        woken.value += 1;
        return notified;
      });
    });
    await until(() => waiting(condition) === 5);
    condition.withLockSync(() => {
      notifying.value = true;
      condition.notify(3);
      // Time enough for one who does not wait for the lock.
      for (let look = 0; look < 200_000; look++) if (woken.value !== 0) break;
      assert.equal(woken.value, 0, "ran beside the notifier");
      notifying.value = false;
    });
    await until(() => woken.value === 3 && waiting(condition) === 5);
    condition.withLockSync(() => condition.notify(5));
    // The two that were left come back to wait once more, the three are through.
    await until(() => woken.value === 8 && waiting(condition) === 2);
    condition.withLockSync(() => condition.notifyAll());
    assert.deepEqual(await waiters, [true, true, true, true, true]);
    assert.deepEqual([woken.value, beside.value], [10, 0]);
  });

  test("#037 #038 #039 Condition.notify: wakes those who await in their order, after the lock is free", async () => {
    const condition = new Condition();
    const woken: number[] = [];
    const waiters = [0, 1, 2, 3, 4].map((index) =>
      condition.withLock(async () => {
        const notified = await condition.wait();
        woken.push(index);
        return notified;
      }),
    );
    await until(() => waiting(condition) === 5);
    await condition.withLock(async () => {
      condition.notify(2);
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      assert.deepEqual(woken, [], "ran beside the notifier");
    });
    await until(() => woken.length === 2);
    assert.deepEqual([woken, waiting(condition)], [[0, 1], 3]);
    await condition.withLock(() => condition.notifyAll());
    assert.deepEqual(await Promise.all(waiters), Array(5).fill(true));
    assert.deepEqual(woken.toSorted(), [0, 1, 2, 3, 4]);
  });

  test("#042 Condition.notify: who awaits and who blocks are served in the order in which they came", async () => {
    const condition = new Condition();
    const threadWoken = new Value("bool");
    const first = condition.withLock(() => condition.wait());
    await until(() => waiting(condition) === 1);
    const second = inThread(() =>
      condition.withLockSync(() => {
        threadWoken.value = condition.waitSync();
      }),
    );
    await until(() => waiting(condition) === 2);
    condition.withLockSync(() => condition.notify());
    assert.equal(await first, true);
    assert.equal(threadWoken.value, false);
    assert.equal(waiting(condition), 1);
    await condition.withLock(() => condition.notify());
    await second;
    assert.equal(threadWoken.value, true);
  });

  test("#040 Condition.notify: wakes those there are, and is not remembered", async () => {
    const condition = new Condition();
    const waiter = condition.withLock(() => condition.wait());
    await until(() => waiting(condition) === 1);
    condition.withLockSync(() => condition.notify(4));
    assert.equal(await waiter, true);
    condition.withLockSync(() => assert.equal(condition.waitSync({ timeout: 20 }), false));
  });

  test("#041 #050 Condition.wait: false after the timeout, holding the lock again", async () => {
    const condition = new Condition();
    condition.withLockSync(() => {
      assert.equal(condition.waitSync({ timeout: 0 }), false);
    });
    const took = await timed(() =>
      condition.withLock(async () => {
        assert.equal(await condition.wait({ timeout: 50 }), false);
        assert.equal((condition.lock as RLock).isOwned, true);
      }),
    );
    assert.ok(took >= 30, `${took} ms`);
    condition.withLockSync(() => assert.equal(condition.waitSync({ timeout: 30 }), false));
    assert.deepEqual(condition.statistics(), { locked: false, owner: null, waiting: 0 });
  });

  test("#043 #044 Condition.waitFor: asks again after each notification", async () => {
    const condition = new Condition();
    const state = new Value("i32");
    const waiter = inThread(() =>
      condition.withLockSync(() => {
        let asked = 0;
        const reached = condition.waitForSync(() => {
          asked++;
          return state.value === 4;
        });
        return [reached, asked] as const;
      }),
    );
    for (let step = 1; step <= 4; step++) {
      await until(() => waiting(condition) === 1);
      condition.withLockSync(() => {
        state.value = step;
        condition.notify();
      });
    }
    assert.deepEqual(await waiter, [true, 5]);
  });

  test("#045 Condition.waitFor: the timeout holds for all notifications together", async () => {
    const condition = new Condition();
    const stop = new Value("bool");
    const nagging = inThread(() => {
      while (!stop.value) condition.withLockSync(() => condition.notify());
    });
    const took = await timed(() =>
      condition.withLock(async () => assert.equal(await condition.waitFor(() => false, { timeout: 60 }), false)),
    );
    assert.ok(took >= 40, `${took} ms`);
    stop.value = true;
    await nagging;
  });

  for (const face of ["async", "sync"] as const) {
    test(`#046 Condition.wait (${face}): gives up all levels and takes them again`, async () => {
      const condition = new Condition();
      const lock = condition.lock as RLock;
      const notifier = new Thread({
        target: () => {
          while (condition.statistics().waiting !== 1) condition.withLockSync(() => {});
          condition.withLockSync(() => condition.notify());
        },
      }).start();
      if (face === "sync") {
        condition.withLockSync(() =>
          condition.withLockSync(() => {
            assert.equal(condition.waitSync(), true);
            assert.equal(lock.recursionCount, 2);
          }),
        );
      } else {
        await condition.withLock(() =>
          condition.withLock(async () => {
            assert.equal(await condition.wait(), true);
            assert.equal(lock.recursionCount, 2);
          }),
        );
      }
      assert.equal(condition.locked, false);
      await notifier.join();
    });
  }

  test("#049 Condition: six that time out leave it clean", async () => {
    const condition = new Condition();
    const results = await Promise.all([
      ...[1, 2, 3].map(() => condition.withLock(() => condition.wait({ timeout: 30 }))),
      ...[1, 2, 3].map(() => inThread(() => condition.withLockSync(() => condition.waitSync({ timeout: 30 })))),
    ]);
    assert.deepEqual(results, Array(6).fill(false));
    assert.deepEqual(condition.statistics(), { locked: false, owner: null, waiting: 0 });
  });

  test("Condition.wait: an abort rejects holding the lock, and the waiter's notification is not lost", async () => {
    const condition = new Condition();
    const abort = new AbortController();
    let owned = false;
    const aborted = condition.withLock(async () => {
      try {
        await condition.wait({ signal: abort.signal });
      } finally {
        owned = (condition.lock as RLock).isOwned;
      }
    });
    const patient = condition.withLock(() => condition.wait());
    await until(() => waiting(condition) === 2);
    // Both in one turn: the first is notified and aborted.
    condition.withLockSync(() => condition.notify());
    abort.abort(new Error("enough"));
    const [first] = await Promise.allSettled([aborted]);
    assert.equal(owned, true);
    if (first.status === "fulfilled") condition.withLockSync(() => condition.notify());
    assert.equal(await patient, true);
    assert.equal(condition.locked, false);
  });

  test("Condition.notify: passes over a waiter that was terminated", async () => {
    const condition = new Condition();
    const stays = new Event();
    const doomed = new Thread({
      target: () => {
        condition.withLockSync(() => condition.waitSync());
        stays.set();
      },
    }).start();
    await until(() => waiting(condition) === 1);
    await doomed.terminate();
    const patient = condition.withLock(() => condition.wait());
    await until(() => waiting(condition) === 2);
    condition.withLockSync(() => condition.notify());
    assert.equal(await patient, true);
    assert.equal(stays.isSet, false);
  });

  for (const make of [() => new Condition(new Lock()), () => new Condition()]) {
    const name = make().lock.constructor.name;

    test(`Condition(${name}).wait: the waiter releases what it took back, though others of its thread had it`, async () => {
      const condition = make();
      let ready = false;
      const waiter = condition.withLock(() => condition.waitFor(() => ready));
      await condition.withLock(() => {
        ready = true;
        condition.notify();
      });
      assert.equal(await waiter, true);
      assert.equal(condition.locked, false);
    });

    test(`Condition(${name}).wait: a guard that was disposed meanwhile stays stale`, async () => {
      const condition = make();
      const first = condition.acquireSync();
      const wait = condition.wait({ timeout: 20 });
      const second = condition.acquireSync();
      second[Symbol.dispose]();
      assert.equal(await wait, false);
      second[Symbol.dispose]();
      assert.equal(condition.locked, true);
      first[Symbol.dispose]();
      assert.equal(condition.locked, false);
      const third = condition.acquireSync();
      for (const stale of [first, second]) stale[Symbol.dispose]();
      assert.equal(condition.locked, true);
      third[Symbol.dispose]();
      assert.equal(condition.locked, false);
    });
  }

  for (const make of [() => new Condition(new Lock()), () => new Condition()]) {
    const name = make().lock.constructor.name;

    /** Starts a thread that takes the lock, does `first`, and keeps the lock until it is terminated. */
    const startDoomed = async (condition: Condition, first: () => void): Promise<Thread> => {
      const isIn = new Event();
      const doomed = new Thread({
        target: () => {
          condition.acquireSync();
          first();
          isIn.set();
          new Event().waitSync();
        },
      }).start() as Thread;
      await isIn.wait();
      return doomed;
    };

    test(`Condition(${name}).wait: tells that the last owner died, holding the lock`, async () => {
      const condition = make();
      for (const wait of [() => condition.wait(), () => condition.waitFor(() => false)]) {
        const body = async (): Promise<void> => {
          await assert.rejects(wait(), OwnerDiedError);
          assert.equal(condition.locked, true);
          // It has been told once.
          assert.equal(await condition.wait({ timeout: 1 }), false);
        };
        const waiter = condition.withLock(body, { recover: true });
        const doomed = await startDoomed(condition, () => condition.notify());
        await doomed.terminate();
        await waiter;
        assert.deepEqual(condition.statistics(), { locked: false, owner: null, waiting: 0 });
      }
    });

    test(`Condition(${name}).waitSync: tells that the last owner died, holding the lock`, async () => {
      const condition = make();
      const waiter = new Thread({
        target: () =>
          condition.withLockSync(() => {
            try {
              return String(condition.waitSync());
            } catch (error) {
              return `${(error as Error).name}, locked: ${condition.locked}`;
            }
          }),
      }).start();
      await until(() => waiting(condition) === 1);
      const doomed = await startDoomed(condition, () => condition.notify());
      await doomed.terminate();
      assert.equal(await waiter.result(), "OwnerDiedError, locked: true");
      assert.equal(condition.locked, false);
    });

    test(`Condition(${name}).wait: who is told of a death hands its notification on`, async () => {
      const condition = make();
      const told = condition.withLock(() => assert.rejects(condition.wait(), OwnerDiedError), { recover: true });
      const patient = condition.withLock(() => condition.wait());
      await until(() => waiting(condition) === 2);
      const doomed = await startDoomed(condition, () => condition.notify());
      await doomed.terminate();
      await told;
      assert.equal(await patient, true);
    });

    test(`Condition(${name}).wait: a death is not hidden by an abort`, async () => {
      const condition = make();
      const abort = new AbortController();
      const waiter = condition.withLock(() => condition.wait({ signal: abort.signal }));
      await until(() => waiting(condition) === 1);
      const doomed = await startDoomed(condition, () => {});
      const reason = new Error("enough");
      abort.abort(reason);
      // May come before the termination is over.
      const refused = assert.rejects(waiter, (error) => error instanceof OwnerDiedError && error.cause === reason);
      await doomed.terminate();
      await refused;
      assert.equal(condition.locked, false);
    });
  }
}
