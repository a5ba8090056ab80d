/** What becomes of the calls of a pool when something goes wrong, threads and processes alike: an outcome, never a hang. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Ended, runProgram } from "../threading/program.js";

const silent = (stdout: string): Ended => ({ stdout, stderr: "", code: 0, signal: null });

for (const Kind of ["Pool", "ThreadPool"]) {
  const run = (source: string, flags?: string[]): Promise<Ended> =>
    runProgram(
      `import { ${Kind} } from "heddle/multiprocessing";
      import * as asyncio from "heddle/asyncio";
      const forever = () => { for (;;); };
      const say = (error) => console.log(error.name, error.message);
      ${source}`,
      undefined,
      flags === undefined ? undefined : { flags },
    );

  describe(`${Kind}: never a hang`, () => {
    test("a task that throws late, beside its run, fails with that as the cause", async () => {
      const ended = await run(`const pool = new ${Kind}(1);
        await pool.run(() => { setTimeout(() => { throw new RangeError("late"); }, 1); return new Promise(() => {}); })
          .catch((error) => console.log(error.name, error.cause?.message));
        console.log(await pool.run(() => 5));
        await pool.terminate();`);
      assert.deepEqual(ended, silent("WorkerLostError late\n5\n"));
    });

    test("terminated while its workers start", async () => {
      const ended = await run(`const pool = new ${Kind}(2);
        const call = pool.run(() => 1).catch(say);
        await pool.terminate();
        await call;`);
      assert.deepEqual(ended, silent("CancelledError the pool was terminated\n"));
    });

    test("terminated while its workers compute for ever, with calls of every kind", async () => {
      const ended = await run(`const pool = new ${Kind}(2);
        const drain = async (iterator) => { for await (const _ of iterator); };
        const calls = [pool.run(forever), pool.map(forever, [1, 2]), drain(pool.imap(forever, [1])), drain(pool.imapUnordered(forever, [1])),
          pool.applyAsync(forever).get(), pool.mapAsync(forever, [1]).get()];
        const all = Promise.allSettled(calls);
        await pool.terminate();
        for (const { reason } of await all) console.log(reason.name);`);
      assert.deepEqual(ended, silent("CancelledError\n".repeat(6)));
    });

    test("the scope around it is cancelled while a task computes for ever", async () => {
      const ended = await run(`const pool = new ${Kind}({ processes: 1, grace: 20 });
        for (const begin of [() => pool.map(forever, [1]), () => pool.run(forever), async () => { for await (const _ of pool.imap(forever, [1])); }]) {
          await asyncio.run(async () => {
            await asyncio.timeout(50, async () => { await begin(); });
          }).catch((error) => console.log(error.name));
          console.log(await pool.run(() => 7));
        }
        await pool.terminate();`);
      assert.deepEqual(ended, silent("TimeoutError\n7\n".repeat(3)));
    });

    test("the program ends while a task that nobody awaits computes for ever", async () => {
      const ended = await run(`const pool = new ${Kind}(1);
        const call = pool.run(forever);
        call.catch(() => {});
        setTimeout(() => { console.log("end"); process.exit(); }, 100);`);
      assert.deepEqual(ended, silent("end\n"));
    });

    test("P402 an idle pool that nobody has closed does not keep the program", async () => {
      assert.deepEqual(
        await run(`const pool = new ${Kind}(1); console.log(await pool.run(() => 4)); globalThis.pool = pool;`),
        silent("4\n"),
      );
    });

    test("P387 the workers of a pool that nobody has any more end", async () => {
      const ended = await run(
        `const begin = async () => {
          const pool = new ${Kind}(1);
          return pool.run(async () => {
            const { enumerate } = await import("heddle/threading");
            return [process.pid, enumerate().length];
          });
        };
        const { enumerate } = await import("heddle/threading");
        const [pid] = await begin();
        const isThere = () => {
          if (pid === process.pid) return enumerate().length > 1;
          try { return process.kill(pid, 0); } catch { return false; }
        };
        console.log(isThere());
        while (isThere()) { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 10)); }
        console.log("gone");`,
        ["--expose-gc"],
      );
      assert.deepEqual(ended, silent("true\ngone\n"));
    });

    test("P403 a pool in a task of a pool", async () => {
      const ended = await run(`const pool = new ${Kind}(1);
        console.log(await pool.run(async () => {
          const { ${Kind} } = await import("heddle/multiprocessing");
          const inner = new ${Kind}(1);
          const results = await inner.map((n) => n * n, [1, 2, 3]);
          await inner.terminate();
          return results;
        }));
        await pool.terminate();`);
      assert.deepEqual(ended, silent("[ 1, 4, 9 ]\n"));
    });

    test("workers that cannot boot: what waits fails, and the cause is named", async () => {
      const ended = await run(`process.env.NODE_OPTIONS = "--require /nowhere/preload.cjs";
        const pool = new ${Kind}(1);
        await pool.run(() => 1).catch((error) => console.log(error.name, /^Cannot start a worker: 3 in a row/.test(error.message), /preload\\.cjs/.test(error.cause?.message)));
        await pool.terminate();`);
      // Threads take no options of the environment.
      if (Kind === "Pool") assert.equal(ended.stdout, "WorkerLostError true true\n");
      assert.equal(ended.code, 0);
    });

    test("an iteration that nobody goes on with does not keep the program, nor the pool when it is collected", async () => {
      const ended = await run(
        `const pool = new ${Kind}(1);
        const begin = async () => { const { value } = await pool.imap((n) => n, (function* () { for (let i = 0; ; i++) yield i; })()).next(); console.log(value); };
        await begin();
        pool.close();
        const joined = pool.join();
        const collecting = setInterval(() => globalThis.gc(), 10);
        console.log(await joined);
        clearInterval(collecting);`,
        ["--expose-gc"],
      );
      assert.deepEqual(ended, silent("0\ntrue\n"));
    });
  });
}

test("Pool: a task of a process that somebody kills is lost alone; what was sent behind it runs elsewhere", async () => {
  const ended = await run9();
  assert.deepEqual(ended, silent("WorkerLostError -9\n200 200\n"));
});

function run9(): Promise<Ended> {
  return runProgram(`import { Pool } from "heddle/multiprocessing";
    const pool = new Pool(2);
    await Promise.all(Array.from({ length: 200 }, (_, i) => pool.run((n) => n, i)));
    const victim = pool.run(() => { process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); });
    const others = Promise.allSettled(Array.from({ length: 200 }, (_, i) => pool.run((n) => n, i)));
    await victim.catch((error) => console.log(error.name, error.exitcode));
    const outcomes = await others;
    console.log(outcomes.length, outcomes.filter(({ status }) => status === "fulfilled").length);
    await pool.terminate();`);
}
