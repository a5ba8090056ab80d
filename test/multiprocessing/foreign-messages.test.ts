/** What a program says over Node's own channels, or does to them, does not touch what the library says. */
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { parentPort } from "node:worker_threads";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { Thread } from "heddle/threading";

/** What a program may say, by its name; some look as what the library itself might say. */
const SAYINGS = ["ready", null, undefined, 7, [], { kind: "done", results: [] }, { kind: "ready" }, { cmd: "NODE_X" }];

const say = (): void => {
  for (const saying of SAYINGS.filter((each) => each !== undefined)) process.send?.(saying);
  parentPort?.postMessage("ready");
  parentPort?.postMessage(null);
};

for (const [name, make] of [
  ["Pool", () => new Pool(1)],
  ["ThreadPool", () => new ThreadPool(1)],
] as const) {
  test(`${name}: what a task sends answers no call`, async () => {
    await using pool: Pool | ThreadPool = make();
    const noisy = pool.map((n: number) => (say(), `a${n}`), [1, 2, 3], { chunkSize: 1 });
    const quiet = pool.map((n: number) => `b${n}`, [1, 2, 3], { chunkSize: 1 });
    assert.deepEqual(await Promise.all([noisy, quiet]), [
      ["a1", "a2", "a3"],
      ["b1", "b2", "b3"],
    ]);
  });
}

test("Process: onMessage hears what code in it sends, in the context of its maker, and nothing else", async () => {
  const heard: unknown[] = [];
  const where = new AsyncLocalStorage<string>();
  const process = where.run("here", () => {
    const onMessage = (message: unknown): void => void heard.push([where.getStore(), message]);
    return new Process({ target: async () => say(), onMessage }).start();
  });
  await process.join();
  // What looks like Node's own is Node's.
  const sent = ["ready", null, 7, [], { kind: "done", results: [] }, { kind: "ready" }];
  assert.deepEqual(
    heard,
    sent.map((message) => ["here", message]),
  );
});

test("Process: without onMessage foreign messages are dropped", async () => {
  assert.equal(await new Process({ target: async () => (say(), 5) }).start().result(), 5);
});

test("Process: a wrong onMessage is refused", () => {
  assert.throws(() => new Process({ onMessage: "ready" as never }), {
    name: "TypeError",
    message: 'Process: onMessage must be a function, got "ready"',
  });
});

test("Thread: what its target posts to parentPort is nobody's", async () => {
  assert.equal(await new Thread({ target: () => (say(), 5) }).start().result(), 5);
});

test("Process: a listener in it sees none of the library's messages", async () => {
  const pool = new Pool(1);
  const listen = (): void => void process.on("message", (message) => Object.assign(globalThis, { seen: message }));
  await pool.map(listen, [1]);
  assert.deepEqual(await pool.map(() => (globalThis as { seen?: unknown }).seen, [1, 2], { chunkSize: 1 }), [
    undefined,
    undefined,
  ]);
  await pool.terminate();
});

/** What a program may do to Node's channel. */
const DEEDS: Record<string, () => void> = {
  "process.disconnect()": () => process.connected && process.disconnect(),
  "process.removeAllListeners()": () => void process.removeAllListeners(),
  'process.removeAllListeners("message")': () => void process.removeAllListeners("message"),
  "process.channel.unref()": () => process.channel?.unref(),
  "parentPort.close()": () => parentPort?.close(),
  "parentPort.removeAllListeners()": () => void parentPort?.removeAllListeners(),
};

for (const [name, deed] of Object.entries(DEEDS)) {
  test(`${name} in a worker harms nobody`, async () => {
    const target = async (): Promise<number> => {
      deed();
      await new Promise((resolve) => setImmediate(resolve));
      return 5;
    };
    assert.equal(await new Process({ target }).start().result(), 5);
    assert.equal(await new Thread({ target }).start().result(), 5);
    for (const pool of [new Pool(1), new ThreadPool(1)]) {
      assert.deepEqual(await pool.map(target, [1, 2], { chunkSize: 1 }), [5, 5]);
      assert.deepEqual(await pool.map(() => 6, [1]), [6]);
      await pool.terminate();
    }
  });
}

test("a worker that writes to the library's own pipe is lost, and said to be", async () => {
  await using pool = new Pool(1);
  const { writeSync } = await import("node:fs");
  const error = await pool.map(() => writeSync(4, "nonsense"), [1]).catch((error: unknown) => error);
  assert.ok(error instanceof Error && error.name === "WorkerLostError");
  assert.match(String(error.cause), /RuntimeError: Something else than heddle has written to the pipe/);
  assert.deepEqual(await pool.map((n: number) => n, [1]), [1]);
});
