/** Executors and the ends of things: names, the end of the program, garbage. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ProcessPoolExecutor, ThreadPoolExecutor } from "heddle/futures";
import { currentProcess } from "heddle/multiprocessing";
import { currentThread } from "heddle/threading";
import { until } from "../rig/threads.js";
import { type Ended, runProgram } from "../threading/program.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const silent = (stdout: string): Ended => ({ stdout, stderr: "", code: 0, signal: null });

test("465 names of workers: the prefix and a number, by default the class, the number of the executor and that of the worker", async () => {
  const named = new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: "loom" });
  assert.equal(await named.submit(() => currentThread().name), "loom_0");
  await named.shutdown();
  const threads = new ThreadPoolExecutor({ maxWorkers: 1 });
  assert.match(await threads.submit(() => currentThread().name), /^ThreadPoolExecutor-\d+_0$/);
  await threads.shutdown();
  const processes = new ProcessPoolExecutor({ maxWorkers: 1, name: "mill" });
  assert.equal(await processes.submit(() => currentProcess().name), "mill_0");
  await processes.shutdown();
  assert.throws(() => new ThreadPoolExecutor({ threadNamePrefix: 5 as never }), { name: "TypeError" });
  assert.throws(() => new ThreadPoolExecutor({ name: "x" } as never), { name: "TypeError", message: /"name"/ });
});

for (const name of ["ThreadPoolExecutor", "ProcessPoolExecutor"]) {
  const IMPORT = `import { ${name} } from "heddle/futures"; const executor = new ${name}({ maxWorkers: 2 });`;
  describe(name, () => {
    test("469 the program does not end before what was submitted is done", async () => {
      const ended = await runProgram(`${IMPORT}
        executor.submit((text) => text, "apple").addDoneCallback((future) => console.log(future.resultSync()));`);
      assert.deepEqual(ended, silent("apple\n"));
    });
    test("471 nor after shutdown without wait", async () => {
      const ended = await runProgram(`${IMPORT}
        executor.submit((text) => text, "apple").addDoneCallback((future) => console.log(future.resultSync()));
        void executor.shutdown({ wait: false });`);
      assert.deepEqual(ended, silent("apple\n"));
    });
    test("an idle executor does not keep the program alive", async () => {
      const ended = await runProgram(`${IMPORT} console.log(await executor.submit((n) => n * n, 3));`);
      assert.deepEqual(ended, silent("9\n"));
    });
    test("a failure that nobody asks for is printed, once, and the program ends with exit code 1", async () => {
      const { stderr, code } = await runProgram(`${IMPORT} executor.submit(() => { throw new RangeError("far"); });`);
      assert.match(stderr, new RegExp(`^Exception in submit of a ${name} that nobody awaited:\nRangeError: far\n`));
      assert.equal(code, 1);
    });
    test("calls that the program ends itself are no failures", async () => {
      const ended = await runProgram(`${IMPORT}
        const controller = new AbortController();
        executor.with({ signal: controller.signal }).submit(() => new Promise(() => {}));
        controller.abort();
        executor.submit(() => new Promise(() => {}));
        await executor.terminateWorkers();
        console.log("end");`);
      assert.deepEqual(ended, silent("end\n"));
    });
    test("a cancelled asyncio scope ends an executor of its own, whatever runs", async () => {
      const ended = await runProgram(`
        import { moveOnAfter } from "heddle/asyncio"; import { ${name} } from "heddle/futures";
        await moveOnAfter(300, async () => {
          const executor = new ${name}({ maxWorkers: 1 });
          try { await executor.submit(() => { for (;;); }); }
          finally { await executor[Symbol.asyncDispose]().catch((error) => console.log(error.name)); }
        });
        console.log("end");`);
      assert.deepEqual(ended, silent("CancelledError\nend\n"));
    });
  });
}

async function becomesGarbage(make: () => Promise<WeakRef<object>>): Promise<void> {
  const weak = await make();
  await until(() => {
    collect();
    return weak.deref() === undefined;
  }, "the end of the object");
}

test("456, 457, 487 functions, futures and results are held no longer than they are needed", async () => {
  const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  await becomesGarbage(async () => {
    const fn = (): object => ({ a: 1 });
    await executor.submit(fn);
    return new WeakRef(fn);
  });
  await becomesGarbage(async () => new WeakRef(await executor.submit(() => ({ a: 1 }))));
  await becomesGarbage(async () => {
    const future = executor.submit(() => ({ a: 1 }));
    await future;
    return new WeakRef(future);
  });
  await executor.shutdown();
});

test("474 the workers of an executor that nobody has any more end; what was submitted is done before", async () => {
  const submit = (): { pid: PromiseLike<number> } => ({
    pid: new ProcessPoolExecutor({ maxWorkers: 1 }).submit(() => process.pid),
  });
  const pid = await submit().pid;
  await until(() => {
    collect();
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  }, "the end of the worker");
});
