/** Items 78 to 93 of the conformance list (items about processes apart). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Barrier, BrokenBarrierError, Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";
import { inThread, inThreads, timed, until } from "../rig/threads.js";

export function barrierContract({ Barrier, Value }: Classes): void {
  /** Waits in a thread. @returns the index, or the name of the error */
  const outcome = (barrier: Barrier): number | string => {
    try {
      return barrier.waitSync();
    } catch (error) {
      return (error as Error).name;
    }
  };

  const BROKEN = "BrokenBarrierError";

  test("#078 Barrier: parties are 1 or more", () => {
    for (const wrong of [0, -1, 1.5]) assert.throws(() => new Barrier(wrong), RangeError);
    assert.throws(() => new Barrier("2" as unknown as number), TypeError);
    assert.equal(new Barrier(3).parties, 3);
  });

  test("#079 #080 #092 Barrier: threads stay in lockstep, use after use", async () => {
    const barrier = new Barrier(3);
    const counts = [new Value("i32"), new Value("i32")] as const;
    const rounds = 50;
    const inStep = await inThreads(3, () => {
      for (let round = 0; round < rounds; round++) {
        counts[0].add(1);
        barrier.waitSync();
        if (counts[0].value !== 3 * (round + 1)) return false;
        barrier.waitSync();
      }
      return true;
    });
    assert.deepEqual(inStep, [true, true, true]);
    assert.deepEqual(barrier.statistics(), { parties: 3, waiting: 0, broken: false });
  });

  test("#081 #093 Barrier.wait: every index is given once, in both faces", async () => {
    const barrier = new Barrier(4);
    const others = inThreads(2, () => barrier.waitSync());
    const all = (await Promise.all([others, barrier.wait(), barrier.wait()])).flat();
    assert.deepEqual(all.sort(), [0, 1, 2, 3]);
  });

  test("#082 Barrier: the action runs once per passage, before anybody goes on", async () => {
    const runs = new Value("i32");
    const barrier = new Barrier(3, {
      action: () => {
        runs.add(1);
      },
    });
    const seen = inThreads(2, () => {
      barrier.waitSync();
      const first = runs.value;
      barrier.waitSync();
      return first;
    });
    await barrier.wait();
    assert.equal(runs.value, 1);
    await barrier.wait();
    assert.deepEqual(await seen, [1, 1]);
    assert.equal(runs.value, 2);
  });

  test("#083 #085 Barrier.abort: present and later waits throw, until a reset", async () => {
    const barrier = new Barrier(3);
    const waiters = inThreads(2, () => outcome(barrier));
    await until(() => barrier.nWaiting === 2);
    barrier.abort();
    assert.deepEqual(await waiters, [BROKEN, BROKEN]);
    assert.equal(barrier.broken, true);
    assert.throws(() => barrier.waitSync(), BrokenBarrierError);
    await assert.rejects(barrier.wait(), BrokenBarrierError);
    barrier.reset();
    assert.equal(barrier.broken, false);
    const again = inThreads(2, () => outcome(barrier));
    const here = await barrier.wait();
    assert.deepEqual([...(await again), here].sort(), [0, 1, 2]);
  });

  test("#084 Barrier.reset: sends present waiters away and leaves it usable", async () => {
    const barrier = new Barrier(3);
    const waiters = inThreads(2, () => outcome(barrier));
    await until(() => barrier.nWaiting === 2);
    barrier.reset();
    assert.deepEqual(await waiters, [BROKEN, BROKEN]);
    assert.deepEqual(barrier.statistics(), { parties: 3, waiting: 0, broken: false });
  });

  test("#086 #087 #088 Barrier: a timeout breaks it for everyone; wait's own comes before the default", async () => {
    const barrier = new Barrier(3, { timeout: 60_000 });
    const patient = inThread(() => outcome(barrier));
    await until(() => barrier.nWaiting === 1);
    const took = await timed(() => assert.rejects(barrier.wait({ timeout: 50 }), BrokenBarrierError));
    assert.ok(took >= 30, `${took} ms`);
    assert.equal(await patient, BROKEN);
    const hasty = new Barrier(2, { timeout: 50 });
    assert.ok((await timed(() => assert.throws(() => hasty.waitSync(), BrokenBarrierError))) >= 30);
    assert.equal(hasty.broken, true);
  });

  test("#089 Barrier(1): never blocks", async () => {
    const barrier = new Barrier(1);
    for (let i = 0; i < 3; i++) assert.deepEqual([barrier.waitSync(), await barrier.wait()], [0, 0]);
  });

  test("#091 Barrier: an action that throws breaks it, and its thread gets the error", async () => {
    const barrier = new Barrier(2, {
      action: () => {
        throw new RangeError("from the action");
      },
    });
    const other = inThread(() => outcome(barrier));
    let here: number | string = "";
    try {
      here = await barrier.wait();
    } catch (error) {
      here = (error as Error).name;
    }
    assert.deepEqual([here, await other].sort(), [BROKEN, "RangeError"]);
    assert.equal(barrier.broken, true);
  });

  test("Barrier: an aborted wait breaks it and rejects with the reason", async () => {
    const barrier = new Barrier(3);
    const abort = new AbortController();
    const patient = inThread(() => outcome(barrier));
    const aborted = barrier.wait({ signal: abort.signal });
    await until(() => barrier.nWaiting === 2);
    const reason = new Error("enough");
    abort.abort(reason);
    await assert.rejects(aborted, (error) => error === reason);
    assert.equal(await patient, BROKEN);
    assert.equal(barrier.broken, true);
  });

  test("Barrier: a thread that is terminated as it waits breaks it for those who wait without a timeout", async () => {
    const barrier = new Barrier(4);
    const doomed = new Thread({ target: () => barrier.waitSync() }).start();
    const others = inThreads(1, () => outcome(barrier));
    const here = assert.rejects(barrier.wait(), BrokenBarrierError);
    await until(() => barrier.nWaiting === 3);
    await doomed.terminate();
    assert.deepEqual(await others, [BROKEN]);
    await here;
  });
}
