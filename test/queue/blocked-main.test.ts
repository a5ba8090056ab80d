/** A main thread that blocks, in whatever way, starts the depot that its threads ask for. Each way needs a program: a depot stays. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../threading/program.js";

/** What main does again and again until the thread has handed over what it shares. */
const ways: Readonly<Record<string, string>> = {
  "short sleeps": "sleepSync(1);",
  "sleeps of no length": "sleepSync(0);",
  "one long sleep": "sleepSync(4000); if (done.value === 0) throw new Error('not served');",
  "a join without patience": "thread.joinSync({ timeout: 0 });",
  "short joins": "thread.joinSync({ timeout: 1 });",
  "a lock": "lock.acquireSync({ timeout: 1 });",
  "a re-entrant lock": "rlock.acquireSync({ timeout: 1 });",
  "a read-write lock": "rw.acquireReadSync({ timeout: 1 });",
  "a semaphore": "semaphore.acquireSync({ timeout: 1 });",
  "an event": "event.waitSync({ timeout: 1 });",
  "a latch": "latch.waitSync({ timeout: 1 });",
  "a condition": "condition.withLockSync(() => condition.waitSync({ timeout: 1 }));",
  "a barrier": "try { barrier.waitSync({ timeout: 1 }); } catch { barrier.reset(); }",
  "a queue": "try { queue.getSync({ timeout: 1 }); } catch {}",
  "a queue that is joined": "queue.joinSync({ timeout: 1 });",
  "a result": "try { thread.resultSync({ timeout: 1 }); } catch {}",
};

const program = (way: string): string => `
  import { Queue } from "heddle/queue";
  import { SharedArray, Value } from "heddle/shared";
  import { Barrier, Condition, Event, Latch, Lock, RLock, RWLock, Semaphore, Thread } from "heddle/threading";
  import { sleepSync } from "heddle/time";
  const [lock, rlock, rw, semaphore, event, latch] = [new Lock(), new RLock(), new RWLock(), new Semaphore(0), new Event(), new Latch(1)];
  const [condition, barrier, queue, done] = [new Condition(), new Barrier(2), new Queue(), new Value("i32", 0)];
  const holds = new Event();
  const holder = new Thread({ daemon: true, target: () => {
    lock.acquireSync(); rlock.acquireSync(); rw.acquireWriteSync(); holds.set(); new Event().waitSync();
  } }).start();
  holds.waitSync();
  queue.putNowait(1); queue.getNowait();
  const thread = new Thread({ target: () => {
    new Queue().putNowait(new SharedArray("i32", [4]));
    done.value = 1;
  } }).start();
  while (done.value === 0 && thread.isAlive) { ${way} }
  console.log(done.value);
`;

for (const [name, way] of Object.entries(ways)) {
  test(`a thread that needs the depot is served while main waits: ${name}`, async () => {
    const { stdout, stderr } = await runProgram(program(way));
    assert.deepEqual({ stdout, stderr }, { stdout: "1\n", stderr: "" });
  });
}

test("a thread that needs the depot is served while its starter and main sleep", async () => {
  const { stdout, stderr } = await runProgram(`
    import { Queue } from "heddle/queue";
    import { SharedArray, Value } from "heddle/shared";
    import { Thread } from "heddle/threading";
    import { sleepSync } from "heddle/time";
    const done = new Value("i32", 0);
    new Thread({ target: () => {
      new Thread({ target: () => {
        new Queue().putNowait(new SharedArray("i32", [4]));
        done.value = 1;
      } }).start();
      while (done.value === 0) sleepSync(1);
      done.value = 2;
    } }).start();
    while (done.value !== 2) sleepSync(1);
    console.log("served");
  `);
  assert.deepEqual({ stdout, stderr }, { stdout: "served\n", stderr: "" });
});
