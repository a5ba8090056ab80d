/** Tests make the program's time stand still: what threads, locks and pools need of time goes on. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Pool, ThreadPool } from "heddle/multiprocessing";
import { Queue } from "heddle/queue";
import { Barrier, Condition, Event, Lock, Thread } from "heddle/threading";
import { sleep } from "heddle/time";

const NAMES = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
  "queueMicrotask",
];

/** Puts functions in the place of the global ones that do nothing, as hand-made fakes do. */
function fakeAll(): () => void {
  const real = Object.fromEntries(
    [...NAMES, "performance", "Date"].map((name) => [name, Reflect.get(globalThis, name)]),
  );
  const { nextTick, hrtime } = process;
  const { now } = performance;
  for (const name of NAMES) Reflect.set(globalThis, name, () => ({ ref() {}, unref() {}, hasRef: () => false }));
  Reflect.set(performance, "now", () => 0);
  Reflect.set(
    globalThis,
    "Date",
    Object.assign(() => "", { now: () => 0 }),
  );
  return () => {
    for (const [name, value] of Object.entries(real)) Reflect.set(globalThis, name, value);
    Object.assign(process, { nextTick, hrtime });
    Reflect.set(performance, "now", now);
  };
}

const fakes: Record<string, () => () => void> = {
  "mock.timers": () => {
    mock.timers.enable();
    return () => mock.timers.reset();
  },
  "hand-made fakes": fakeAll,
};

for (const [name, fake] of Object.entries(fakes)) {
  describe(name, () => {
    let restore = (): void => {};
    beforeEach(() => {
      restore = fake();
    });
    afterEach(() => restore());

    test("waits end at their timeouts", async () => {
      const lock = new Lock();
      lock.acquireSync();
      assert.equal(await lock.acquire({ timeout: 20 }), null);
      assert.equal(await new Event().wait({ timeout: 20 }), false);
      await assert.rejects(new Queue().get({ timeout: 20 }), { name: "Empty" });
      await assert.rejects(new Barrier(2).wait({ timeout: 20 }), { name: "BrokenBarrierError" });
      const condition = new Condition();
      assert.equal(await condition.withLock(() => condition.waitFor(() => false, { timeout: 20 })), false);
      await sleep(5);
      await sleep(0);
    });

    test("threads start, are joined, and used again", async () => {
      for (let n = 0; n < 3; n++)
        assert.equal(await new Thread({ target: (x: number) => x + 1, args: [n] }).start().result(), n + 1);
      const forever = new Thread({ target: () => new Event().waitSync() }).start();
      assert.equal(await forever.join({ timeout: 20 }), false);
      await forever.terminate();
    });

    test("pools of threads and of processes work and end", async () => {
      for (const Kind of [Pool, ThreadPool]) {
        const pool = new Kind(1);
        assert.deepEqual(await pool.map((x: number) => x * 2, [1, 2]), [2, 4]);
        await pool.terminate();
      }
    });
  });
}
