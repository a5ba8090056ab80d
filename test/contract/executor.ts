/**
 * What every executor over workers does, threads or processes. Numbers are those of the list of behaviours taken from CPython's
 * own tests. Functions that run in workers close over nothing but plain data: both kinds of workers take them.
 */
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import {
  BrokenExecutor,
  type ExecutorOptions,
  type Future,
  type ProcessPoolExecutor,
  RuntimeError,
  type ThreadPoolExecutor,
  WorkerLostError,
  wait,
} from "heddle/futures";
import { until } from "../rig/threads.js";

export type AnyExecutor = ThreadPoolExecutor | ProcessPoolExecutor;

/** One kind of executor. */
export interface Face {
  readonly name: string;
  make(options?: ExecutorOptions): AnyExecutor;
  /** Runs in a worker. @returns what tells it from the others */
  readonly whoAmI: () => string | number;
}

const square = (n: number): number => n * n;
const range = (n: number): number[] => Array.from({ length: n }, (_, index) => index);
const hang = (): Promise<never> => new Promise(() => {});
const loop = (): never => {
  for (;;);
};

/** Blocks the worker until the file is there. */
const untilFile = (file: string, answer = "open"): string => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(file)) Atomics.wait(cell, 0, 0, 2);
  return answer;
};

/** A gate that blocked workers wait at: processes have no memory in common. */
class Gate implements Disposable {
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), "gate-"));
  readonly file = path.join(this.#folder, "open");

  open(): void {
    writeFileSync(this.file, "");
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function executorContract({ name, make, whoAmI }: Face): void {
  /** Runs `body` with an executor that is gone afterwards, and a gate that is open then. */
  const using =
    (options: ExecutorOptions, body: (executor: AnyExecutor, gate: Gate) => Promise<void>) =>
    async (): Promise<void> => {
      const executor = make(options);
      const gate = new Gate();
      try {
        await body(executor, gate);
      } finally {
        gate.open();
        await executor.terminateWorkers();
        gate[Symbol.dispose]();
      }
    };

  describe(`${name}: submit`, () => {
    test(
      "446 submit gives a future of the result, with any arguments, of async functions, too",
      using({ maxWorkers: 2 }, async (executor) => {
        assert.equal(await executor.submit((base: number, exponent: number) => base ** exponent, 2, 8), 256);
        assert.equal(await executor.submit(async (text: string) => `${text}!`, "warp").result(), "warp!");
        assert.equal(await executor.submit(() => {}), undefined);
        const many = await Promise.all(range(200).map((n) => executor.submit(square, n)));
        assert.deepEqual(many, range(200).map(square));
      }),
    );
    test(
      "480, 494 the error of a call has its class and both stacks; the executor goes on",
      using({ maxWorkers: 1 }, async (executor) => {
        const fail = (text: string): never => {
          throw Object.assign(new RangeError(text, { cause: "why" }), { code: 7 });
        };
        const error = await executor.submit(fail, "far").exception();
        assert.ok(error instanceof RangeError);
        assert.deepEqual([error.message, error.cause, Reflect.get(error, "code")], ["far", "why", 7]);
        const [remote, local] = String(error.stack).split("\n    --- sent from ---\n");
        assert.match(String(remote), /^RangeError: far\n\s+at /);
        assert.match(String(local), /^\s+at .*contract\/executor/);
        assert.equal(await executor.submit(square, 3), 9);
      }),
    );
    test(
      "489, 506 what cannot travel to the worker fails the future, not the executor",
      using({ maxWorkers: 1 }, async (executor) => {
        const weak = new WeakMap();
        const future = executor.submit((each: unknown) => each, weak as unknown);
        await assert.rejects(future.result(), { name: "PickleError", message: /WeakMap/ });
        await assert.rejects(executor.submit(() => weak).result(), { name: "PickleError", message: /weak/ });
        assert.equal(await executor.submit(square, 3), 9);
      }),
    );
    test(
      "496 a result that cannot travel fails the future; the worker survives",
      using({ maxWorkers: 1 }, async (executor) => {
        const before = await executor.submit(whoAmI);
        for (const _ of range(3)) await assert.rejects(executor.submit(() => new WeakMap()).result(), /WeakMap/);
        assert.equal(await executor.submit(whoAmI), before);
      }),
    );
    test(
      "what a call is given is what it was when it was submitted",
      using({ maxWorkers: 1 }, async (executor, gate) => {
        const busy = executor.submit(untilFile, gate.file);
        const item = { n: 1 };
        const captured = { n: 1 };
        const future = executor.submit((each: { n: number }) => each.n + captured.n, item);
        item.n = captured.n = 10;
        gate.open();
        assert.equal(await future, 2);
        await busy;
      }),
    );
    test(
      "412 a call that has begun is running and cannot be cancelled; one that waits can, and never runs",
      using({ maxWorkers: 1 }, async (executor, gate) => {
        const begun = executor.submit(untilFile, gate.file);
        const waiting = executor.submit(square, 2);
        await until(() => begun.running, "the call to begin");
        assert.ok(!waiting.running);
        assert.equal(begun.cancel(), false);
        assert.equal(waiting.cancel(), true);
        assert.equal(waiting.cancel(), true);
        gate.open();
        assert.equal(await begun, "open");
        assert.equal(begun.cancel(), false);
        await assert.rejects(waiting.result(), { name: "CancelledError" });
        assert.ok(waiting.cancelled && waiting.done);
        assert.equal(await executor.submit(square, 3), 9);
      }),
    );
    test(
      "callbacks and what follows an await find the AsyncLocalStorage of the caller",
      using({ maxWorkers: 1 }, async (executor) => {
        const storage = new AsyncLocalStorage<string>();
        const seen: unknown[] = [];
        await storage.run("mine", async () => {
          const future = executor.submit(square, 3);
          future.addDoneCallback(() => seen.push(storage.getStore()));
          await future;
          seen.push(storage.getStore());
        });
        assert.deepEqual(seen, ["mine", "mine"]);
      }),
    );
    test(
      "resultSync gives what is there, and refuses to wait for what would never come",
      using({ maxWorkers: 1 }, async (executor, gate) => {
        const future = executor.submit(untilFile, gate.file);
        assert.throws(() => future.resultSync({ timeout: 0 }), { name: "TimeoutError" });
        assert.throws(() => future.resultSync(), { name: "RuntimeError", message: /Write await result\(\)/ });
        gate.open();
        await future;
        assert.equal(future.resultSync(), "open");
      }),
    );
    test(
      "wrong arguments are named",
      using({ maxWorkers: 1 }, async (executor) => {
        const submit = executor.submit.bind(executor) as (...args: unknown[]) => unknown;
        assert.throws(() => submit("fn"), { name: "TypeError", message: /^submit: fn must be a function, got "fn"/ });
        const options = executor.with.bind(executor) as (options: unknown) => unknown;
        assert.throws(() => options({ timeout: -1 }), { name: "RangeError", message: /^with: timeout/ });
        assert.throws(() => options({ retry: 1 }), { name: "TypeError", message: /"retry"/ });
      }),
    );
  });

  describe(`${name}: with`, () => {
    test(
      "signal fails the future with its reason at once, whatever runs; the executor goes on",
      using({ maxWorkers: 1 }, async (executor) => {
        const reason = new Error("enough");
        for (const target of [hang, loop]) {
          const controller = new AbortController();
          const future = executor.with({ signal: controller.signal }).submit(target);
          const waiting = executor.with({ signal: controller.signal }).submit(square, 2);
          await until(() => future.running, "the call to begin");
          controller.abort(reason);
          await assert.rejects(future.result(), (error) => error === reason);
          await assert.rejects(waiting.result(), (error) => error === reason);
          assert.equal(await executor.submit(square, 3), 9);
        }
        const aborted = executor.with({ signal: AbortSignal.abort(reason) }).submit(square, 2);
        assert.ok(aborted.done);
        await assert.rejects(aborted.result(), (error) => error === reason);
      }),
    );
    test(
      "timeout bounds the whole call",
      using({ maxWorkers: 1 }, async (executor) => {
        const begin = performance.now();
        await assert.rejects(executor.with({ timeout: 50 }).submit(loop).result(), { name: "TimeoutError" });
        assert.ok(performance.now() - begin >= 49);
        assert.equal(await executor.with({ timeout: 60_000 }).submit(square, 3), 9);
      }),
    );
  });

  describe(`${name}: map`, () => {
    test(
      "448 results come in the order of the items; iterables and async iterables are taken",
      using({ maxWorkers: 2 }, async (executor) => {
        async function* later(): AsyncGenerator<number> {
          yield* range(10);
        }
        const all: number[] = [];
        for await (const each of executor.map(square, range(50))) all.push(each);
        assert.deepEqual(all, range(50).map(square));
        all.length = 0;
        for await (const each of executor.map(square, later())) all.push(each);
        assert.deepEqual(all, range(10).map(square));
        for await (const _ of executor.map(square, [])) assert.fail("there is none");
        for await (const each of executor.map(async (text: string) => text.length, new Set(["warp"])))
          assert.equal(each, 4);
      }),
    );
    test(
      "449 an error is thrown when its turn comes; what was before it is delivered",
      using({ maxWorkers: 2 }, async (executor) => {
        const divide = (n: number): number => {
          if (n === 2) throw new RangeError("two");
          return n;
        };
        const results = executor.map(divide, [0, 1, 2, 3]);
        assert.deepEqual(await results.next(), { value: 0, done: false });
        assert.deepEqual(await results.next(), { value: 1, done: false });
        await assert.rejects(results.next(), { name: "RangeError", message: "two" });
        assert.equal((await results.next()).done, true);
        function* failing(): Generator<number> {
          yield 1;
          throw new SyntaxError("input");
        }
        const input = executor.map(square, failing());
        assert.deepEqual(await input.next(), { value: 1, done: false });
        await assert.rejects(input.next(), { name: "SyntaxError", message: "input" });
      }),
    );
    test(
      "450 a timeout counts from the call, and ends the loop at the late item",
      using({ maxWorkers: 1 }, async (executor) => {
        await executor.submit(square, 1);
        const seen: number[] = [];
        const begin = performance.now();
        const work = (n: number): number | Promise<number> => (n < 2 ? n : new Promise(() => {}));
        await assert.rejects(
          async () => {
            for await (const each of executor.map(work, [0, 1, 2], { timeout: 500, chunkSize: 1 })) seen.push(each);
          },
          { name: "TimeoutError" },
        );
        assert.ok(performance.now() - begin >= 499);
        assert.deepEqual(seen, [0, 1]);
        assert.equal(await executor.submit(square, 3), 9);
      }),
    );
    test(
      "451 the calls begin at once, before anybody asks for a result",
      using({ maxWorkers: 1 }, async (executor, gate) => {
        const touch = (file: string): void => writeFileSync(file, "");
        const results = executor.map(touch, [gate.file]);
        await until(() => existsSync(gate.file), "the call to run");
        assert.equal((await results.next()).done, false);
        assert.equal((await results.next()).done, true);
      }),
    );
    test(
      "452 leaving the loop cancels what has not begun",
      using({ maxWorkers: 1 }, async (executor) => {
        const read: number[] = [];
        function* items(): Generator<number> {
          try {
            for (const n of range(1000)) {
              read.push(n);
              yield n;
            }
          } finally {
            read.push(-1);
          }
        }
        for await (const each of executor.map(square, items(), { bufferSize: 4, chunkSize: 1 })) if (each === 4) break;
        assert.equal(read.at(-1), -1);
        assert.ok(read.length < 20, `${read.length} were read`);
        assert.equal(await executor.submit(square, 3), 9);
      }),
    );
    test(
      "453 at most bufferSize items are read and not taken",
      using({ maxWorkers: 2 }, async (executor) => {
        let read = 0;
        function* items(): Generator<number> {
          for (;;) yield read++;
        }
        const results = executor.map(square, items(), { bufferSize: 5 });
        for (const taken of range(30)) {
          assert.ok(read <= taken + 5, `${read} read, ${taken} taken`);
          assert.equal((await results.next()).value, taken * taken);
        }
        await results.return?.();
        const map = executor.map.bind(executor) as (...args: unknown[]) => unknown;
        assert.throws(() => map(square, [], { bufferSize: 0 }), { name: "RangeError", message: /^map: bufferSize/ });
        assert.throws(() => map(square, [], { bufferSize: "5" }), { name: "TypeError", message: /^map: bufferSize/ });
        assert.throws(() => map(square, 5), { name: "TypeError", message: /^map: items must be an Iterable/ });
      }),
    );
    test(
      "479 chunkSize changes nothing but what travels together; 0 is refused",
      using({ maxWorkers: 2 }, async (executor) => {
        for (const chunkSize of [1, 6, 40, 50]) {
          const all: number[] = [];
          for await (const each of executor.map(square, range(45), { chunkSize })) all.push(each);
          assert.deepEqual(all, range(45).map(square));
        }
        assert.throws(() => executor.map(square, [], { chunkSize: 0 }), { name: "RangeError", message: /chunkSize/ });
      }),
    );
    test(
      "signal ends the loop with its reason, also while a call hangs",
      using({ maxWorkers: 1 }, async (executor) => {
        const controller = new AbortController();
        const reason = new Error("enough");
        const next = executor.map(loop, [1, 2], { signal: controller.signal }).next();
        setImmediate(() => controller.abort(reason));
        await assert.rejects(next, (error) => error === reason);
        assert.equal(await executor.submit(square, 3), 9);
      }),
    );
  });

  describe(`${name}: workers`, () => {
    test("454 maxWorkers is 1 or more", () => {
      for (const maxWorkers of [0, -1, 1.5])
        assert.throws(() => make({ maxWorkers }), { name: "RangeError", message: new RegExp(`^${name}: maxWorkers`) });
      assert.throws(() => make({ maxWorkers: "2" as never }), { name: "TypeError" });
      assert.throws(() => make({ workers: 2 } as never), { name: "TypeError", message: /"workers"/ });
    });
    test(
      "462 by default there are as many workers as cores",
      using({}, async (executor) => {
        assert.match(
          `${executor}`,
          new RegExp(`^${name}\\(${os.availableParallelism()} workers, running, futures 0\\)$`),
        );
      }),
    );
    test(
      "463, 481 blocked calls have as many workers as there may be, and no more",
      using({ maxWorkers: 3 }, async (executor, gate) => {
        const whoWaits = async (file: string, who: () => string | number): Promise<string | number> => {
          while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 2));
          return who();
        };
        const futures = range(20).map(() => executor.submit(whoWaits, gate.file, whoAmI));
        await until(() => futures.filter((future) => future.running).length >= 3, "three calls to run");
        gate.open();
        const workers = new Set(await Promise.all(futures));
        assert.equal(workers.size, 3);
      }),
    );
    test(
      "464, 482 calls one after another use one worker",
      using({ maxWorkers: 3 }, async (executor) => {
        const workers = new Set<string | number>();
        for (const _ of range(4)) workers.add(await executor.submit(whoAmI));
        assert.equal(workers.size, 1);
      }),
    );
    test(
      "484 after maxTasksPerChild calls a worker is replaced",
      using({ maxWorkers: 1, maxTasksPerChild: 3 }, async (executor) => {
        const workers: (string | number)[] = [];
        for (const _ of range(7)) workers.push(await executor.submit(whoAmI));
        assert.deepEqual(
          workers.map((worker) => [...new Set(workers)].indexOf(worker)),
          [0, 0, 0, 1, 1, 1, 2],
        );
      }),
    );
    test("485 maxTasksPerChild is an integer, 1 or more", () => {
      for (const bad of [0, -1, 1.5]) assert.throws(() => make({ maxTasksPerChild: bad }), { name: "RangeError" });
      assert.throws(() => make({ maxTasksPerChild: "3" as never }), { name: "TypeError", message: /maxTasksPerChild/ });
    });
    test("486 maxTasksPerChild 1, and an early shutdown: all results are there", async () => {
      const executor = make({ maxWorkers: 2, maxTasksPerChild: 1 });
      const futures = range(6).map((n) => executor.submit(square, n));
      await executor.shutdown();
      assert.deepEqual(await Promise.all(futures), range(6).map(square));
    });
    test(
      "458 the initializer runs in every worker before its first call",
      using(
        {
          maxWorkers: 2,
          initializer: (text: string) => {
            Reflect.set(globalThis, "initialized", text);
          },
          initargs: ["done"],
        },
        async (executor) => {
          const seen = await Promise.all(
            range(8).map(() => executor.submit(() => Reflect.get(globalThis, "initialized"))),
          );
          assert.deepEqual(new Set(seen), new Set(["done"]));
        },
      ),
    );
    test("459, 461 an initializer that fails breaks the executor: what is submitted fails, and nothing is left", async () => {
      const executor = make({
        maxWorkers: 2,
        initializer: () => {
          throw new RangeError("no start");
        },
      });
      const futures = range(4).map((n) => executor.submit(square, n));
      for (const future of futures) {
        const error = await future.exception();
        assert.ok(error instanceof BrokenExecutor, String(error));
        assert.match(error.name, /^Broken(Thread|Process)Pool$/);
        assert.ok(error.cause instanceof RangeError);
      }
      assert.throws(() => executor.submit(square, 1), BrokenExecutor);
      await executor.shutdown();
    });
    test("460 an initializer is a function, initargs an array", () => {
      assert.throws(() => make({ initializer: 5 as never }), { name: "TypeError", message: /initializer/ });
      assert.throws(() => make({ initializer: square, initargs: 5 as never }), {
        name: "TypeError",
        message: /initargs/,
      });
    });
  });

  describe(`${name}: deaths`, () => {
    test(
      "478, 492, 493 a worker that dies fails the call that it carried out, and no other",
      using({ maxWorkers: 2 }, async (executor) => {
        const futures = range(20).map((n) => executor.submit(square, n));
        const lost = executor.submit(() => process.exit(7));
        const after = range(20).map((n) => executor.submit(square, n));
        const error = await lost.exception();
        assert.ok(error instanceof WorkerLostError, String(error));
        assert.equal(error.exitcode, 7);
        assert.match(error.worker, /_\d+$/);
        assert.deepEqual(await Promise.all([...futures, ...after]), [...range(20), ...range(20)].map(square));
      }),
    );
    test(
      "a call that may be run again is",
      using({ maxWorkers: 1 }, async (executor, gate) => {
        const dieOnce = (file: string): string => {
          if (existsSync(file)) return "second time";
          writeFileSync(file, "");
          process.exit(3);
        };
        assert.equal(await executor.with({ retries: 1 }).submit(dieOnce, gate.file), "second time");
      }),
    );
    test("498 a call that ends its worker while the executor shuts down fails, and shutdown ends", async () => {
      const executor = make({ maxWorkers: 1 });
      const future = executor.submit(() => process.exit(3));
      await executor.shutdown();
      assert.ok((await future.exception()) instanceof WorkerLostError);
    });
  });

  describe(`${name}: shutdown`, () => {
    test("466, 473 after shutdown nothing is taken; it may be called again", async () => {
      const executor = make({ maxWorkers: 1 });
      assert.equal(await executor.submit(square, 3), 9);
      await executor.shutdown();
      for (const call of [(): unknown => executor.submit(square, 1), (): unknown => executor.map(square, [1])])
        assert.throws(call, { name: "RuntimeError", message: /the executor is shut down/ });
      assert.throws(() => executor.submit(square, 1), RuntimeError);
      await executor.shutdown();
      await executor[Symbol.asyncDispose]();
      assert.match(`${executor}`, /shut down, futures 0/);
    });
    test("455, 467, 477 shutdown lets all that is queued finish", async () => {
      const executor = make({ maxWorkers: 2 });
      const futures = range(50).map((n) => executor.submit(square, n));
      await executor.shutdown();
      assert.ok(futures.every((future) => future.done));
      assert.deepEqual(await Promise.all(futures), range(50).map(square));
    });
    test("468 cancelFutures cancels what has not begun; what has, is finished", async () => {
      const executor = make({ maxWorkers: 2 });
      using gate = new Gate();
      const futures: Future<string>[] = range(50).map(() => executor.submit(untilFile, gate.file));
      await until(() => futures.some((future) => future.running), "a call to begin");
      const over = executor.shutdown({ cancelFutures: true });
      gate.open();
      await over;
      assert.ok(futures.every((future) => future.done));
      const cancelled = futures.filter((future) => future.cancelled);
      assert.ok(cancelled.length > 20 && cancelled.length < 50, `${cancelled.length} cancelled`);
      for (const future of futures) if (!future.cancelled) assert.equal(await future, "open");
    });
    test("471, 475 without wait it returns at once, and what was submitted is done all the same", async () => {
      const executor = make({ maxWorkers: 1 });
      using gate = new Gate();
      const futures = [executor.submit(untilFile, gate.file), executor.submit(untilFile, gate.file)];
      await executor.shutdown({ wait: false });
      assert.ok(futures.every((future) => !future.done));
      gate.open();
      assert.deepEqual(await Promise.all(futures), ["open", "open"]);
      await executor.shutdown();
    });
    test("472 submit, cancel at once, shutdown", async () => {
      const executor = make({ maxWorkers: 1 });
      const future = executor.submit(square, 3);
      assert.equal(future.cancel(), true);
      await executor.shutdown();
      assert.ok(future.cancelled);
    });
    test("476 without wait, and with cancelFutures", async () => {
      const executor = make({ maxWorkers: 1 });
      const futures = range(20).map((n) => executor.submit(square, n));
      await executor.shutdown({ wait: false, cancelFutures: true });
      const { notDone } = await wait(futures);
      assert.equal(notDone.size, 0);
      assert.ok(futures.filter((future) => !future.cancelled).length <= 1);
      await executor.shutdown();
    });
    test("499 an argument that cannot travel, and shutdown without wait", async () => {
      const executor = make({ maxWorkers: 1 });
      const future = executor.submit((each: unknown) => each, new WeakMap() as unknown);
      await executor.shutdown({ wait: false });
      await assert.rejects(future.result(), { name: "PickleError" });
      await executor.shutdown();
    });
    test("502 terminateWorkers ends everything at once", async () => {
      const executor = make({ maxWorkers: 2 });
      const futures = range(6).map(() => executor.submit(loop));
      await until(() => futures.some((future) => future.running), "a call to begin");
      await executor.terminateWorkers();
      for (const future of futures) assert.ok((await future.exception()) instanceof BrokenExecutor);
      assert.throws(() => executor.submit(square, 1), BrokenExecutor);
      await executor.shutdown();
    });
    test("503 terminateWorkers before any worker, after shutdown, and again", async () => {
      const unused = make();
      await unused.terminateWorkers();
      await unused.terminateWorkers();
      const used = make({ maxWorkers: 1 });
      await used.submit(square, 1);
      await used.shutdown();
      await used.terminateWorkers();
      await make().shutdown();
    });
    test("wrong options of shutdown are named", async () => {
      const executor = make();
      const shutdown = executor.shutdown.bind(executor) as (options: unknown) => Promise<void>;
      await assert.rejects(shutdown({ wait: 1 }), { name: "TypeError", message: /^shutdown: wait/ });
      await assert.rejects(shutdown({ cancel: true }), { name: "TypeError", message: /"cancel"/ });
      await executor.shutdown();
    });
  });
}
