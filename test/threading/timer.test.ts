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

/** How the function of a timer may end its thread without being over. */
const ends: Record<string, () => unknown> = {
  "process.exit": () => process.exit(1),
  "an error beside it": () => {
    setTimeout(() => {
      throw new RangeError("beside");
    }, 1);
    return new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  "nothing left to wait for": () => new Promise(() => {}),
  "an error beside it that no listener hears": () => {
    process.removeAllListeners();
    setTimeout(() => {
      throw new RangeError("beside");
    }, 1);
    return new Promise((resolve) => setTimeout(resolve, 60_000));
  },
};

for (const [how, target] of Object.entries(ends)) {
  test(`finished is set when the function's thread ends, for who awaits: ${how}`, async () => {
    const timer = new Timer(1, target).start();
    assert.equal(await timer.finished.wait({ timeout: 60_000 }), true);
    await assert.rejects(timer.result());
  });

  test(`finished is set when the function's thread ends, for who blocks: ${how}`, async () => {
    const timer = new Timer(1, target).start();
    assert.equal(timer.finished.waitSync({ timeout: 60_000 }), true);
    await assert.rejects(timer.result());
  });

  test(`finished is set also where the program has a hook, for who blocks: ${how}`, async () => {
    const ended = await runProgram(`import { setExcepthook, Timer } from "heddle/threading";
      setExcepthook(() => {});
      console.log(new Timer(1, ${target}).start().finished.waitSync({ timeout: 60_000 }));`);
    assert.deepEqual([ended.stdout, ended.stderr, ended.code], ["true\n", "", 0]);
  });
}

test("finished is set when the timer is terminated, for who blocks next", async () => {
  const timer = new Timer(60_000, () => {}).start();
  const gone = timer.terminate();
  assert.equal(timer.finished.waitSync({ timeout: 60_000 }), true);
  await gone;
});

test("a timer whose finished event is disposed of ends as any other", async () => {
  const timer = new Timer(0, () => 7).start();
  assert.equal(await timer.finished.wait(), true);
  timer.finished.dispose();
  assert.equal(await timer.result(), 7);
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
