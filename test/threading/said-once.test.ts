/** An error that somebody is given is not printed as well; one that nobody has taken is, once. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Ended, runProgram } from "./program.js";

const IMPORT = `
  import { Process } from "heddle/multiprocessing";
  import { Event, setExcepthook, Thread } from "heddle/threading";
  const fail = (text) => { throw new RangeError(text); };
  const handled = (error) => console.log("handled", error.message);
`;

function run(source: string): Promise<Ended> {
  return runProgram(IMPORT + source);
}

const silent = (stdout: string): Ended => ({ stdout, stderr: "", code: 0, signal: null });

/** One message, and the exit code of a program with an error that nobody has taken. */
function assertPrintedOnce({ stderr, code }: Ended, message: RegExp, exitcode = 1): void {
  assert.match(stderr, message);
  assert.equal(stderr.match(/Exception in/g)?.length, 1, stderr);
  assert.equal(code, exitcode);
}

for (const Kind of ["Thread", "Process"] as const) {
  const start = `const start = (text) => new ${Kind}({ name: "unlucky", target: fail, args: [text] }).start();`;
  const message = new RegExp(`^Exception in ${Kind.toLowerCase()} unlucky:\nRangeError: far\n {4}at `);

  describe(`${Kind}: an error is said once`, () => {
    test("result that is awaited at once", async () => {
      assert.deepEqual(await run(`${start} await start("far").result().catch(handled);`), silent("handled far\n"));
    });

    test("joined, then asked", async () => {
      const ended = await run(
        `${start} const bad = start("far"); await bad.join(); await bad.result().catch(handled);`,
      );
      assert.deepEqual(ended, silent("handled far\n"));
    });

    test("nobody asks: printed at the end of the program, which has exit code 1", async () => {
      const ended = await run(`${start} await start("far").join(); console.log("goes on");`);
      assertPrintedOnce(ended, message);
      assert.equal(ended.stdout, "goes on\n");
    });

    test("nobody asks, and the program exits by itself, with a code of its own", async () => {
      assertPrintedOnce(await run(`${start} await start("far").join(); process.exit();`), message);
      assertPrintedOnce(await run(`${start} await start("far").join(); process.exit(0);`), message, 0);
      assertPrintedOnce(await run(`${start} process.exitCode = 5; await start("far").join();`), message, 5);
    });

    test("asked when it was printed already: still delivered, and the exit code is 0", async () => {
      const ended = await run(`${start} const { error } = console; const printed = Promise.withResolvers?.() ?? later();
        function later() { const it = {}; it.promise = new Promise((resolve) => { it.resolve = resolve; }); return it; }
        console.error = (text) => { error(text); printed.resolve(); };
        const hold = setInterval(() => {}, 1000);
        const bad = start("far"); await printed.promise; clearInterval(hold);
        await bad.result().catch(handled);`);
      assertPrintedOnce(ended, message, 0);
      assert.equal(ended.stdout, "handled far\n");
    });

    test("a wait that gives up takes nothing", async () => {
      const ended = await run(`${start} const go = new AbortController();
        const bad = new ${Kind}({ name: "unlucky", target: async () => {
          await new Promise((resolve) => setTimeout(resolve, 400)); throw new RangeError("far"); } }).start();
        await bad.result({ timeout: 1 }).catch((error) => console.log(error.name));
        await bad.join();`);
      assertPrintedOnce(ended, message);
      assert.equal(ended.stdout, "TimeoutError\n");
    });
  });
}

test("one is asked after the other, and the second fails first", async () => {
  const ended = await run(`const go = new Event();
    const late = new Thread({ target: () => go.waitSync() }).start();
    const bad = new Thread({ target: fail, args: ["far"] }).start();
    while (bad.isAlive) await new Promise(setImmediate);
    go.set();
    await late.result(); await bad.result().catch(handled);`);
  assert.deepEqual(ended, silent("handled far\n"));
});

