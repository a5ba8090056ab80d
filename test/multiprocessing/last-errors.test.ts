/** What a process leaves behind when its target is over: errors, exit codes, exit handlers. As in a thread. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool, Process, ThreadPool, WorkerLostError } from "heddle/multiprocessing";
import { runProgram } from "../threading/program.js";

const LEFT = {
  "a rejection": `void Promise.reject(new RangeError("left behind"))`,
  "an immediate that throws": `setImmediate(() => { throw new RangeError("left behind"); })`,
  "an exit handler that throws": `process.on("exit", () => { throw new RangeError("left behind"); })`,
};

for (const [name, leaves] of Object.entries(LEFT))
  for (const kind of ["Process", "Thread"] as const)
    test(`${kind}: ${name} that its target leaves is told once, and its result stands`, async () => {
      const { stdout, stderr } = await runProgram(
        `import { Process } from "heddle/multiprocessing";
        import { Thread } from "heddle/threading";
        const worker = new ${kind}({ name: "w", target: () => { ${leaves}; return 3; } }).start();
        await worker.join();
        console.log(await worker.result(), ${kind === "Process" ? "worker.exitcode" : "1"});`,
      );
      assert.equal(stdout, "3 1\n");
      assert.equal(stderr.match(/left behind/g)?.length, 1, stderr);
      assert.match(stderr, new RegExp(`Exception in ${kind.toLowerCase()} w:\\nRangeError: left behind`));
    });

test("Process: the exit code that the target has set is its own", async () => {
  const child = new Process({
    target: () => {
      process.exitCode = 4;
      return 3;
    },
  }).start();
  assert.deepEqual([await child.result(), child.exitcode], [3, 4]);
});

const throwBeside = (): Promise<void> => {
  setImmediate(() => {
    throw new RangeError("beside");
  });
  return new Promise((resolve) => setTimeout(resolve, 60_000));
};
const rejectBeside = (): Promise<void> => {
  void Promise.reject(new RangeError("beside"));
  return new Promise((resolve) => setTimeout(resolve, 60_000));
};

for (const [name, make] of [
  ["Pool", () => new Pool(1)],
  ["ThreadPool", () => new ThreadPool(1)],
] as const)
  for (const task of [throwBeside, rejectBeside])
    test(`${name}: an error beside a task is the cause of its loss (${task.name})`, async () => {
      await using pool: Pool | ThreadPool = make();
      await assert.rejects(pool.map(task, [1]), (error: WorkerLostError) => {
        assert.ok(error instanceof WorkerLostError);
        assert.match(error.message, /ended with exit code 1 before it answered/);
        assert.ok(error.cause instanceof RangeError);
        assert.equal(error.cause.message, "beside");
        return true;
      });
      assert.deepEqual(await pool.map((n: number) => n, [5]), [5]);
    });

for (const kind of ["Pool", "ThreadPool"])
  test(`${kind}: an error beside a task is not printed as well`, async () => {
    const { stdout, stderr } = await runProgram(
      `import { ${kind} } from "heddle/multiprocessing";
      const pool = new ${kind}(1);
      const task = ${throwBeside.toString()};
      await pool.map(task, [1]).catch((error) => console.log(error.cause.message));
      await pool.terminate();`,
    );
    assert.deepEqual([stdout, stderr], ["beside\n", ""]);
  });

test("Pool: an error that ends a process between two calls is told once, with its process", async () => {
  const { stdout, stderr, code } = await runProgram(
    `import { Pool } from "heddle/multiprocessing";
    const { error } = console;
    const told = new Promise((resolve) => { console.error = (text) => { error(text); resolve(); }; });
    const pool = new Pool(1);
    const hold = setInterval(() => {}, 1000);
    console.log(await pool.map(() => { setTimeout(() => { throw new RangeError("stray"); }, 1); return 1; }, [1]));
    await told;
    console.log(await pool.map(() => 2, [1]));
    clearInterval(hold);
    await pool.terminate();`,
  );
  assert.deepEqual([stdout, code], ["[ 1 ]\n[ 2 ]\n", 1]);
  assert.match(stderr, /^Exception in process PoolWorker-1:\nRangeError: stray\n/);
  assert.equal(stderr.match(/stray/g)?.length, 1, stderr);
});

test("Pool: a worker that a signal ends is said to be killed by it", async () => {
  await using pool = new Pool(1);
  await assert.rejects(
    pool.map(() => process.kill(process.pid, "SIGKILL"), [1]),
    /^WorkerLostError: Worker "PoolWorker-\d+" was killed by SIGKILL before it answered/,
  );
});
