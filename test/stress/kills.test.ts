/**
 * Threads killed at random instants of every primitive, on more threads than cores: whoever is left goes on, nobody
 * hangs. HEDDLE_SOAK is the number of kills per primitive (`npm run test:soak`); a seed that failed is printed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Value } from "heddle/shared";
import {
  Barrier,
  Condition,
  Event,
  Latch,
  Lock,
  Once,
  OwnerDiedError,
  RLock,
  RWLock,
  Semaphore,
  Thread,
} from "heddle/threading";
import { until } from "../rig/threads.js";

const KILLS = Number(process.env["HEDDLE_SOAK"] ?? 4);
const SEED = Number(process.env["HEDDLE_SEED"] ?? Date.now() % 1_000_000);

/** A repeatable source of chance: mulberry32. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Two survivors and, one after another, threads that are killed, all in `step` over and over. */
async function killing(step: () => void): Promise<void> {
  const random = chance(SEED);
  const steps = new Value("i32");
  const stop = new Value("bool");
  const loop = (): void => {
    while (!stop.value) {
      step();
      steps.add(1);
    }
  };
  const survivors = [1, 2].map(() => new Thread({ target: loop, daemon: true }).start());
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const begun = new Event();
      const victim = new Thread({
        target: () => {
          begun.set();
          for (;;) step();
        },
        daemon: true,
      }).start();
      await begun.wait();
      await setTimeout(random() * 10);
      await victim.terminate();
      const before = steps.value;
      await until(() => steps.value > before + 2, `progress after kill ${kill} (HEDDLE_SEED=${SEED})`);
    }
    stop.value = true;
    for (const survivor of survivors) {
      assert.equal(await survivor.join({ timeout: 30_000 }), true, `a survivor hangs (HEDDLE_SEED=${SEED})`);
      await survivor.result();
    }
  } finally {
    for (const survivor of survivors) await survivor.terminate();
  }
}

test("Lock: survives its owners", async () => {
  const lock = new Lock();
  await killing(() => lock.withLockSync(() => {}, { recover: true }));
});

test("RLock: survives its owners at every depth", async () => {
  const lock = new RLock();
  await killing(() => {
    lock.withLockSync(() => lock.withLockSync(() => {}), { recover: true });
  });
});

test("RWLock: survives readers and writers", async () => {
  const lock = new RWLock();
  await killing(() => {
    lock.withReadSync(() => {}, { recover: true });
    lock.withWriteSync(() => {}, { recover: true });
  });
  assert.deepEqual(lock.statistics(), { readers: [], writer: null, waiting: 0 });
});

test("Condition: survives waiters and notifiers", async () => {
  const condition = new Condition();
  await killing(() => {
    condition.withLockSync(
      () => {
        condition.notify();
        try {
          condition.waitSync({ timeout: 2 });
        } catch (error) {
          // The last owner was killed: there is nothing to repair here, and the lock is held again.
          if (!(error instanceof OwnerDiedError)) throw error;
        }
      },
      { recover: true },
    );
  });
});

test("Semaphore: survives waiters; the permits of the dead stay taken", async () => {
  const semaphore = new Semaphore(0);
  await killing(() => {
    semaphore.release();
    semaphore.acquireSync({ timeout: 5 });
  });
});

test("Event: survives setters and waiters", async () => {
  const event = new Event();
  await killing(() => {
    event.set();
    event.clear();
    event.waitSync({ timeout: 2 });
  });
});

test("Barrier: parties that die break it, and a reset mends it", async () => {
  const barrier = new Barrier(2, { timeout: 200 });
  await killing(() => {
    try {
      barrier.waitSync();
    } catch (error) {
      if ((error as Error).name !== "BrokenBarrierError") throw error;
      barrier.reset();
    }
  });
});

test("Once: the next one takes the turn of a runner that died", async () => {
  const once = new Once();
  await killing(() => {
    try {
      once.runSync(() => {
        throw new RangeError("try again");
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  });
  assert.equal(
    once.runSync(() => {}),
    true,
  );
  assert.deepEqual(once.statistics(), { isDone: true, runner: null });
});

test("Latch: survives those who count and wait", async () => {
  const latch = new Latch(2 ** 31 - 1);
  await killing(() => {
    latch.countDown();
    latch.waitSync({ timeout: 1 });
  });
  latch.countDown(latch.count);
  assert.equal(await latch.wait(), true);
});
