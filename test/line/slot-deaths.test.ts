/** Workers of a line in memory die: each task has one outcome, is lost with the worker that had begun it, or runs elsewhere. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Value } from "heddle/shared";
import { processRealm } from "#heddle/memory/process-realm.js";
import { Lost, Rig } from "./rig.js";

const echo = (value: unknown): unknown => value;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("slot line: deaths", { timeout: 120_000 }, () => {
  test("a worker that exits loses the task that it runs, and no other", async () => {
    await using rig = new Rig(2);
    await Promise.all(rig.ready);
    const before = numbers(50).map((i) => rig.run(echo, i));
    const dead = rig.run(() => process.exit(3));
    const after = numbers(5000).map((i) => rig.run(echo, i));
    await assert.rejects(dead, Lost);
    assert.deepEqual(await Promise.all(before), numbers(50));
    assert.deepEqual(await Promise.all(after), numbers(5000));
    assert.equal(rig.lost.length, 1);
  });

  test("the only worker dies: what waits is run by the next", async () => {
    await using rig = new Rig(1);
    rig.isReplacing = true;
    const dead = rig.run(() => process.exit(3));
    const rest = numbers(500).map((i) => rig.run(echo, i));
    await assert.rejects(dead, Lost);
    assert.deepEqual(await Promise.all(rest), numbers(500));
  });

  test("what is lost may be offered again, with the payload that it had", async () => {
    await using rig = new Rig(1);
    rig.isReplacing = true;
    rig.onLost = (task) => rig.offer(task);
    const deaths = new Value("i32");
    const dieTwice = ([value]: [unknown]): unknown => {
      if (deaths.add(1) < 2) process.exit(1);
      return value;
    };
    const long = "x".repeat(10_000);
    assert.equal(await rig.run(dieTwice, [long], { again: true }), long);
    assert.equal(rig.lost.length, 2);
  });

  test("a result that was not announced when its worker died is told", async () => {
    await using rig = new Rig(1);
    rig.isReplacing = true;
    await Promise.all(rig.ready);
    // The owner does not look while the worker gives results, and is killed.
    const tasks = numbers(100).map((i) => rig.submit(echo, i));
    await Promise.resolve();
    const [handle] = rig.handles.values();
    await handle!.terminate();
    const outcomes = await Promise.allSettled(tasks.map(({ promise }) => promise));
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled") assert.equal(outcome.value, i);
      else assert.ok(outcome.reason instanceof Lost);
    }
    assert.ok(rig.lost.length <= 1, `${rig.lost.length} tasks were lost with one worker`);
  });

  test("50 random kills: every task has its own result or is lost; nothing hangs, nothing is left", async () => {
    const spin = (value: number): number => {
      const end = performance.now() + 0.05;
      while (performance.now() < end);
      return value;
    };
    const text = (value: number): string => "x".repeat(value);
    {
      await using warm = new Rig(3);
      await warm.run(text, 5000);
    }
    const { used } = processRealm().allocator.statistics();
    let [kills, lost, threads] = [0, 0, 0];
    while (kills < 50) {
      const rig = new Rig(3);
      rig.isReplacing = true;
      await Promise.all(rig.ready);
      const fns = [echo, spin, echo, text, echo];
      const tasks = numbers(3000).map((i) => rig.submit(fns[i % fns.length] as typeof echo, i));
      const all = Promise.allSettled(tasks.map(({ promise }) => promise));
      let doneAtKill = 300 * Math.random();
      let done = 0;
      rig.onDone = () => {
        if (++done < doneAtKill || rig.joined.size < 2) return;
        doneAtKill = done + 300 * Math.random();
        const workers = [...rig.joined];
        const worker = workers[Math.floor(Math.random() * workers.length)]!;
        rig.joined.delete(worker);
        void rig.handles.get(worker)?.terminate();
        kills++;
      };
      const outcomes = await all;
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.status === "rejected") assert.ok(outcome.reason instanceof Lost, String(outcome.reason));
        else if (fns[i % fns.length] === text) assert.equal((outcome.value as string).length, i);
        else assert.equal(outcome.value, i);
      }
      assert.ok(tasks.every(({ outcomes: count }) => count <= 1));
      assert.ok(rig.lost.length <= rig.ready.length, `${rig.lost.length} tasks lost by ${rig.ready.length} workers`);
      lost += rig.lost.length;
      threads += rig.ready.length;
      await rig.close();
    }
    const after = processRealm().allocator.statistics();
    assert.equal(after.pending, 0);
    // The table of threads keeps a name for each thread that there was.
    assert.ok(
      after.used <= used + 64 * threads,
      `${after.used - used} bytes are left after ${threads} threads, ${lost} lost`,
    );
  });
});
