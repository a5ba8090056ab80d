/** An error that ends a pool's thread between two calls is said once: to the excepthook, or on stderr. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../threading/program.js";

/** What a task leaves in its thread. */
const left: Record<string, string> = {
  "a timer that throws": `setTimeout(() => { throw new RangeError("stray"); }, 1);`,
  "a rejection that nobody handles": `void Promise.reject(new RangeError("stray"));`,
  "a listener of the exit that throws": `process.on("exit", () => { throw new RangeError("stray"); });`,
};

const PRINTED = "const { error } = console; console.error = (text) => { error(text); heard(); };";

/** What the program does then. */
const after: Record<string, string> = {
  "the pool goes on": "await told; await pool.map(() => 1, [1]);",
  "the pool is closed": "pool.close(); await pool.join();",
};

for (const [what, task] of Object.entries(left))
  for (const [when, wait] of Object.entries(after)) {
    if (what.startsWith("a listener") && when === "the pool goes on") continue; // nothing makes it exit
    const source = `import { ThreadPool } from "heddle/multiprocessing";
      import { setExcepthook } from "heddle/threading";
      let heard; const told = new Promise((resolve) => { heard = resolve; });
      HOOK
      const pool = new ThreadPool(1);
      const hold = setInterval(() => {}, 1000);
      await pool.map(() => { ${task} }, [1]);
      ${wait}
      pool.close(); await pool.join();
      clearInterval(hold);`;

    test(`without a hook it is printed, and the program has exit code 1: ${what}, ${when}`, async () => {
      const { stderr, code } = await runProgram(source.replace("HOOK", PRINTED));
      assert.match(stderr, /^Exception in thread PoolThread-1:\nRangeError: stray\n/);
      assert.equal(stderr.match(/stray/g)?.length, 1, stderr);
      assert.equal(code, 1);
    });

    test(`the excepthook is told, with the thread: ${what}, ${when}`, async () => {
      const hook = `setExcepthook(({ error, thread }) => { console.log(thread.name, error.name, error.message, thread.isAlive); heard(); });`;
      const ended = await runProgram(source.replace("HOOK", hook));
      assert.deepEqual([ended.stdout, ended.stderr], ["PoolThread-1 RangeError stray false\n", ""]);
      assert.equal(ended.code, 0);
    });
  }

test("an error that fails a call is that call's alone", async () => {
  const ended = await runProgram(`import { ThreadPool } from "heddle/multiprocessing";
    const pool = new ThreadPool(1);
    const task = () => { setTimeout(() => { throw new RangeError("mine"); }, 1); return new Promise(() => {}); };
    await pool.map(task, [1]).catch((error) => console.log(error.name, error.cause.message));
    await pool.terminate();`);
  assert.deepEqual(ended, { stdout: "WorkerLostError mine\n", stderr: "", code: 0, signal: null });
});
