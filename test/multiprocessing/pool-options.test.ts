/** Options of pools, over threads and processes, and what only real workers can show. */
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { describe, test } from "node:test";
import { threadId } from "node:worker_threads";
import type { ThreadPoolOptions } from "heddle/multiprocessing";
import { BrokenProcessPool, BrokenThreadPool, Pool, ThreadPool } from "heddle/multiprocessing";

type Pools = Pool | ThreadPool;
type Kind = new (options?: number | ThreadPoolOptions) => Pools;

const square = (x: number): number => x * x;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const whoAmI = (): string => `${process.pid}/${threadId}`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks again until it is so; the test's own limit ends what never comes. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}

for (const Made of [ThreadPool, Pool] as Kind[]) {
  const { name } = Made;
  const Broken = name === "Pool" ? BrokenProcessPool : BrokenThreadPool;

  describe(`${name}: options`, () => {
    test("P380 the default number of workers is what the machine can run at a time", async () => {
      await using pool = new Made();
      assert.equal(pool.size, availableParallelism());
    });

    test("P398 wrong options are refused by name", () => {
      for (const [option, wrong] of Object.entries({
        processes: [0, 1.5, "2"],
        minWorkers: [-1, "1"],
        maxWorkers: [0],
        maxTasksPerChild: [0, -1, 0.5, "12"],
        maxQueue: [0],
        maxMemory: [0, "1"],
        idleTimeout: [-1],
        grace: [-1, "1"],
        initializer: [1],
        initargs: ["a"],
        name: [1],
        resourceLimits: [1, { heap: 1 }, { stackSizeMb: 0 }],
      }))
        for (const value of wrong)
          assert.throws(
            () => new Made({ [option]: value }),
            (error: Error) => /TypeError|RangeError/.test(error.name) && error.message.startsWith(`${name}: ${option}`),
            `${option}: ${JSON.stringify(value)}`,
          );
      assert.throws(() => new Made({ minWorkers: 3, maxWorkers: 2 }), { name: "RangeError", message: /minWorkers/ });
      assert.throws(() => new Made({ workers: 3 } as never), { name: "TypeError", message: /"workers"/ });
    });

    test("P399 an initializer runs in each worker, with its arguments, before the first task", async () => {
      const initializer = async (a: number, b: { c: number }): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        Object.assign(process, { heddleInitialized: a + b.c });
      };
      await using pool = new Made({ processes: 2, initializer, initargs: [1, { c: 2 }] });
      const seen = (): unknown => (process as unknown as { heddleInitialized?: number }).heddleInitialized;
      assert.deepEqual(
        await pool.map(seen, range(8), { chunkSize: 1 }),
        range(8).map(() => 3),
      );
      assert.throws(() => new Made({ initializer: "f" as never }), { name: "TypeError", message: /initializer/ });
    });

    test("an initializer that fails breaks the pool: what waits and what comes later fails with its error as the cause", async () => {
      const initializer = (): never => {
        throw new RangeError("no table");
      };
      await using pool = new Made({ processes: 2, initializer });
      const isBroken = (error: unknown): boolean => {
        assert.ok(error instanceof Broken, String(error));
        assert.ok(error.cause instanceof RangeError);
        assert.equal(error.cause.message, "no table");
        return true;
      };
      const calls = [pool.map(square, range(10)), pool.run(square, 1)];
      for (const call of calls) await assert.rejects(call as Promise<unknown>, isBroken);
      await assert.rejects(pool.run(square, 2), isBroken);
      await assert.rejects(pool.map(square, [2]), isBroken);
      pool.close();
      assert.equal(await pool.join(), true);
    });

    test("an initializer that ends its worker does not hang the pool", async () => {
      await using pool = new Made({ processes: 1, initializer: () => process.exit(5) });
      await assert.rejects(pool.run(square, 1), {
        name: "WorkerLostError",
        exitcode: 5,
        message: /^Cannot start a worker: 3 in a row/,
      });
    });

    test("an initializer that cannot travel is refused by the constructor", () => {
      const table = new WeakMap<object, number>();
      assert.throws(() => new Made({ processes: 1, initializer: () => table.get({}) }), { name: "PickleError" });
    });

    test("P396 P397 maxTasksPerChild: a worker is replaced after so many tasks, and nothing is lost", async () => {
      await using pool = new Made({ processes: 2, maxTasksPerChild: 5 });
      const seen = await pool.map(whoAmI, range(30), { chunkSize: 1 });
      const counts = new Map<string, number>();
      for (const worker of seen) counts.set(worker, (counts.get(worker) ?? 0) + 1);
      assert.ok(counts.size >= 6, `${counts.size} workers`);
      for (const count of counts.values()) assert.ok(count <= 5, `${count} tasks in one`);
      const one = new Made({ processes: 2, maxTasksPerChild: 1 });
      const call = one.map(square, range(6), { chunkSize: 1 });
      one.close();
      assert.equal(await one.join(), true);
      assert.deepEqual(await call, range(6).map(square));
    });

    test("minWorkers and maxWorkers: workers come with the work, and go after idleTimeout", async () => {
      await using pool = new Made({ minWorkers: 0, maxWorkers: 2, idleTimeout: 50 });
      assert.equal(pool.size, 2);
      const seen = await pool.map(
        async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return process.pid + Math.random();
        },
        range(6),
        { chunkSize: 1 },
      );
      assert.equal(seen.length, 6);
      const [before] = await pool.map(whoAmI, [1]);
      await until(() => pool.statistics().running === 0);
      // The one that answers then is another one.
      let after = before;
      while (after === before) {
        await pause(150);
        [after] = await pool.map(whoAmI, [1]);
      }
    });

    test("maxQueue refuses what is too much; drained tells when there is room; map waits for room", async () => {
      await using pool = new Made({ processes: 1, maxQueue: 3 });
      const controller = new AbortController();
      const runs = pool.with({ signal: controller.signal });
      const calls: Promise<unknown>[] = [];
      const hang = (): Promise<never> => new Promise(() => {});
      const refusal = /^Cannot run: 3 tasks wait, as many as maxQueue allows; await drained\(\) first/;
      const isFull = async (): Promise<boolean> => {
        const call = runs.run(hang);
        const error = await Promise.race([call.catch((error: Error) => error), pause(1)]);
        if (error === undefined) calls.push(call.catch((error: unknown) => error));
        else assert.match(error.message, refusal);
        return error !== undefined;
      };
      while (!(await isFull())) assert.ok(calls.length < 20, "nothing was refused");
      await assert.rejects(pool.drained({ timeout: 1 }), { name: "TimeoutError", message: /within 1 ms/ });
      const map = pool.map(square, range(50), { chunkSize: 1 });
      controller.abort();
      await pool.drained();
      assert.deepEqual(await map, range(50).map(square));
      await Promise.all(calls);
      await pool.drained({ timeout: 0 });
    });

    test("a worker that uses more than maxMemory is replaced; its result is not lost", async () => {
      await using pool = new Made({ processes: 1, maxMemory: 200 * 2 ** 20 });
      const first = await pool.run(whoAmI);
      const grow = (): number => {
        const kept = Array.from({ length: 300 }, () => Buffer.alloc(2 ** 20, 1));
        Object.assign(process, { heddleKept: kept });
        return kept.length;
      };
      assert.equal(await pool.run(grow), 300);
      let next = first;
      while (next === first) next = await pool.run(whoAmI);
    });

    test("resourceLimits: a task that needs more memory loses its worker and nothing else", async () => {
      await using pool = new Made({ processes: 1, resourceLimits: { maxOldGenerationSizeMb: 40 } });
      const eat = (): number => {
        const all: unknown[] = [];
        for (;;) all.push(Array.from({ length: 10_000 }, (_, i) => ({ i })));
      };
      const lost = pool.run(eat);
      const other = pool.run(square, 3);
      await assert.rejects(lost, (error: Error) => {
        assert.equal(error.name, "WorkerLostError");
        assert.match(`${error.message} ${(error.cause as Error | undefined)?.message}`, /memory/);
        return true;
      });
      assert.equal(await other, 9);
    });

    test("name begins the names of the workers", async () => {
      await using pool = new Made({ processes: 1, name: "baker" });
      const error = await pool.run(() => process.exit(3)).catch((error: unknown) => error);
      assert.match((error as Error).message, /^Worker "baker-1" ended with exit code 3/);
    });

    test("P385 await using terminates the pool", async () => {
      let made: Pools;
      let call: Promise<unknown>;
      {
        await using pool = new Made(1);
        made = pool;
        call = pool.run(() => new Promise(() => {}));
        call.catch(() => {});
      }
      await assert.rejects(call, { name: "CancelledError" });
      await assert.rejects(made.run(square, 1), { name: "RuntimeError" });
      assert.equal(await made.join(), true);
    });
  });

  describe(`${name}: asking a task to stop`, () => {
    test("the task hears of it by cancelled(), and its worker goes on to the next", async () => {
      await using pool = new Made({ processes: 1, grace: 10_000 });
      const before = await pool.run(whoAmI);
      const { cancelled } = await import("heddle/multiprocessing");
      const wait = async (): Promise<string> => {
        while (!cancelled()) await new Promise((resolve) => setTimeout(resolve, 1));
        return "asked";
      };
      const controller = new AbortController();
      const call = pool.with({ signal: controller.signal }).run(wait);
      await until(() => pool.statistics().running === 1);
      controller.abort(new Error("enough"));
      await assert.rejects(call, { message: "enough" });
      assert.equal(await pool.run(whoAmI), before);
      assert.equal(await pool.run(cancelled), false);
    });

    test("one that does not end within the grace loses its worker", async () => {
      await using pool = new Made({ processes: 1, grace: 30 });
      const before = await pool.run(whoAmI);
      const controller = new AbortController();
      const call = pool.with({ signal: controller.signal }).run(() => {
        for (;;);
      });
      await until(() => pool.statistics().running === 1);
      controller.abort();
      await assert.rejects(call, { name: "AbortError" });
      assert.notEqual(await pool.run(whoAmI), before);
    });
  });
}
