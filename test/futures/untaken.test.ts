/** The error of a future is given to whoever asks for it, or printed once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ended, runProgram } from "../threading/program.js";

const IMPORT = `
  import { asCompleted, Future, wait } from "heddle/futures";
  const failing = () => { const future = new Future(); setImmediate(() => future.setException(new RangeError("far"))); return future; };
  const handled = (error) => console.log("handled", error.message);
`;

const run = (source: string): Promise<Ended> => runProgram(IMPORT + source);

const silent = (stdout: string): Ended => ({ stdout, stderr: "", code: 0, signal: null });

function assertPrintedOnce({ stderr, code }: Ended, exitcode = 1): void {
  assert.match(stderr, /^Exception in a Future that nobody awaited:\nRangeError: far\n {4}at /);
  assert.equal(stderr.match(/Exception in/g)?.length, 1, stderr);
  assert.equal(code, exitcode);
}

test("await, result, exception and their blocking twins take it", async () => {
  for (const ask of [
    "await future.then(undefined, handled);",
    "try { await future; } catch (error) { handled(error); }",
    "await future.result({ timeout: 60_000 }).catch(handled);",
    "handled(await future.exception());",
    "while (!future.done) await new Promise(setImmediate); try { future.resultSync(); } catch (error) { handled(error); }",
    "while (!future.done) await new Promise(setImmediate); handled(future.exceptionSync());",
    "await wait([future]); await future.result().catch(handled);",
    "for await (const each of asCompleted([future])) await each.result().catch(handled);",
    "future.addDoneCallback(() => void future.result().catch(handled)); await wait([future]);",
  ])
    assert.deepEqual(await run(`const future = failing(); ${ask}`), silent("handled far\n"), ask);
});

test("nobody asks: printed at the end of the program, which has exit code 1", async () => {
  for (const ask of [
    "await wait([future]);",
    "for await (const each of asCompleted([future]));",
    "await new Promise((resolve) => future.addDoneCallback(() => resolve()));",
    "await future.exception(); const other = new Future(); await other.result({ timeout: 0 }).catch(() => {}); other.setException(new RangeError('far'));",
  ])
    assertPrintedOnce(await run(`const future = failing(); ${ask}`));
});

test("nobody asks: printed after a while, and still delivered when somebody does", async () => {
  const ended = await run(`const future = failing();
    const { error } = console;
    await new Promise((resolve) => { console.error = (text) => { error(text); resolve(); }; setInterval(() => {}, 60_000).unref(); hold(); });
    function hold() { globalThis.timer = setInterval(() => {}, 60_000); }
    clearInterval(globalThis.timer);
    await future.result().catch(handled);`);
  assertPrintedOnce(ended, 0);
  assert.equal(ended.stdout, "handled far\n");
});

test("a cancelled future is no failure", async () => {
  assert.deepEqual(await run('new Future().cancel(); console.log("end");'), silent("end\n"));
});

test("a future that somebody waits for keeps the program alive, one that nobody waits for does not", async () => {
  assert.deepEqual(
    await run(`const future = new Future();
      setTimeout(() => future.setResult("late"), 50).unref(); console.log(await future);`),
    silent("late\n"),
  );
  assert.deepEqual(await run('new Future(); console.log("end");'), silent("end\n"));
});
