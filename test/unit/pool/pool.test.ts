/** The pool over workers that live in this thread: the contract, and what only a test that sees the workers can show. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WorkerLostError } from "#heddle/platform/errors/errors.js";
import { fakePool as makePool } from "../../contract/fake-pool.js";
import { FakeFactory, type FakeWorker } from "../../contract/fake-workers.js";
import { poolContract } from "../../contract/pool.js";
import { poolCallsContract } from "../../contract/pool-calls.js";

const square = (x: number): number => x * x;
const hang = (): Promise<never> => new Promise(() => {});
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Lets every microtask run; nothing of a pool over fake workers waits for anything else. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

interface Sent {
  readonly define?: unknown;
  readonly tasks: readonly unknown[];
}
const runs = (worker: FakeWorker): Sent[] =>
  worker.posted.filter((message) => (message as { line: string }).line === "tasks") as Sent[];

poolContract("WorkerPool over fake workers", (size) => makePool(size).pool);
poolCallsContract("WorkerPool over fake workers", (size) => makePool(size).pool);

describe("WorkerPool: workers", () => {
  test("P379 P405 starts its workers at once, names them, never references them", async () => {
    const { pool, factory } = makePool(3);
    assert.deepEqual(
      factory.workers.map((worker) => [worker.name, worker.referenced]),
      [
        ["PoolWorker-1", false],
        ["PoolWorker-2", false],
        ["PoolWorker-3", false],
      ],
    );
    await pool.map(square, range(100));
    assert.equal(factory.workers.length, 3);
    await pool.terminate();
    assert.equal(factory.living.length, 0);
  });

  test("P401 if a worker cannot be created the constructor throws and those already made are stopped", async () => {
    const factory = new FakeFactory();
    const start = factory.start.bind(factory);
    factory.start = (spec) => {
      if (factory.workers.length === 2) throw new Error("no more workers");
      return start(spec);
    };
    assert.throws(() => makePool(3, factory), { message: "no more workers" });
    await quiet();
    assert.equal(factory.workers.length, 2);
    assert.equal(factory.living.length, 0);
  });

  test("a replacement that cannot be created fails the waiting calls after three attempts", async () => {
    const { pool, factory } = makePool(1);
    await quiet();
    let attempts = 0;
    factory.start = () => {
      attempts++;
      throw new Error("no more workers");
    };
    await assert.rejects(
      pool.map(() => process.exit(1), [1]),
      WorkerLostError,
    );
    await assert.rejects(pool.map(square, [1]), (error: WorkerLostError) => {
      assert.match(error.message, /^Cannot start a worker: 3 in a row/);
      return (error.cause as Error).message === "no more workers";
    });
    assert.equal(attempts, 6);
    await pool.terminate();
  });

  test("workers that die while starting fail the waiting calls after three in a row", async () => {
    const { pool, factory } = makePool(1, new FakeFactory((worker) => worker.die({ exitcode: 9 })));
    const calls = [pool.map(square, [1]), pool.map(square, [2])];
    for (const call of calls) {
      await assert.rejects(call, { name: "WorkerLostError", worker: "PoolWorker-3", exitcode: 9 });
    }
    await quiet();
    assert.equal(factory.workers.length, 3);
    await pool.terminate();
  });

  test("a pool that had given up starts again with new work, and ends as any other", async () => {
    const boot = (worker: FakeWorker, n: number): void => (n > 3 ? worker.boot() : worker.die({ exitcode: 1 }));
    const { pool, factory } = makePool(1, new FakeFactory(boot));
    await assert.rejects(pool.map(square, [1]), WorkerLostError);
    assert.deepEqual(await pool.map(square, [2]), [4]);
    const call = pool.map(hang, [1]);
    pool.close();
    assert.equal(await pool.join({ timeout: 0 }), false);
    await pool.terminate();
    await assert.rejects(call, { name: "CancelledError" });
    assert.equal(factory.living.length, 0);
  });

  test("P404 a pool of 200 workers works", async () => {
    const { pool, factory } = makePool(200);
    assert.deepEqual(await pool.map(square, range(1000)), range(1000).map(square));
    await pool.terminate();
    assert.equal(factory.workers.length, 200);
    assert.equal(factory.living.length, 0);
  });

  test("a worker that dies while starting is replaced and no call fails", async () => {
    const boot = (worker: FakeWorker, n: number): void => (n % 3 === 0 ? worker.boot() : worker.die({ exitcode: 1 }));
    const { pool, factory } = makePool(1, new FakeFactory(boot));
    assert.deepEqual(await pool.map(square, range(9)), range(9).map(square));
    assert.equal(factory.workers.length, 3);
    await pool.terminate();
  });

  test("an idle worker that dies is replaced", async () => {
    const { pool, factory } = makePool(2);
    await pool.map(square, range(8));
    factory.workers[0]!.die({ exitcode: -9 });
    await quiet();
    assert.equal(factory.living.length, 2);
    assert.deepEqual(await pool.map(square, range(9)), range(9).map(square));
    await pool.terminate();
  });

  test("a worker that dies after its answer loses nothing", async () => {
    const { pool, factory } = makePool(1);
    const onProgress = (): void => factory.living[0]!.die({ exitcode: 1 });
    assert.deepEqual(await pool.map(square, [1, 2], { chunkSize: 2, onProgress }), [1, 4]);
    assert.deepEqual(await pool.map(square, [3]), [9]);
    await pool.terminate();
  });

  test("terminate while workers are starting leaves none", async () => {
    const { pool, factory } = makePool(3, new FakeFactory(() => {}));
    const call = pool.map(square, [1]);
    await pool.terminate();
    await assert.rejects(call, { name: "CancelledError" });
    await quiet();
    assert.equal(factory.living.length, 0);
    assert.equal(factory.workers.length, 3);
  });

  test("close of an idle pool ends its workers, starting ones included", async () => {
    const { pool, factory } = makePool(2, new FakeFactory((worker, n) => n === 1 && worker.boot()));
    await quiet();
    pool.close();
    assert.equal(await pool.join(), true);
    assert.equal(factory.workers.length, 2);
    assert.equal(factory.living.length, 0);
  });

  test("signal stops the workers that run the call, and only those", async () => {
    const { pool, factory } = makePool(2);
    await quiet();
    const controller = new AbortController();
    const other = pool.map(hang, [1]);
    const call = pool.map(hang, range(5), { chunkSize: 1, signal: controller.signal });
    controller.abort();
    await assert.rejects(call, { name: "AbortError" });
    await quiet();
    assert.equal(factory.workers.length, 3);
    assert.equal(factory.living.length, 2);
    assert.equal(
      factory.workers.reduce((sum, worker) => sum + worker.terminations, 0),
      1,
    );
    await pool.terminate();
    await assert.rejects(other, { name: "CancelledError" });
  });
});

describe("WorkerPool: traffic", () => {
  test("a function is sent once to each worker and forgotten when the call is over", async () => {
    const { pool, factory } = makePool(2);
    const data = { factor: 2 };
    await pool.map((x: number) => x * data.factor, range(20), { chunkSize: 1 });
    for (const worker of factory.workers) {
      const sent = runs(worker);
      assert.ok(sent.length > 1);
      assert.deepEqual(
        sent.map((run) => run.define !== undefined),
        sent.map((_, i) => i === 0),
      );
      const last = worker.posted.at(-1) as { line: string };
      assert.equal(last.line, "forget");
    }
    await pool.terminate();
  });

  test("the default chunk is Python's where the length is known, else as many items as take some milliseconds", async () => {
    const chunks = async (items: Iterable<number>): Promise<number> => {
      const { pool, factory } = makePool(2);
      await pool.map(square, items);
      await pool.terminate();
      return factory.workers.flatMap(runs).flatMap(({ tasks }) => tasks).length;
    };
    assert.equal(await chunks(range(100)), Math.ceil(100 / Math.ceil(100 / 8)));
    assert.equal(await chunks(range(3)), 3);
    assert.equal(await chunks(new Set(range(16))), 8);
    // By the time that items take: one at first, and more when that is known to be little.
    assert.ok((await chunks(range(160).values())) < 160);
  });

  test("the input is never read further than bufferSize items ahead of the results", async () => {
    const { pool } = makePool(2);
    let read = 0;
    let done = 0;
    let most = 0;
    function* input(): Generator<number> {
      for (; read < 50; read++) {
        most = Math.max(most, read + 1 - done);
        yield read;
      }
    }
    const onProgress = (count: number): void => {
      done = count;
    };
    await pool.map(square, input(), { bufferSize: 5, chunkSize: 2, onProgress });
    assert.ok(most <= 5, `${most} items were read ahead`);
    await pool.map(square, range(3), { bufferSize: 1, chunkSize: 10 });
    await pool.terminate();
  });

  test("results keep the order of the input though a later chunk is done first", async () => {
    const { pool } = makePool(2);
    // The first item is done when the last one runs. `process` is the same object in a worker of this thread.
    const fn = (x: number): unknown => {
      if (x === 0) return new Promise((resolve) => process.once("last item" as "exit", () => resolve("first")));
      if (x === 3) process.emit("last item" as "exit", 0);
      return x;
    };
    assert.deepEqual(await pool.map(fn, range(4), { chunkSize: 1 }), ["first", 1, 2, 3]);
    await pool.terminate();
  });

  test("close keeps the workers while the input of a call is still being read", async () => {
    const { pool, factory } = makePool(2);
    async function* input(): AsyncGenerator<number> {
      yield 1;
      await quiet();
      yield 2;
    }
    const call = pool.map(square, input());
    pool.close();
    assert.deepEqual(await call, [1, 4]);
    assert.equal(await pool.join(), true);
    assert.equal(factory.workers.length, 2);
  });

  test("P393 items and functions are released when the call is over, though the pool lives on", async () => {
    const { pool, factory } = makePool(1);
    const mapOnce = async (): Promise<WeakRef<object>[]> => {
      const item = { size: 1 };
      const data = { none: 0 };
      const fn = (x: { size: number }): number => x.size + data.none;
      assert.deepEqual(await pool.map(fn, [item]), [1]);
      return [new WeakRef(item), new WeakRef(fn)];
    };
    const refs = await mapOnce();
    await quiet();
    factory.workers[0]!.posted.length = 0;
    collectGarbage();
    assert.deepEqual(
      refs.map((ref) => ref.deref()),
      [undefined, undefined],
    );
    await pool.terminate();
  });

  test("an endless input is read no further than the default window", async () => {
    const { pool } = makePool(3);
    let read = 0;
    function* input(): Generator<number> {
      for (;;) yield read++;
    }
    const call = pool.map(hang, input());
    await quiet();
    assert.equal(read, 6);
    await pool.terminate();
    await assert.rejects(call, { name: "CancelledError" });
  });

  test("an error of the input is thrown only when what runs has settled", async () => {
    const { pool, factory } = makePool(1, new FakeFactory(() => {}));
    let settled = false;
    function* input(): Generator<number> {
      yield 1;
      throw new SyntaxError("input failed");
    }
    const call = pool.map(square, input()).finally(() => {
      settled = true;
    });
    call.catch(() => {});
    await quiet();
    assert.equal(settled, false);
    factory.workers[0]!.boot();
    await assert.rejects(call, SyntaxError);
    await pool.terminate();
  });
});
