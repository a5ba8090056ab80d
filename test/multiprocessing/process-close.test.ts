/** Process.close: what it refuses, and what is left of a process afterwards. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { currentProcess, Process, RuntimeError } from "heddle/multiprocessing";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What can be asked of a process, each way by its name. */
const uses: Record<string, (process: Process<[], unknown>) => unknown> = {
  pid: (process) => process.pid,
  exitcode: (process) => process.exitcode,
  isAlive: (process) => process.isAlive,
  sentinel: (process) => process.sentinel,
  start: (process) => process.start(),
  join: (process) => process.join(),
  result: (process) => process.result(),
  terminate: (process) => process.terminate(),
  kill: (process) => process.kill(),
};

test("Process.close: after it, everything but the name and daemon is refused", async () => {
  const process = new Process({ target: () => ({ answer: 42 }), name: "worker", daemon: true }).start();
  assert.deepEqual(await process.result(), { answer: 42 });
  process.close();
  for (const [name, use] of Object.entries(uses))
    await assert.rejects(async () => use(process), { name: "RuntimeError", message: /"worker": it is closed$/ }, name);
  assert.deepEqual([process.name, process.daemon], ["worker", true]);
});

test("Process.close: a running process is refused, and goes on", async () => {
  const process = new Process({ target: () => new Promise<void>(() => setInterval(() => {}, 1000)) }).start();
  assert.throws(() => process.close(), {
    name: "RuntimeError",
    message:
      /^Cannot close process "Process-\d+": it is running; call terminate\(\) or kill\(\), and join\(\) it first$/,
  });
  assert.equal(process.isAlive, true);
  process.kill();
  await process.join();
  assert.equal(process.exitcode, -9);
  process.close();
});

test("Process.close: the calling process is running", () => {
  assert.throws(() => currentProcess().close(), RuntimeError);
});

test("Process.close: a process that was never started cannot be started any more", () => {
  const process = new Process({ target: () => {} });
  process.close();
  process.close();
  assert.throws(() => process.start(), { name: "RuntimeError", message: /^Cannot start process .*: it is closed$/ });
});

test("Process.close: the end of `await using` has nothing left to join", async () => {
  const process = new Process({ target: () => {} }).start();
  await process.join();
  process.close();
  await process[Symbol.asyncDispose]();
});

test("Process.close: the result is garbage afterwards", async () => {
  const process = new Process({ target: () => ({ answer: 42 }) }).start();
  let result: object | undefined = await process.result();
  const weak = new WeakRef(result);
  result = undefined;
  process.close();
  const collected = new AbortController();
  const looking = setInterval(() => {
    collectGarbage();
    if (weak.deref() === undefined) collected.abort();
  }, 1);
  if (!collected.signal.aborted) await once(collected.signal, "abort");
  clearInterval(looking);
});
