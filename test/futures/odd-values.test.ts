/** Items 490 to 500 of the conformance list: values that fail or kill on their way to a worker, or back. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ProcessPoolExecutor, ThreadPoolExecutor, WorkerLostError } from "heddle/futures";
import { DiesOnArrival, FailsOnArrival, makeDiesOnDeparture, makeFailsAtHome, nothing } from "./fixtures/odd-values.js";

Reflect.set(globalThis, "isMain", true);

for (const Executor of [ThreadPoolExecutor, ProcessPoolExecutor]) {
  describe(Executor.name, () => {
    /** The call fails, and the executor goes on. */
    const fails = async (submit: (executor: ThreadPoolExecutor) => PromiseLike<unknown>): Promise<unknown> => {
      const executor = new Executor({ maxWorkers: 1 });
      try {
        const error = await submit(executor).then(
          () => assert.fail("it did not fail"),
          (error: unknown) => error,
        );
        assert.equal(await executor.submit((n: number) => n * n, 3), 9);
        return error;
      } finally {
        await executor.shutdown();
      }
    };
    const lostWith = (error: unknown, exitcode: number): void => {
      assert.ok(error instanceof WorkerLostError, String(error));
      assert.equal(error.exitcode, exitcode);
    };

    test("490 the worker dies of an argument", async () => {
      lostWith(await fails((executor) => executor.submit(nothing, new DiesOnArrival())), 5);
    });
    test("491 an argument cannot be rebuilt", async () => {
      const error = await fails((executor) => executor.submit(nothing, new FailsOnArrival()));
      assert.match(String(error), /no arrival/);
    });
    test("495 the worker dies of its result", async () => {
      lostWith(await fails((executor) => executor.submit(makeDiesOnDeparture)), 6);
    });
    test("497 a result cannot be rebuilt here", async () => {
      assert.match(String(await fails((executor) => executor.submit(makeFailsAtHome))), /not at home/);
    });
    test("500 the worker dies with much data on its way", async () => {
      const die = (_data: Uint8Array): never => process.exit(4);
      lostWith(await fails((executor) => executor.submit(die, new Uint8Array(20_000_000))), 4);
    });
    test("504 each worker has globals of its own", async () => {
      const executor = new Executor({ maxWorkers: 1 });
      await executor.submit(() => Reflect.set(globalThis, "mark", 1));
      assert.equal(await executor.submit(() => Reflect.get(globalThis, "mark")), 1);
      assert.equal(Reflect.get(globalThis, "mark"), undefined);
      await executor.shutdown();
    });
  });
}
