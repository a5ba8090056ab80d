/** Daemons that wait when the program ends are ended one after another: none takes the others for dead and says so. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

/** What each of some daemons does; `there` tells main that it is about to wait. */
const waits = {
  Barrier: `barrier.waitSync()`,
  "Barrier, awaited": `return barrier.wait()`,
  "Lock of a daemon": `if (lock.tryAcquire()) return barrier.waitSync(); lock.withLockSync(() => {})`,
  "RLock of a daemon": `if (rlock.tryAcquire()) return barrier.waitSync(); rlock.withLockSync(() => {})`,
  "RWLock of a daemon": `if (rw.tryAcquireWrite()) return barrier.waitSync(); rw.withReadSync(() => {})`,
  "Once of a daemon": `once.runSync(() => barrier.waitSync())`,
  "Condition of a daemon": `if (condition.tryAcquire()) return barrier.waitSync(); condition.withLockSync(() => {})`,
};

const program = (wait: string, end: string) => `
  import { Barrier, Condition, Latch, Lock, Once, RLock, RWLock, Thread } from "heddle/threading";
  const [count, barrier, there] = [8, new Barrier(16), new Latch(8)];
  const [lock, rlock, rw, once, condition] = [new Lock(), new RLock(), new RWLock(), new Once(), new Condition()];
  const target = () => { there.countDown(); ${wait}; };
  for (let i = 0; i < count; i++) new Thread({ target, daemon: true }).start();
  await there.wait();
  ${end}
`;

const ends = { "main returns": "", "process.exit": "process.exit(0);" };

for (const [name, wait] of Object.entries(waits)) {
  for (const [how, end] of Object.entries(ends)) {
    test(`${name}, ${how}: nothing is printed`, async () => {
      const flags = ["--input-type=module", "--eval", program(wait, end)];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, flags, { timeout: 120_000 });
      assert.deepEqual({ stdout, stderr }, { stdout: "", stderr: "" });
    });
  }
}

test("an exit handler of main still gets the lock of a thread that died, also through another one that waits", async () => {
  const code = `
    import { Lock, Thread, Event } from "heddle/threading";
    const [first, second, held, waiting] = [new Lock(), new Lock(), new Event(), new Event()];
    const hold = () => { first.acquireSync(); held.set(); for (;;); };
    const doomed = new Thread({ target: hold, daemon: true }).start();
    await held.wait();
    const wait = () => { second.acquireSync(); waiting.set(); first.acquireSync(); second.release(); };
    new Thread({ target: wait, daemon: true }).start();
    await waiting.wait();
    process.on("exit", () => {
      void doomed.terminate();
      console.log(second.acquireSync({ timeout: 60_000 }) !== null);
    });
  `;
  const flags = ["--input-type=module", "--eval", code];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, flags, { timeout: 120_000 });
  assert.deepEqual({ stdout, stderr }, { stdout: "true\n", stderr: "" });
});
