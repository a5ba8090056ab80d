import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allTasks,
  type CancelledError,
  createTask,
  currentTask,
  type ExceptionContext,
  type ExceptionGroup,
  run,
  setExceptionHandler,
  sleep,
  timeout,
} from "heddle/asyncio";
import { monotonic } from "heddle/time";
import { runProgram } from "../threading/program.js";
import { program, talkingProgram } from "./program.js";
import { deferred, LONG, later, rejection } from "./rejection.js";

test("run: gives the result of main, and throws its error", async () => {
  assert.equal(await run(() => later(1, 5)), 5);
  const error = new Error("no");
  assert.equal(await rejection(run(() => Promise.reject(error))), error);
  assert.equal(await run(() => currentTask()!.name, { name: "named" }), "named");
});

test("run: two in a row add their delays (tutorial program 9)", async () => {
  const said: string[] = [];
  const say = async (ms: number, word: string): Promise<void> => {
    await sleep(ms);
    said.push(word);
  };
  const begin = monotonic();
  await run(() => say(20, "Good"));
  await run(() => say(40, "Morning"));
  assert.ok(monotonic() - begin >= 60);
  await say(1, "without run");
  assert.deepEqual(said, ["Good", "Morning", "without run"]);
});

test("run: left-over tasks are cancelled and awaited", async () => {
  const log: string[] = [];
  await run(async () => {
    const started = deferred();
    createTask(async () => {
      try {
        started.resolve();
        await sleep(LONG);
      } finally {
        await Promise.resolve();
        log.push("cleaned");
      }
    });
    await started.promise;
  });
  assert.deepEqual(log, ["cleaned"]);
});

test("run: a task created while others clean up does not run, and is awaited too", async () => {
  await run(async () => {
    createTask(
      async () => {
        try {
          await sleep(LONG);
        } finally {
          createTask(() => assert.fail("ran"));
        }
      },
      { eager: true },
    );
  });
});

test("run inside run: allowed; the outer cancel reaches the inner main", async () => {
  const outer = createTask(
    () =>
      run(async () => {
        assert.deepEqual([...allTasks()], [currentTask()]);
        await sleep(LONG);
      }),
    { eager: true },
  );
  await null;
  outer.cancel("outer");
  assert.equal(((await rejection(outer)) as CancelledError).reason, "outer");
  assert.equal(
    await rejection(timeout(1, () => run(() => sleep(LONG)))).then((error) => (error as Error).name),
    "TimeoutError",
  );
});

test("run: two side by side are apart", async () => {
  const sizes = await Promise.all([1, 2].map(() => run(() => sleep(0).then(() => allTasks().size))));
  assert.deepEqual(sizes, [1, 1]);
});

test("run: cleanupTimeout ends the waiting for tasks that do not end, and names them", async () => {
  const gate = deferred();
  const warned = deferred<Error>();
  process.once("warning", (warning) => warned.resolve(warning));
  await run(
    () => {
      createTask(() => gate.promise, { name: "stubborn", eager: true });
    },
    { cleanupTimeout: 5 },
  );
  assert.match((await warned.promise).message, /1 task\(s\) still run 5 ms after they were cancelled: stubborn/);
  gate.resolve();
});

test("run: errors of tasks nobody awaited are reported at its end, once; retrieved ones are not", async (t) => {
  t.after(() => setExceptionHandler(undefined));
  const reported: ExceptionContext[] = [];
  setExceptionHandler((context) => reported.push(context));
  const lost = new Error("lost");
  await run(async () => {
    createTask(() => Promise.reject(lost), { name: "loser" });
    await rejection(createTask(() => Promise.reject(new Error("awaited"))));
    const looked = createTask(() => Promise.reject(new Error("looked at")));
    await sleep(0);
    looked.exception();
  });
  assert.deepEqual(
    reported.map((each) => each.exception),
    [lost],
  );
  assert.match(reported[0]!.message, /loser/);
});

test("run: a waiter that was cancelled has not retrieved the error", async (t) => {
  t.after(() => setExceptionHandler(undefined));
  const reported: unknown[] = [];
  setExceptionHandler(({ exception }) => reported.push(exception));
  const gate = deferred();
  const lost = new Error("lost");
  await run(async () => {
    const failing = createTask(() => gate.promise);
    await createTask(async () => failing, { eager: true }).cancelAndWait();
    gate.reject(lost);
    await sleep(0);
  });
  assert.deepEqual(reported, [lost]);
});

