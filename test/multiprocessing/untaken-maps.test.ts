/** The failure of a map is given to whoever awaits it, also late, and printed once if nobody does. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Ended, runProgram } from "../threading/program.js";

const silent = (stdout: string): Ended => ({ stdout, stderr: "", code: 0, signal: null });

for (const Kind of ["Pool", "ThreadPool"]) {
  const run = (source: string): Promise<Ended> =>
    runProgram(`import { ${Kind} } from "heddle/multiprocessing";
      import { Thread } from "heddle/threading";
      const fail = (text) => { throw new RangeError(text); };
      const handled = (error) => console.log("handled", error.message);
      const { error } = console;
      const hold = setInterval(() => {}, 1000);
      const printed = new Promise((resolve) => {
        console.error = (text) => { error(text); clearInterval(hold); resolve(); };
      });
      const pool = new ${Kind}(1);
      ${source.includes("await printed") ? "" : "clearInterval(hold);"}
      ${source}`);
  const assertPrintedOnce = ({ stderr, code }: Ended, what: string, exitcode = 1): void => {
    assert.ok(
      stderr.startsWith(`Exception in ${what} of a ${Kind} that nobody awaited:\nRangeError: far\n    at `),
      stderr,
    );
    assert.equal(stderr.match(/Exception in/g)?.length, 1, stderr);
    assert.equal(code, exitcode);
  };

  describe(`${Kind}: the failure of a map is said once`, () => {
    test("nobody awaits it: printed within the program, which goes on and has exit code 1", async () => {
      const ended = await run(`pool.map(fail, ["far"]); await printed; console.log(await pool.map((n) => n, [1]));
        await pool.terminate();`);
      assertPrintedOnce(ended, "map");
      assert.equal(ended.stdout, "[ 1 ]\n");
    });

    test("nobody awaits it: printed at the end of the program", async () => {
      assertPrintedOnce(await run(`pool.starmap(fail, [["far"]]);`), "starmap");
      assertPrintedOnce(await run(`process.exitCode = 5; pool.map(fail, ["far"]);`), "map", 5);
      assertPrintedOnce(await run(`pool.map(fail, ["far"]); await pool.map((n) => n, [1]); process.exit();`), "map");
    });

    test("nobody awaits it, in a thread", async () => {
      const ended = await run(`await pool.terminate();
        await new Thread({ target: async () => {
          const inner = new ${Kind}(1);
          inner.map(() => { throw new RangeError("far"); }, [1]);
          await inner.map((n) => n, [1]);
          await inner.terminate();
        } }).start().result();`);
      assertPrintedOnce(ended, "map");
    });

    test("an input or an argument that is wrong", async () => {
      const input = await run(`pool.map((n) => n, (function* () { throw new RangeError("far"); })());`);
      assertPrintedOnce(input, "map");
      const { stderr, code } = await run(`pool.map(3, []);`);
      assert.match(stderr, /^Exception in map of a \w+ that nobody awaited:\nTypeError: map: fn must be a function/);
      assert.equal(code, 1);
    });

    for (const [how, take] of Object.entries({
      "at once": `await bad.catch(handled);`,
      "after other work": `await pool.map((n) => n, [1]); try { await bad; } catch (error) { handled(error); }`,
      "by Promise.all": `await pool.map((n) => n, [1]); await Promise.all([bad]).catch(handled);`,
      "by finally": `await pool.map((n) => n, [1]); await bad.finally(() => {}).catch(handled);`,
      "before it fails": `const later = bad.then(() => {}, handled); await later;`,
    }))
      test(`awaited ${how}: delivered, and not printed`, async () => {
        const ended = await run(`const bad = pool.map(fail, ["far"]); ${take} await pool.terminate();`);
        assert.deepEqual(ended, silent("handled far\n"));
      });

    test("awaited when it was printed already: delivered, and the exit code is 0", async () => {
      const ended = await run(`const bad = pool.map(fail, ["far"]); await printed; await bad.catch(handled);
        await pool.terminate();`);
      assertPrintedOnce(ended, "map", 0);
      assert.equal(ended.stdout, "handled far\n");
    });

    test("a promise made of it that nobody handles is Node's to report", async () => {
      const { stderr, code } = await run(`pool.map(fail, ["far"]).then(() => {});`);
      assert.doesNotMatch(stderr, /Exception in/);
      assert.match(stderr, /RangeError: far/);
      assert.equal(code, 1);
    });

    test("what the program ends is no failure", async () => {
      const hang = `const hang = () => { for (;;); };`;
      assert.deepEqual(await run(`${hang} pool.map(hang, [1]); await pool.terminate();`), silent(""));
      const aborted = await run(`${hang} const stop = new AbortController();
        pool.map(hang, [1], { signal: stop.signal }); stop.abort(); await pool.terminate();`);
      assert.deepEqual(aborted, silent(""));
    });

    test("its timeout is one", async () => {
      const { stderr, code } = await run(`pool.map(() => { for (;;); }, [1], { timeout: 1 }); await printed;
        await pool.terminate();`);
      assert.match(
        stderr,
        /^Exception in map of a \w+ that nobody awaited:\nTimeoutError: map did not finish within 1 ms/,
      );
      assert.equal(code, 1);
    });

    test("it is shown as a promise, and is one", async () => {
      const ended = await run(`const all = pool.map((n) => n, [1]);
        console.log(all instanceof Promise, Object.prototype.toString.call(all), all.then(() => {}).constructor === Promise);
        await all; await pool.terminate();`);
      assert.deepEqual(ended, silent("true [object Promise] true\n"));
    });
  });
}
