/** However a thread dies, the excepthook hears of it, also when the program only joins; and what the program handles kills nobody. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadPool } from "heddle/multiprocessing";
import { Thread } from "heddle/threading";
import { runProgram } from "./program.js";

const LATER = "return new Promise((resolve) => setTimeout(resolve, 60_000));";
const THROW = `setTimeout(() => { throw new RangeError("far"); }, 1); ${LATER}`;

const deaths: Record<string, readonly [target: string, told: RegExp]> = {
  "out of memory": [
    'const all = []; for (;;) all.push(Array.from({ length: 1000 }, (_, i) => i + "x"));',
    /^WorkerLostError: .*ERR_WORKER_OUT_OF_MEMORY/,
  ],
  "all listeners removed": [`process.removeAllListeners(); ${THROW}`, /^WorkerLostError: .*RangeError: far/],
  "the library's listener removed": [`process.removeAllListeners("uncaughtException"); ${THROW}`, /RangeError: far/],
  "nothing left to wait for, and nobody to notice": [
    "process.removeAllListeners(); return new Promise(() => {});",
    /^WorkerLostError: .*ended with exit code 0/,
  ],
  "a handler that throws": [
    `process.on("uncaughtException", () => { throw new TypeError("handler"); }); ${THROW}`,
    /TypeError: handler/,
  ],
  "a handler that overflows the stack": [
    `process.on("uncaughtException", () => { const deeper = () => deeper() + 1; deeper(); }); ${THROW}`,
    /Maximum call stack/,
  ],
  "a listener of a signal that throws": [
    `const abort = new AbortController(); abort.signal.onabort = () => { throw new RangeError("far"); }; abort.abort(); ${LATER}`,
    /^RangeError: far/,
  ],
  "a rejection": [`void Promise.reject(new RangeError("far")); ${LATER}`, /^RangeError: far/],
  "a rejection after run": [`void Promise.reject(new RangeError("far"));`, /^RangeError: far/],
  "an error with something that cannot travel": [
    `throw Object.assign(new RangeError("far"), { hidden: new WeakMap() });`,
    /^RangeError: far/,
  ],
  "an error that cannot travel": [
    `throw new (class extends RangeError { static hidden = new WeakMap(); })("far");`,
    /^RemoteError: RangeError: far/,
  ],
};

for (const [face, join] of [
  ["await", "await thread.join()"],
  ["block", "thread.joinSync()"],
] as const)
  test(`the excepthook is told of every death, once, also if main only joins: ${face}`, async () => {
    const targets = Object.entries(deaths).map(([how, [target]]) => `${JSON.stringify(how)}: () => { ${target} }`);
    const ended = await runProgram(`import { setExcepthook, Thread } from "heddle/threading";
      setExcepthook(({ error, thread }) => console.log(thread.name + ": " + error + " " + error.cause));
      const resourceLimits = { maxOldGenerationSizeMb: 32 };
      for (const [name, target] of Object.entries({ ${targets.join(",\n")} })) {
        const thread = new Thread({ name, resourceLimits, target }).start();
        ${join};
      }`);
    assert.deepEqual([ended.stderr, ended.code], ["", 0]);
    const lines = ended.stdout.trimEnd().split("\n");
    assert.equal(lines.length, targets.length, ended.stdout);
    for (const [how, [, told]] of Object.entries(deaths)) {
      const line = lines.find((line) => line.startsWith(`${how}: `));
      assert.match(line?.slice(how.length + 2) ?? "", told, how);
    }
  });

test("the same without a hook: on stderr, with exit code 1", async () => {
  const [[target]] = [deaths["out of memory"]!];
  for (const join of ["await thread.join()", "thread.joinSync()", "thread.joinSync(); process.exit()"]) {
    const { stderr, code } = await runProgram(`import { Thread } from "heddle/threading";
      const resourceLimits = { maxOldGenerationSizeMb: 32 };
      const thread = new Thread({ name: "victim", daemon: true, resourceLimits, target: () => { ${target} } }).start();
      ${join};`);
    assert.match(stderr, /^Exception in thread victim:\nWorkerLostError: No result of thread "victim"/);
    assert.equal(code, 1);
  }
});

/** Each raises one error, and returns how often its own handler has seen it. */
const handlers: Record<string, () => Promise<number>> = {
  on: () => seen((count) => process.on("uncaughtException", count)),
  once: () => seen((count) => process.once("uncaughtException", count)),
  prependOnce: () => seen((count) => process.prependOnceListener("uncaughtException", count)),
  "a capture callback": () =>
    seen(
      (count) => process.setUncaughtExceptionCaptureCallback(count),
      () => process.setUncaughtExceptionCaptureCallback(null),
    ),
  unhandledRejection: () =>
    seen((count) => {
      process.on("unhandledRejection", count);
      void Promise.reject(new Error("beside"));
    }, null),
  "a rejection as an error": () =>
    seen((count) => {
      process.on("uncaughtException", count);
      void Promise.reject(new Error("beside"));
    }, null),
};

/** @param end null if it raises the error itself */
async function seen(handle: (count: () => void) => void, end: (() => void) | null = () => {}): Promise<number> {
  let times = 0;
  const raised = new Promise<void>((resolve) => {
    handle(() => {
      times++;
      resolve();
    });
  });
  if (end !== null)
    setTimeout(() => {
      throw new Error("beside");
    }, 1);
  const hold = setInterval(() => {}, 1000);
  await raised;
  clearInterval(hold);
  end?.();
  return times;
}

for (const [how, target] of Object.entries(handlers)) {
  test(`a thread's own handler is honoured: ${how}`, async () => {
    assert.equal(await new Thread({ target }).start().result(), 1);
  });

  test(`a pool's thread, too: ${how}`, async () => {
    await using pool = new ThreadPool(1);
    assert.deepEqual(await pool.map(target, [0]), [1]);
  });
}

test("a handler that is called once handles one error; the next one ends the thread", async () => {
  const target = async (): Promise<void> => {
    const first = new Promise<void>((resolve) => process.once("uncaughtException", () => resolve()));
    setTimeout(() => {
      throw new Error("first");
    }, 1);
    await first;
    setTimeout(() => {
      throw new RangeError("second");
    }, 1);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  };
  await assert.rejects(new Thread({ target }).start().result(), { name: "RangeError", message: "second" });
});

test("a monitor handles nothing", async () => {
  const target = async (): Promise<void> => {
    process.on("uncaughtExceptionMonitor", () => {});
    setTimeout(() => {
      throw new RangeError("beside");
    }, 1);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  };
  await assert.rejects(new Thread({ target }).start().result(), { name: "RangeError", message: "beside" });
});

test("the first thread of a program shares memory with main, whatever its options", async () => {
  const ended = await runProgram(`import { currentThread, Thread } from "heddle/threading";
    const thread = new Thread({ name: "first", daemon: false, target: () => currentThread().isAlive }).start();
    console.log(await thread.result());`);
  assert.deepEqual(ended, { stdout: "true\n", stderr: "", code: 0, signal: null });
});
