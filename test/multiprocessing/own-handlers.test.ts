/** Errors beside a target that the program in the process handles itself are handled, as in any process of Node. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool, Process } from "heddle/multiprocessing";

type Handle = (seen: unknown[]) => void;

/** Ways to handle them, by name. */
const WAYS: Record<string, Handle> = {
  on: (seen) => process.on("uncaughtException", (error) => seen.push(error.message)),
  once: (seen) => process.once("uncaughtException", (error) => seen.push(error.message)),
  "prepended, for once": (seen) =>
    process.prependOnceListener("uncaughtException", (error) => seen.push(error.message)),
  "capture callback": (seen) => process.setUncaughtExceptionCaptureCallback((error) => seen.push(error.message)),
};

/** Throws beside itself, and goes on. */
const throwing = (handle: Handle): (() => Promise<unknown[]>) => {
  return async () => {
    const seen: unknown[] = [];
    handle(seen);
    setImmediate(() => {
      throw new Error("beside");
    });
    const looking = setInterval(() => {}, 1);
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    clearInterval(looking);
    return seen;
  };
};

const rejecting = async (): Promise<unknown[]> => {
  const seen: unknown[] = [];
  process.on("unhandledRejection", (error) => seen.push((error as Error).message));
  void Promise.reject(new Error("nobody"));
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  return seen;
};

for (const [name, handle] of Object.entries(WAYS)) {
  test(`Process and Pool: a handler of the target's own handles an error beside it (${name})`, async () => {
    const target = throwing(handle);
    assert.deepEqual(await new Process({ target }).start().result(), ["beside"]);
    await using pool = new Pool(1);
    assert.deepEqual(await pool.map(target, [1]), [["beside"]]);
  });
}

test("Process and Pool: a handler of rejections handles those beside the target", async () => {
  const process = new Process({ target: rejecting }).start();
  assert.deepEqual([await process.result(), process.exitcode], [["nobody"], 0]);
  await using pool = new Pool(1);
  assert.deepEqual(await pool.map(rejecting, [1]), [["nobody"]]);
});

test("Process: a monitor of errors hears them, and does not handle them", async () => {
  const target = (): Promise<void> => {
    process.on("uncaughtExceptionMonitor", () => {});
    setImmediate(() => {
      throw new Error("beside");
    });
    return new Promise((resolve) => setTimeout(resolve, 10_000));
  };
  await assert.rejects(new Process({ target }).start().result(), { message: "beside" });
});