test("run with unretrieved throw: throws them as a group, unless main itself failed", async (t) => {
  t.after(() => setExceptionHandler(undefined));
  const lost = new Error("lost");
  const lose = (): void => void createTask(() => Promise.reject(lost), { eager: true });
  const thrown = await rejection(
    run(
      () =>
        sleep(0)
          .then(lose)
          .then(() => sleep(0)),
      { unretrieved: "throw" },
    ),
  );
  assert.deepEqual((thrown as ExceptionGroup).errors, [lost]);
  const reported: unknown[] = [];
  setExceptionHandler(({ exception }) => reported.push(exception));
  const own = new Error("own");
  const main = async (): Promise<void> => {
    lose();
    await sleep(0);
    throw own;
  };
  assert.equal(await rejection(run(main, { unretrieved: "throw" })), own);
  assert.deepEqual(reported, [lost]);
});

test("setExceptionHandler: one that throws stops nothing; wrong types are refused", async (t) => {
  t.after(() => setExceptionHandler(undefined));
  const print = t.mock.method(console, "error", () => {});
  setExceptionHandler(() => {
    throw new Error("handler");
  });
  const main = (): Promise<number> => {
    createTask(() => Promise.reject(new Error("lost")));
    return later(0, 5);
  };
  assert.equal(await run(main), 5);
  assert.equal(print.mock.callCount(), 2);
  assert.throws(() => setExceptionHandler(5 as never), TypeError);
});

test("run: refuses promises, unknown options and numbers out of range", async () => {
  assert.match(
    String(await rejection(run(Promise.resolve() as never))),
    /run takes a function: run\(\(\) => work\(\)\)/,
  );
  assert.match(String(await rejection(run(() => 1, { debug: true } as never))), /unknown option "debug"/);
  for (const cleanupTimeout of [-1, Number.NaN]) {
    assert.ok((await rejection(run(() => 1, { cleanupTimeout }))) instanceof RangeError);
  }
  assert.ok((await rejection(run(() => 1, { unretrieved: "drop" as never }))) instanceof RangeError);
  assert.ok((await rejection(run(() => 1, { name: 1 as never }))) instanceof TypeError);
  assert.ok((await rejection(run(() => 1, { signals: 1 as never }))) instanceof TypeError);
});

test("run: leaves no listener, task or timer behind", async () => {
  const before = [process.listenerCount("SIGINT"), process.listenerCount("unhandledRejection")];
  await run(
    async () => {
      createTask(() => sleep(LONG));
      await timeout(LONG, () => sleep(1));
      await rejection(timeout(1, () => sleep(LONG)));
    },
    { signals: true },
  );
  assert.deepEqual([process.listenerCount("SIGINT"), process.listenerCount("unhandledRejection")], before);
  assert.equal(allTasks().size, 0);
});

test("a program that used everything ends by itself, with nothing on stderr", async () => {
  const ended = await program(`
    import { createTask, gather, moveOnAfter, run, shield, sleep, TaskGroup, timeout } from "heddle/asyncio";
    const begin = performance.now();
    await run(async () => {
      createTask(() => sleep(600000));
      await timeout(600000, () => sleep(1));
      await moveOnAfter(1, () => sleep(600000));
      await TaskGroup.run((group) => { group.createTask(() => sleep(600000)); group.cancel(); });
      await gather([() => sleep(600000), () => Promise.reject(1)]).catch(() => {});
      await shield(() => sleep(1), { timeout: 600000 });
    }, { signals: true });
    const scoped = createTask(() => sleep(600000), { eager: true });
    await scoped.cancelAndWait();
    console.log(process.getActiveResourcesInfo().filter((kind) => !kind.includes("Wrap") && !kind.includes("Request")));
  `);
  assert.deepEqual(ended, { code: 0, stdout: "[]\n", stderr: "" });
});

test("createTask outside run: a task that can never end is named when the process ends", async () => {
  const { code, stderr } = await program(`
    import { createTask } from "heddle/asyncio";
    createTask(() => new Promise(() => {}), { name: "stuck" });
  `);
  assert.equal(code, 0);
  assert.match(stderr, /AsyncioWarning: the process ends while 1 task\(s\) still wait: stuck/);
});

test("createTask outside run: an error nobody awaited is told at garbage collection, else when the process ends", async () => {
  const atEnd = await program(`
    import { createTask } from "heddle/asyncio";
    createTask(() => { throw new RangeError("lost"); }, { name: "loser" });
    process.on("exit", () => console.log("exit"));
  `);
  assert.match(atEnd.stderr, /the error of loser was never retrieved\n RangeError: lost/);
  const atCollection = await program(
    `
    import { createTask, setExceptionHandler } from "heddle/asyncio";
    const told = new Promise((resolve) => setExceptionHandler((context) => { console.log(context.message); resolve(); }));
    createTask(() => { throw new RangeError("lost"); }, { name: "loser" });
    const collect = setInterval(() => gc(), 1);
    await told;
    clearInterval(collect);
    setExceptionHandler(undefined);
  `,
    ["--expose-gc"],
  );
  assert.deepEqual(atCollection, {
    code: 0,
    stdout: "heddle/asyncio: the error of loser was never retrieved\n",
    stderr: "",
  });
});

