/** Items of the conformance list about garbage, broken output and ends, which need programs or collections of their own. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Condition, Event, Lock, Semaphore, Thread } from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";
import { inThread, inThreads, until } from "../rig/threads.js";
import { runProgram } from "../threading/program.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

test("#017 Lock: one that is held when it becomes garbage is given back", () => {
  const before = processRealm().allocator.statistics().blocks;
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 3000; i++) new Lock().acquireSync();
    collect();
  }
  const kept = processRealm().allocator.statistics().blocks - before;
  assert.ok(kept < 15_000, `${kept} blocks of 30000 locks`);
});

test("#048 Condition.notify: wakes as many as it says among threads and async waiters", async () => {
  const condition = new Condition();
  let woken = 0;
  const waits = [
    ...[1, 2].map(() => condition.withLock(() => condition.wait())),
    ...[1, 2].map(() => inThread(() => condition.withLockSync(() => condition.waitSync()))),
  ].map((wait) =>
    wait.then((notified) => {
      woken++;
      return notified;
    }),
  );
  await until(() => condition.statistics().waiting === 4);
  for (const left of [3, 2, 1, 0]) {
    condition.withLockSync(() => condition.notify());
    await until(() => woken === 4 - left);
    assert.equal(condition.statistics().waiting, left);
  }
  assert.deepEqual(await Promise.all(waits), [true, true, true, true]);
});

test("#059 Event: set in a thread it wakes its maker, in both faces", async () => {
  const event = new Event();
  const setter = new Thread({ target: () => event.set() }).start();
  assert.equal(event.waitSync(), true);
  await setter.join();
  event.clear();
  const [woken] = await Promise.all([event.wait(), inThread(() => event.set())]);
  assert.equal(woken, true);
});

for (const face of ["async", "sync"] as const) {
  test(`#076 Semaphore (${face}): the value follows acquire and release`, async () => {
    const semaphore = new Semaphore(2);
    const seen = [semaphore.value];
    const take = async () => (face === "sync" ? semaphore.acquireSync() : semaphore.acquire());
    for (const step of [take, take, () => semaphore.release(), () => semaphore.release()]) {
      await step();
      seen.push(semaphore.value);
    }
    assert.deepEqual(seen, [2, 1, 0, 1, 2]);
  });
}

test("#132 Thread: thousands that nobody joins leave no record behind", async () => {
  // More than there are records.
  for (let batch = 0; batch < 50; batch++) await inThreads(1, () => {}).then(() => start(50));
});

/** Starts threads that nobody joins, and waits until they are over without joining them. */
async function start(count: number): Promise<void> {
  const done = new Semaphore(0);
  for (let i = 0; i < count; i++) {
    new Thread({ target: () => done.release() }).start();
    await done.acquire();
  }
  done.dispose();
}

test("#146 a thread interrupts main by sending SIGINT to its own process", async () => {
  const { stdout, code } = await runProgram(`import { Thread } from "heddle/threading";
    const interrupted = new Promise((resolve) => process.once("SIGINT", resolve));
    const alive = setInterval(() => {}, 1000);
    await new Thread({ target: () => { process.kill(process.pid, "SIGINT"); } }).start().join();
    await interrupted;
    console.log("interrupted");
    clearInterval(alive);`);
  assert.deepEqual({ stdout, code }, { stdout: "interrupted\n", code: 0 });
});

test("#155 an uncaught error while stderr is closed: no second crash", { skip: process.platform === "win32" }, () => {
  const url = import.meta.resolve("heddle/threading");
  const program = `import { Thread } from ${JSON.stringify(url)};
    await new Thread({ target: () => { throw new Error("unseen"); } }).start().join();
    console.log("goes on");`;
  for (const closing of ["2>&-", "2>/dev/full"]) {
    const shell = `"$0" --input-type=module -e "$1" ${closing}`;
    const { stdout, status } = spawnSync("sh", ["-c", shell, process.execPath, program], { encoding: "utf8" });
    assert.deepEqual({ stdout, status }, { stdout: "goes on\n", status: 1 }, closing);
  }
});
