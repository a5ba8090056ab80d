/** When a Timer is finished. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "heddle/shared";
import { Event, Timer } from "heddle/threading";
import { runProgram } from "./program.js";

test("finished waits for an async function", async () => {
  const [go, done] = [new Event(), new Value("bool")];
  const timer = new Timer(0, async () => {
    await go.wait();
    done.value = true;
    return 7;
  }).start();
  assert.equal(await timer.finished.wait({ timeout: 20 }), false);
  go.set();
  assert.equal(await timer.finished.wait(), true);
  assert.equal(done.value, true);
  assert.equal(await timer.result(), 7);
});

test("finished is set when the function throws, at once or later; the error is the thread's", async () => {
  for (const target of [
    () => {
      throw new RangeError("far");
    },
    async () => {
      await Promise.resolve();
      throw new RangeError("far");
    },
  ]) {
    const timer = new Timer(0, target).start();
    assert.equal(await timer.finished.wait(), true);
    await assert.rejects(timer.result(), { name: "RangeError", message: "far" });
  }
});

test("finished is set when the timer is cancelled, and the function is not called", async () => {
  const timer = new Timer(60_000, () => "called").start();
  timer.cancel();
  assert.equal(await timer.finished.wait(), true);
  assert.equal(await timer.result(), undefined);
});

test("finished is set when the function ends its thread, or the thread is terminated", async () => {
  const leaving = new Timer(0, () => process.exit(0)).start();
  assert.equal(await leaving.finished.wait(), true);
  await leaving.join();
  const running = new Event();
  const busy = new Timer(0, () => {
    running.set();
    for (;;);
  }).start();
  await running.wait();
  await busy.terminate();
  assert.equal(busy.finished.isSet, true);
});

test("a rejection that nobody takes is reported as of any thread", async () => {
  const { stderr, code } = await runProgram(`import { Timer } from "heddle/threading";
    const timer = new Timer(1, async () => { throw new RangeError("far"); }, { name: "late" }).start();
    await timer.finished.wait();`);
  assert.match(stderr, /^Exception in thread late:\nRangeError: far/);
  assert.equal(code, 1);
});

test("a thread and a process end with their target: what it leaves behind is dropped", async () => {
  const ended = await runProgram(`import { Process, ThreadPool } from "heddle/multiprocessing";
    import { Thread } from "heddle/threading";
    const leave = (name) => {
      setTimeout(() => console.log(name, "timer"), 300);
      setInterval(() => {}, 1000);
      void new Promise((resolve) => setTimeout(resolve, 300)).then(() => console.log(name, "promise"));
      console.log(name);
      return name;
    };
    for (const Kind of [Thread, Process]) {
      const one = new Kind({ target: leave, args: [Kind.name] }).start();
      await one.join();
      console.log(await one.result());
    }
    const { promise, resolve } = later();
    function later() { const it = {}; it.promise = new Promise((resolve) => { it.resolve = resolve; }); return it; }
    const pool = new ThreadPool(1);
    await pool.map(leave, ["pool"]);
    await pool.map((ms) => new Promise((resolve) => setTimeout(resolve, ms)), [600]);
    await pool.terminate();`);
  const stdout = "Thread\nThread\nProcess\nProcess\npool\npool timer\npool promise\n";
  assert.deepEqual(ended, { stdout, stderr: "", code: 0, signal: null });
});