test("the message of a thread does not wait for a main that blocks", async () => {
  let printed = "";
  const ended = await run(`
    const go = new Event();
    const { error } = console; console.error = (text) => { error(text); go.set(); };
    const bad = new Thread({ name: "unlucky", target: fail, args: ["far"] }).start();
    console.log(go.waitSync({ timeout: 60_000 }));`);
  printed = ended.stdout;
  assert.equal(printed, "true\n");
  assertPrintedOnce(ended, /^Exception in thread unlucky:\nRangeError: far/);
});

test("resultSync takes the error as result does", async () => {
  const ended = await run(`const bad = new Thread({ target: fail, args: ["far"] }).start();
    try { bad.resultSync(); } catch (error) { handled(error); }`);
  assert.deepEqual(ended, silent("handled far\n"));
});

const LATER = "await new Promise((resolve) => setTimeout(resolve, 60_000));";
const BESIDE = `setTimeout(() => { throw new RangeError("beside"); }, 1); ${LATER}`;

for (const [how, target, cause] of [
  ["all listeners removed", `process.removeAllListeners(); ${BESIDE}`, "RangeError: beside"],
  [
    "a listener that throws",
    `process.on("uncaughtException", () => { throw new TypeError("handler"); }); ${BESIDE}`,
    "TypeError: handler",
  ],
  [
    "no memory left",
    "const all = []; for (;;) all.push(Array.from({ length: 1000 }, (_, i) => i + 'x'));",
    "ERR_WORKER_OUT_OF_MEMORY",
  ],
] as const)
  test(`resultSync takes a death without a word, and result has its cause later: ${how}`, async () => {
    const ended = await run(`const resourceLimits = { maxOldGenerationSizeMb: 32 };
      const bad = new Thread({ name: "bad", resourceLimits, target: async () => { ${target} } }).start();
      try { bad.resultSync(); } catch (error) { console.log(error.name, error.exitcode, error.message); }
      await bad.result().catch((error) => console.log(error.name, error.exitcode, String(error.cause)));`);
    const [first = "", second = ""] = ended.stdout.split("\n");
    assert.match(first, /^WorkerLostError [17] No result of thread "bad": it ended with exit code [17] before run/);
    assert.match(first, /what ended it is not heard while the calling thread blocks/);
    assert.match(second, /^WorkerLostError [17] /);
    assert.ok(second.includes(cause), second);
    assert.deepEqual([ended.stderr, ended.code], ["", 0]);
  });

test("a death that resultSync has delivered is told to no hook, and printed nowhere", async () => {
  for (const hook of ["", `setExcepthook(({ error }) => console.log("hook", error.message));`]) {
    const ended = await run(`${hook} const bad = new Thread({ target: async () => {
        process.removeAllListeners(); ${BESIDE} } }).start();
      try { bad.resultSync(); } catch (error) { console.log(error.exitcode); }
      await bad.join();`);
    assert.deepEqual(ended, silent("1\n"));
  }
});

test("resultSync of a terminated thread has the exit code that result has", async () => {
  const ended = await run(`const running = new Event();
    const bad = new Thread({ target: () => { running.set(); for (;;); } }).start();
    running.waitSync();
    void bad.terminate();
    try { bad.resultSync(); } catch (error) { console.log(error.exitcode, error.message.replace(/^.*: /, "")); }
    await bad.result().catch((error) => console.log(error.exitcode));`);
  assert.deepEqual(ended, silent("1 it was terminated before run() was over\n1\n"));
});

test("an uncaught error of main does not hide that of a thread", async () => {
  const { stderr, code } = await run(`new Thread({ name: "unlucky", target: fail, args: ["far"] }).start().joinSync();
    throw new TypeError("of main");`);
  assert.match(stderr, /^Exception in thread unlucky:\nRangeError: far[\s\S]*TypeError: of main/);
  assert.equal(code, 1);
});

test("a hook of the program is told at once, and only of what nobody waits for", async () => {
  const ended = await run(`setExcepthook(({ error, thread }) => console.log("hook", thread.name, error.message));
    const start = (name) => new Thread({ name, target: fail, args: ["far"] }).start();
    await start("asked").result().catch(handled);
    await start("joined").join(); console.log("joined");`);
  assert.deepEqual(ended, silent("handled far\nhook joined far\njoined\n"));
});