test("a strand nobody awaits: its CancelledError does not end the process, another error does", async () => {
  const source = (body: string): string => `
    import { createTask, run, sleep } from "heddle/asyncio";
    await run(async () => {
      const task = createTask(async () => {
        const strand = (async () => { ${body} })();
        await sleep(600000);
        await strand;
      });
      await sleep(1);
      await task.cancelAndWait();
      await new Promise((resolve) => setImmediate(resolve));
      console.log("went on");
    });
  `;
  assert.deepEqual(await program(source("await sleep(600000)")), { code: 0, stdout: "went on\n", stderr: "" });
  const failing = await program(source("throw new RangeError('real')"));
  assert.equal(failing.code, 1);
  assert.match(failing.stderr, /RangeError: real/);
  assert.equal(failing.stdout, "");
});

test("run with signals: the first SIGINT cancels main, whose cleanup runs; the second ends the process with 130", async () => {
  const source = (cleanup: string): string => `
    import { run, shield, sleep } from "heddle/asyncio";
    await run(async () => {
      try {
        console.log("ready");
        await sleep(600000);
      } catch (error) {
        console.log(error.name, error.reason);
        ${cleanup}
        console.log("cleaned");
      }
    }, { signals: true });
  `;
  const polite = await talkingProgram(source("await shield(() => sleep(1));"), (line, kill) => {
    if (line === "ready") kill("SIGINT");
  });
  assert.deepEqual(polite, { code: 0, lines: ["ready", "CancelledError SIGINT", "cleaned"] });
  const impatient = await talkingProgram(source("await shield(() => sleep(600000));"), (line, kill) => {
    if (line === "ready" || line.startsWith("CancelledError")) kill("SIGINT");
  });
  assert.deepEqual(impatient, { code: 130, lines: ["ready", "CancelledError SIGINT"] });
});

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  for (const [how, source] of Object.entries({
    "at the top": "await run(main, { signals: true });",
    "that nobody awaits": "run(main, { signals: true });",
    "that is caught": "await run(main, { signals: true }).catch((error) => console.log(error.name));",
    "in finally": "try { await run(main, { signals: true }); } finally { console.log('finally'); }",
  }))
    test(`run with signals: ${signal} ends a run ${how} with ${code} and no stack`, async () => {
      const { stdout, stderr, ...ended } = await runProgram(
        `import { run, sleep } from "heddle/asyncio";
        const main = async () => {
          try { console.log("ready"); await sleep(600000); }
          catch (error) { console.log(error.reason); throw error; }
        };
        ${source}`,
        (text, kill) => {
          if (text === "ready\n") kill(signal);
        },
      );
      const more = { "that is caught": "CancelledError\n", "in finally": "finally\n" }[how] ?? "";
      assert.equal(stdout, `ready\n${signal}\n${more}`);
      assert.deepEqual({ stderr, ...ended }, { stderr: "", code, signal: null });
    });

test("run with signals: another error than the cancellation is shown, and ends the program as ever", async () => {
  const { stderr, code } = await runProgram(
    `import { run, sleep } from "heddle/asyncio";
    await run(async () => {
      try { console.log("ready"); await sleep(600000); } catch { throw new RangeError("cleanup failed"); }
    }, { signals: true });`,
    (text, kill) => {
      if (text === "ready\n") kill("SIGINT");
    },
  );
  assert.match(stderr, /RangeError: cleanup failed/);
  assert.equal(code, 1);
});

test("100,000 tasks, timeouts, signals and cancelled waits leave no memory behind", async () => {
  const { code, stdout, stderr } = await program(
    `
    import { allTasks, createTask, currentSignal, run, sleep, TaskGroup, timeout } from "heddle/asyncio";
    const longLived = createTask(() => new Promise((resolve) => setTimeout(resolve, 3_600_000)), { eager: true });
    async function round() {
      await run(async () => {
        for (let n = 0; n < 10_000; n++) {
          await createTask(() => timeout(600_000, () => currentSignal().aborted));
        }
        await TaskGroup.run(async (group) => {
          for (let n = 0; n < 10_000; n++) group.createTask(async () => longLived);
          await sleep(0);
          group.cancel();
        });
      });
      // Finalizers run in turns of the loop, and free what a second collection finds.
      for (let turn = 0; turn < 4; turn++) {
        gc();
        await new Promise((resolve) => setImmediate(resolve));
      }
      return process.memoryUsage().heapUsed;
    }
    for (let n = 0; n < 2; n++) await round();
    const before = await round();
    for (let n = 0; n < 5; n++) await round();
    console.log(Math.round((await round() - before) / 1024), allTasks().size);
    process.exit();
  `,
    ["--expose-gc"],
  );
  assert.equal(code, 0, stderr);
  const [grownKiB, tasks] = stdout.split(" ").map(Number);
  assert.ok(grownKiB! < 1024, `the heap grew by ${grownKiB} KiB`);
  assert.equal(tasks, 1);
});
