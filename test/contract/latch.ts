/** What a Latch does, in both faces. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Classes } from "../rig/realms.js";
import { inThreads, timed, until } from "../rig/threads.js";

export function latchContract({ Latch, Value }: Classes): void {
  test("Latch: counts down, and refuses steps that are not left", () => {
    const latch = new Latch(5);
    latch.countDown();
    latch.countDown(2);
    assert.deepEqual(latch.statistics(), { count: 2 });
    const tooMany = { name: "RangeError", message: "Cannot count down by 3: the latch has 2 left" };
    assert.throws(() => latch.countDown(3), tooMany);
    for (const steps of [0, -1, 0.5, Number.NaN]) assert.throws(() => latch.countDown(steps), { name: "RangeError" });
    assert.equal(latch.count, 2);
    latch.countDown(2);
    assert.throws(() => latch.countDown(), { name: "RangeError" });
    assert.equal(latch.count, 0);
  });

  test("Latch: one of 0 steps is open; without a number it has one", async () => {
    const open = new Latch(0);
    assert.equal(open.waitSync(), true);
    assert.equal(await open.wait({ timeout: 0 }), true);
    assert.equal(new Latch().count, 1);
  });

  test("Latch.wait: false after the timeout, and nothing has changed", async () => {
    const latch = new Latch();
    assert.equal(latch.waitSync({ timeout: 0 }), false);
    assert.equal(await latch.wait({ timeout: 0 }), false);
    assert.ok((await timed(() => assert.equal(latch.waitSync({ timeout: 50 }), false))) >= 30);
    assert.ok((await timed(async () => assert.equal(await latch.wait({ timeout: 50 }), false))) >= 30);
    assert.equal(latch.count, 1);
  });

  test("Latch: all who wait in threads and here go on at the last step, and it stays open", async () => {
    const latch = new Latch(3);
    const [arrived, through] = [new Value("i32"), new Value("i32")];
    const waiters = inThreads(3, () => {
      arrived.add(1);
      const opened = latch.waitSync();
      through.add(1);
      return [opened, latch.count, latch.waitSync({ timeout: 0 })];
    });
    const here = [latch.wait(), latch.wait({ timeout: 60_000 })];
    await until(() => arrived.value === 3);
    latch.countDown(2);
    assert.equal(through.value, 0);
    latch.countDown();
    assert.deepEqual(await waiters, Array(3).fill([true, 0, true]));
    assert.deepEqual(await Promise.all(here), [true, true]);
  });

  test("Latch: no step of many threads is lost", async () => {
    const latch = new Latch(4 * 500);
    const refused = inThreads(4, () => {
      for (let i = 0; i < 500; i++) latch.countDown();
      latch.waitSync();
      try {
        latch.countDown();
        return "counted";
      } catch (error) {
        return (error as Error).name;
      }
    });
    assert.equal(await latch.wait(), true);
    assert.deepEqual(await refused, Array(4).fill("RangeError"));
    assert.equal(latch.count, 0);
  });

  test("Latch: an aborted wait rejects with the signal's reason, and others go on waiting", async () => {
    const latch = new Latch();
    const abort = new AbortController();
    const aborted = latch.wait({ signal: abort.signal });
    const patient = latch.wait();
    const reason = new Error("enough");
    abort.abort(reason);
    await assert.rejects(aborted, (error) => error === reason);
    latch.countDown();
    assert.equal(await patient, true);
  });
}
