/** How programs with threads end: exit codes, errors, main first, Ctrl-C. Each program runs in a process of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../threading/program.js";

const IMPORT = `import { Event, Thread, currentThread, enumerate, mainThread, setExcepthook } from "heddle/threading";\n`;

test("T134 a thread that a thread has started keeps the program alive until it is done", async () => {
  const { stdout, code } = await runProgram(`${IMPORT}
    new Thread({ target: () => {
      new Thread({ target: () => { console.log("inner"); } }).start();
      console.log("outer");
    } }).start();
    console.log("main is done");`);
  assert.deepEqual(stdout.trim().split("\n").sort(), ["inner", "main is done", "outer"]);
  assert.equal(code, 0);
});

test("T148 an uncaught error ends the thread only: one message on stderr, exit code 1 at the end", async () => {
  const { stdout, stderr, code } = await runProgram(`${IMPORT}
    await new Thread({ name: "unlucky", target: () => { throw new RangeError("too far"); } }).start().join();
    console.log("goes on");`);
  assert.deepEqual({ stdout, code }, { stdout: "goes on\n", code: 1 });
  assert.match(stderr, /^Exception in thread unlucky:\nRangeError: too far\n/);
  assert.equal(stderr.match(/Exception in/g)?.length, 1);
});

test("T151 process.exit in a thread ends that thread only, silently", async () => {
  const ended = await runProgram(`${IMPORT}
    const thread = new Thread({ target: () => { console.log("before"); process.exit(3); } }).start();
    console.log(await thread.join());
    await thread.result().catch((error) => console.log(error.name, error.exitcode));`);
  assert.deepEqual(ended, { stdout: "before\ntrue\nWorkerLostError 3\n", stderr: "", code: 0, signal: null });
});

test("T152 an excepthook that throws: both errors are shown", async () => {
  const { stderr, code } = await runProgram(`${IMPORT}
    setExcepthook(() => { throw new Error("the hook is broken"); });
    await new Thread({ name: "unlucky", target: () => { throw new Error("first"); } }).start().join();`);
  assert.match(
    stderr,
    /Exception in the excepthook[\s\S]*the hook is broken[\s\S]*Exception in thread unlucky:\nError: first/,
  );
  assert.equal(code, 0);
});

test("T153 setExcepthook(undefined) restores the default", async () => {
  const { stdout, stderr } = await runProgram(`${IMPORT}
    setExcepthook(({ error }) => console.log("hook:", error.message));
    const fail = (text) => new Thread({ name: "t", target: () => { throw new Error(text); } }).start().join();
    await fail("one");
    setExcepthook(undefined);
    await fail("two");`);
  assert.equal(stdout, "hook: one\n");
  assert.match(stderr, /^Exception in thread t:\nError: two/);
});

test("T156 the program waits for threads after main has ended", async () => {
  const { stdout, code } = await runProgram(`${IMPORT}
    const go = new Event();
    new Thread({ target: () => { go.waitSync(); console.log("thread"); } }).start();
    process.on("exit", () => console.log("exit", enumerate().length));
    console.log("main");
    go.set();`);
  // T159: only main is left.
  assert.deepEqual({ stdout, code }, { stdout: "main\nthread\nexit 1\n", code: 0 });
});

test("T160 hooks at exit run once each, after the threads, and may start none", async () => {
  const { stdout, code } = await runProgram(`${IMPORT}
    const go = new Event();
    for (const hook of ["first", "second"]) process.on("exit", () => {
      const thread = new Thread({ target: () => {} });
      try { thread.start(); } catch (error) { console.log(hook, error.name); }
    });
    new Thread({ target: () => { go.waitSync(); console.log("thread"); } }).start();
    go.set();`);
  assert.deepEqual({ stdout, code }, { stdout: "thread\nfirst RuntimeError\nsecond RuntimeError\n", code: 0 });
});

test("T157 main is alive to its threads until they have ended, and a join of it runs out of time", async () => {
  const { stdout, code } = await runProgram(`${IMPORT}
    new Thread({ target: async () => {
      console.log(await mainThread().join({ timeout: 20 }), mainThread().joinSync({ timeout: 20 }));
      console.log(mainThread().isAlive, enumerate().includes(mainThread()));
    } }).start();
    console.log("main is done");`);
  assert.deepEqual({ stdout, code }, { stdout: "main is done\nfalse false\ntrue true\n", code: 0 });
});

test("T158 daemons that run at the end are abandoned without a word", async () => {
  const ended = await runProgram(`${IMPORT}
    const running = new Event();
    new Thread({ daemon: true, target: () => { running.set(); for (;;); } }).start();
    new Thread({ daemon: true, target: () => new Event().waitSync() }).start();
    await running.wait();
    console.log("main");`);
  assert.deepEqual(ended, { stdout: "main\n", stderr: "", code: 0, signal: null });
});

test("T135 a start while the program exits is refused", async () => {
  const ended = await runProgram(`${IMPORT}
    process.on("exit", () => {
      const thread = new Thread({ target: () => {} });
      try { thread.start(); } catch (error) { console.log(error.name, thread.isAlive, enumerate().length); }
    });`);
  assert.deepEqual(ended, { stdout: "RuntimeError false 1\n", stderr: "", code: 0, signal: null });
});

test("T105 a ThreadLocal can be read in the exit handler of its thread", async () => {
  const { stdout } = await runProgram(`import { Thread, ThreadLocal } from "heddle/threading";
    const local = new ThreadLocal();
    await new Thread({ target: () => {
      local.value = "still here";
      process.on("exit", () => console.log(local.value));
    } }).start().join();`);
  assert.equal(stdout, "still here\n");
});

test("a rejection that nobody handles is shown, though run was over", async () => {
  const { stderr, code } = await runProgram(`${IMPORT}
    await new Thread({ name: "careless", target: () => { void Promise.reject(new Error("lost")); } }).start().join();`);
  assert.match(stderr, /^Exception in thread careless:\nError: lost/);
  assert.equal(code, 1);
});

test("a run that waits for what cannot happen fails instead of hanging", async () => {
  const { stderr, code } = await runProgram(`${IMPORT}
    await new Thread({ name: "stuck", target: () => new Promise(() => {}) }).start().join();`);
  assert.match(stderr, /^Exception in thread stuck:\nRuntimeError: run\(\) waits for something/);
  assert.equal(code, 1);
});

for (const [how, wait] of [
  ["awaits", "await thread.join();"],
  ["blocks", "thread.joinSync();"],
] as const) {
  test(`Ctrl-C while main ${how} ends the program at once`, async () => {
    let sent = false;
    const { stdout, stderr, signal } = await runProgram(
      `${IMPORT}
      const thread = new Thread({ target: () => { console.log("ready"); for (;;); } }).start();
      ${wait}
      console.log("not reached");`,
      (_, kill) => {
        if (!sent) kill("SIGINT");
        sent = true;
      },
    );
    assert.deepEqual({ stdout, stderr, signal }, { stdout: "ready\n", stderr: "", signal: "SIGINT" });
  });
}