test("an error of a thread that a thread has started is its starter's", async () => {
  const start = `const inner = new Thread({ name: "inner", target: () => { throw new RangeError("far"); } }).start();`;
  const taken = await run(`await new Thread({ target: async () => { ${start}
    await inner.result().catch((error) => console.log("handled", error.message)); } }).start().join();`);
  assert.deepEqual(taken, silent("handled far\n"));
  for (const wait of ["await inner.join();", "inner.joinSync();", ""]) {
    const ended = await run(`await new Thread({ target: async () => { ${start} ${wait} } }).start().result();`);
    assertPrintedOnce(ended, /^Exception in thread inner:\nRangeError: far\n/);
  }
});

test("an error of a process that a thread has started counts for the program", async () => {
  const ended = await run(`await new Thread({ target: async () => {
    await new Process({ name: "inner", target: () => { throw new RangeError("far"); } }).start().join(); } }).start().result();`);
  assertPrintedOnce(ended, /^Exception in process inner:\nRangeError: far\n/);
});

test("what stops a thread is no failure, and result says that it was terminated", async () => {
  const ended = await run(`const wait = () => new Promise((resolve) => setTimeout(resolve, 60_000));
    const thread = new Thread({ target: wait }).start();
    await thread.terminate();
    await thread.join();
    await thread.result().catch((error) => console.log(error.message.replace(/^.*: /, ""), error.cause));
    const { currentThread } = await import("heddle/threading");
    const running = new Event();
    const polite = new Thread({ target: async () => { running.set(); await new Event().wait({ signal: currentThread().signal }); } }).start();
    await running.wait();
    await polite.terminate({ grace: 60_000 });
    const child = new Process({ target: wait }).start();
    child.terminate();
    await child.join();
    await child.result().catch((error) => console.log(error.message.replace(/^.*: /, ""), error.exitcode));`);
  const words = "it was terminated before run() was over";
  assert.deepEqual(ended, silent(`${words} undefined\n${words} -15\n`));
});

test("process.exit in a target is silent, and both faces of result have its code", async () => {
  const ended = await run(`const leave = () => new Thread({ target: () => process.exit(3) }).start();
    await leave().join(); leave().joinSync();
    await leave().result().catch((error) => console.log(error.exitcode));
    try { leave().resultSync(); } catch (error) { console.log(error.exitcode); }
    const child = new Process({ target: () => process.exit(3) }).start();
    await child.join(); console.log(child.exitcode);
    await child.result().catch((error) => console.log(error.exitcode));`);
  assert.deepEqual(ended, silent("3\n3\n3\n3\n"));
});

test("a death by signal names the signal and says where it may come from", async () => {
  const die = `const die = (signal) => new Process({ name: "victim", target: (signal) => {
    process.kill(process.pid, signal); return new Promise((resolve) => setTimeout(resolve, 60_000)); }, args: [signal] }).start();`;
  const taken = await run(`${die} for (const signal of ["SIGKILL", "SIGSEGV"])
    await die(signal).result().catch((error) => console.log(error.message, error.exitcode, error.cause.signal));`);
  const words = (signal: string, code: number): string =>
    `No result of process "victim": it was killed by ${signal} before run() was over ${code} ${signal}\n`;
  assert.deepEqual(taken, silent(words("SIGKILL", -9) + words("SIGSEGV", -11)));
  assertPrintedOnce(
    await run(`${die} await die("SIGKILL").join();`),
    /^Exception in process victim:\nWorkerLostError: .*SIGKILL/,
  );
});

test("closing a process gives its error up: it is printed", async () => {
  const ended = await run(`const bad = new Process({ name: "unlucky", target: fail, args: ["far"] }).start();
    await bad.join(); bad.close();`);
  assertPrintedOnce(ended, /^Exception in process unlucky:\nRangeError: far/);
});
