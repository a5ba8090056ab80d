/**
 * The calls of a pool beside `map`, whatever its workers are. Numbers P3xx are those of the list of behaviours taken from
 * CPython's own tests. Functions that run in workers close over nothing, so that any kind of pickling takes them.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RuntimeError, WorkerLostError } from "#heddle/platform/errors/errors.js";
import type { WorkerPool } from "#heddle/pool/pool.js";
import type { MakePool } from "./pool.js";

const square = (x: number): number => x * x;
const hang = (): Promise<never> => new Promise(() => {});
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const fail = (x: unknown): never => {
  throw new RangeError(`bad ${x}`);
};

function* failingAfter(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
  throw new SyntaxError("input failed");
}

/** @returns what the iterator gives, and the error that ends it */
async function drain<T>(iterator: AsyncIterable<T>): Promise<{ values: T[]; error: unknown }> {
  const values: T[] = [];
  try {
    for await (const value of iterator) values.push(value);
    return { values, error: undefined };
  } catch (error) {
    return { values, error };
  }
}

const sorted = (values: number[]): number[] => values.sort((a, b) => a - b);

export function poolCallsContract(name: string, makePool: MakePool): void {
  /** Runs `body` with a pool that is gone afterwards. */
  const withPool = (size: number, body: (pool: WorkerPool) => Promise<void>) => async (): Promise<void> => {
    const pool = makePool(size);
    try {
      await body(pool);
    } finally {
      await pool.terminate();
      assert.equal(await pool.join(), true);
    }
  };

  describe(`${name}: one task`, () => {
    test(
      "P360 run and apply give what the function returns, or a promise it returns gives",
      withPool(2, async (pool) => {
        assert.equal(await pool.run(square, 7), 49);
        assert.equal(await pool.run(async (a: string, b: number) => a.repeat(b), "ab", 2), "abab");
        assert.equal(await pool.run(() => undefined), undefined);
        assert.deepEqual(
          await pool.run((box: { list: number[] }) => box.list.map((n) => -n), { list: [1, 2] }),
          [-1, -2],
        );
        assert.equal(await pool.apply(square, [8]), 64);
        assert.equal(await pool.apply(() => 5), 5);
      }),
    );
    test(
      "a function has no `this`, however it is called",
      withPool(1, async (pool) => {
        function whose(this: unknown): string {
          return String(this);
        }
        assert.equal(await pool.run(whose), "undefined");
        assert.equal(await pool.apply(whose, []), "undefined");
        assert.deepEqual(await pool.map(whose, [1, 2, 3], { chunkSize: 2 }), Array(3).fill("undefined"));
        assert.deepEqual(await pool.starmap(whose, [[], []]), Array(2).fill("undefined"));
        assert.deepEqual((await drain(pool.imap(whose, [1]))).values, ["undefined"]);
      }),
    );
    test(
      "what a task throws is thrown, with both stacks; the pool goes on",
      withPool(1, async (pool) => {
        const error = await pool.run(fail, 1).catch((error: unknown) => error);
        assert.ok(error instanceof RangeError);
        assert.equal(error.message, "bad 1");
        assert.match(error.stack!, /^RangeError: bad 1\n\s+at [\s\S]*--- sent from ---\n.*contract\/pool-calls/);
        assert.equal(await pool.run(square, 2), 4);
      }),
    );
    test(
      "errors keep class, cause and their own properties; an AggregateError its errors",
      withPool(1, async (pool) => {
        const throwMany = (): never => {
          throw new AggregateError([new TypeError("one"), new RangeError("two", { cause: 2 })], "many", {
            cause: "why",
          });
        };
        const error = await pool.run(throwMany).catch((error: unknown) => error);
        assert.ok(error instanceof AggregateError);
        assert.deepEqual([error.message, error.cause], ["many", "why"]);
        const [one, two] = error.errors as [Error, Error];
        assert.ok(one instanceof TypeError && two instanceof RangeError);
        assert.deepEqual([one.message, two.message, two.cause], ["one", "two", 2]);
        const withCode = (): never => {
          throw Object.assign(new Error("coded"), { code: "E_TEST", detail: { n: 1 } });
        };
        const coded = (await pool.run(withCode).catch((error: unknown) => error)) as Error & Record<string, unknown>;
        assert.deepEqual([coded.message, coded["code"], coded["detail"]], ["coded", "E_TEST", { n: 1 }]);
      }),
    );
    test(
      "many tasks at once: each has its own result, more than are in flight at a time",
      withPool(2, async (pool) => {
        const results = await Promise.all(range(2000).map((n) => pool.run(square, n)));
        assert.deepEqual(results, range(2000).map(square));
      }),
    );
    test(
      "arguments are as they are at the call",
      withPool(1, async (pool) => {
        const busy = pool.run(() => new Promise((resolve) => setTimeout(resolve, 20)));
        const box = { n: 1 };
        const call = pool.run((given: { n: number }) => given.n, box);
        box.n = 2;
        assert.equal(await call, 1);
        await busy;
      }),
    );
    test(
      "tasks of a lower priority number begin first; the others keep their order",
      withPool(1, async (pool) => {
        // The list is in the worker: `process` is its own there, or the same for all.
        const note = (name: string): void => {
          const seen = ((process as unknown as { heddleSeen?: string[] }).heddleSeen ??= []);
          seen.push(name);
        };
        const seen = (): string =>
          ((process as unknown as { heddleSeen?: string[] }).heddleSeen ?? []).splice(0).join("");
        await pool.run(seen);
        const first = pool.run(() => new Promise<void>((resolve) => setTimeout(resolve, 30)));
        const rest = [
          pool.run(note, "a"),
          pool.with({ priority: 5 }).run(note, "z"),
          pool.run(note, "b"),
          pool.with({ priority: -1 }).run(note, "!"),
          pool.run(note, "c"),
        ];
        await Promise.all([first, ...rest]);
        // The first of them may have been with the worker already.
        assert.match(await pool.run(seen), /^(!abcz|a!bcz)$/);
      }),
    );
    test(
      "wrong arguments reject with errors that name them; wrong options are refused at once",
      withPool(1, async (pool) => {
        const run = pool.run.bind(pool) as (...args: unknown[]) => Promise<unknown>;
        await assert.rejects(run("f"), { name: "TypeError", message: /^run: fn must be a function, got "f"/ });
        const apply = pool.apply.bind(pool) as (...args: unknown[]) => Promise<unknown>;
        await assert.rejects(apply(square, 5), { name: "TypeError", message: /^apply: args must be an array/ });
        await assert.rejects(apply(square, [5], { retry: 1 }), { name: "TypeError", message: /"retry"/ });
        assert.throws(() => pool.with({ retries: -1 }), { name: "RangeError", message: /^with: retries/ });
        assert.throws(() => pool.with({ taskTimeout: -1 }), { name: "RangeError", message: /^with: taskTimeout/ });
        assert.throws(() => pool.with({ priority: Number.NaN }), { name: "RangeError", message: /^with: priority/ });
        assert.throws(() => pool.with({ signal: 1 as never }), { name: "TypeError", message: /^with: signal/ });
        assert.throws(() => pool.with({ time: 1 } as never), { name: "TypeError", message: /"time"/ });
      }),
    );
    test(
      "P365 P394 what cannot travel, in or out, fails the task and not the pool",
      withPool(1, async (pool) => {
        for (const _ of range(5)) {
          await assert.rejects(
            pool.run((_: unknown) => 1, new WeakMap() as never),
            Error,
          );
          await assert.rejects(
            pool.run(() => new WeakMap()),
            (error) => error instanceof Error && !(error instanceof WorkerLostError),
          );
        }
        assert.equal(await pool.run(square, 3), 9);
      }),
    );
    test(
      "what is transferred is gone here at once, and there whole",
      withPool(1, async (pool) => {
        const busy = pool.run(() => new Promise((resolve) => setTimeout(resolve, 20)));
        const bytes = new Uint8Array([1, 2, 3]);
        const isThread = name !== "Pool";
        const call = pool.with(isThread ? { transfer: [bytes.buffer] } : {}).run((b: Uint8Array) => [...b], bytes);
        if (isThread) assert.equal(bytes.length, 0);
        assert.deepEqual(await call, [1, 2, 3]);
        await busy;
      }),
    );
  });

  describe(`${name}: one task that ends badly`, () => {
    test(
      "P400 one death costs one task: those that waited run elsewhere",
      withPool(2, async (pool) => {
        const die = (): never => process.exit(7);
        const calls = range(40).map((n) => (n === 20 ? pool.run(die) : pool.run(square, n)));
        const outcomes = await Promise.allSettled(calls);
        for (const [n, outcome] of outcomes.entries()) {
          if (n === 20) {
            assert.equal(outcome.status, "rejected");
            const { reason } = outcome as PromiseRejectedResult;
            assert.ok(reason instanceof WorkerLostError);
            assert.equal(reason.exitcode, 7);
          } else assert.deepEqual(outcome, { status: "fulfilled", value: square(n) });
        }
      }),
    );
    test(
      "retries: a task whose worker dies is run again, so often",
      withPool(1, async (pool) => {
        const again = (): never => process.exit(9);
        const lost = pool.with({ retries: 2 }).run(again);
        assert.equal(await pool.run(square, 2), 4);
        await assert.rejects(lost, WorkerLostError);
        assert.equal(pool.statistics().failed, 1);
      }),
    );
    test(
      "timeout counts from the call and taskTimeout from the run; both end what runs, and the pool goes on",
      withPool(1, async (pool) => {
        const start = performance.now();
        await assert.rejects(pool.with({ timeout: 30 }).run(hang), {
          name: "TimeoutError",
          message: "run did not finish within 30 ms",
        });
        assert.ok(performance.now() - start >= 29);
        const limited = performance.now();
        await assert.rejects(pool.with({ taskTimeout: 40 }).run(hang), {
          name: "TimeoutError",
          message: "The task did not finish within 40 ms",
        });
        assert.ok(performance.now() - limited >= 40);
        // The time that it waits for the worker does not count.
        const busy = pool.run(() => new Promise((resolve) => setTimeout(resolve, 150)));
        assert.equal(await pool.with({ taskTimeout: 140 }).run(square, 5), 25);
        await busy;
      }),
    );
    test(
      "signal ends a task that waits, and one that runs",
      withPool(1, async (pool) => {
        const [first, second] = [new AbortController(), new AbortController()];
        const running = pool.with({ signal: first.signal }).run(hang);
        const waiting = pool.with({ signal: second.signal }).run(square, 1);
        second.abort(new Error("not wanted"));
        await assert.rejects(waiting, { message: "not wanted" });
        first.abort(new Error("enough"));
        await assert.rejects(running, { message: "enough" });
        assert.equal(await pool.run(square, 3), 9);
        await assert.rejects(pool.with({ signal: first.signal }).run(square, 1), { message: "enough" });
        assert.equal(pool.statistics().cancelled, 2);
      }),
    );
    test(
      "P383 terminate ends tasks that wait and that run; new ones are refused",
      withPool(1, async (pool) => {
        const calls = [pool.run(hang), pool.run(square, 1)];
        await pool.terminate();
        for (const call of calls) await assert.rejects(call, { name: "CancelledError" });
        await assert.rejects(pool.run(square, 1), {
          name: "RuntimeError",
          message: "Cannot run: the pool is terminated",
        });
      }),
    );
    test(
      "P384 close lets tasks finish that wait",
      withPool(1, async (pool) => {
        const calls = range(20).map((n) => pool.run(square, n));
        pool.close();
        await assert.rejects(pool.run(square, 1), { name: "RuntimeError", message: /closed/ });
        assert.deepEqual(await Promise.all(calls), range(20).map(square));
        assert.equal(await pool.join(), true);
      }),
    );
  });

  describe(`${name}: imap`, () => {
    test(
      "P370 P371 imap gives results in the order of the input, imapUnordered all of them",
      withPool(2, async (pool) => {
        const expected = range(1000).map(square);
        for (const options of [{}, { chunkSize: 100 }, { chunkSize: 1, bufferSize: 3 }]) {
          assert.deepEqual(await drain(pool.imap(square, range(1000), options)), {
            values: expected,
            error: undefined,
          });
          const { values } = await drain(pool.imapUnordered(square, range(1000).values(), options));
          assert.deepEqual(sorted(values), expected);
        }
      }),
    );
    test(
      "P367 nothing gives nothing",
      withPool(1, async (pool) => {
        assert.deepEqual((await drain(pool.imap(square, []))).values, []);
        assert.deepEqual((await drain(pool.imapUnordered(square, new Set<number>()))).values, []);
      }),
    );
    test(
      "P369 P372 an error of the input comes after the results of the items before it, once",
      withPool(2, async (pool) => {
        for (const imap of [pool.imap.bind(pool), pool.imapUnordered.bind(pool)]) {
          const iterator = imap(square, failingAfter(3));
          const { values, error } = await drain(iterator);
          assert.deepEqual(sorted(values), [0, 1, 4]);
          assert.ok(error instanceof SyntaxError);
          assert.deepEqual(await iterator.next(), { done: true, value: undefined });
        }
        const { values, error } = await drain(pool.imap(square, failingAfter(5), { chunkSize: 2 }));
        assert.deepEqual(values, [0, 1, 4, 9]);
        assert.ok(error instanceof SyntaxError);
      }),
    );
    test(
      "an error of the function comes in its turn, whatever the chunks, and ends the iteration",
      withPool(2, async (pool) => {
        const odd = (x: number): number => {
          if (x === 70) throw new RangeError("item 70");
          return x;
        };
        for (const options of [{}, { chunkSize: 1 }, { chunkSize: 50 }]) {
          const { values, error } = await drain(pool.imap(odd, range(100), options));
          assert.deepEqual(values, range(70));
          assert.equal((error as Error).message, "item 70");
        }
        assert.equal(await pool.run(square, 3), 9);
      }),
    );
    test("P373 wrong arguments are refused at the call", () => {
      const pool = makePool(1);
      assert.throws(() => pool.imap(square, [1], { chunkSize: 0 }), {
        name: "RangeError",
        message: /^imap: chunkSize/,
      });
      assert.throws(() => pool.imap(1 as never, [1]), { name: "TypeError", message: /^imap: fn/ });
      assert.throws(() => pool.imapUnordered(square, 5 as never), {
        name: "TypeError",
        message: /^imapUnordered: items/,
      });
      return pool.terminate();
    });
    test(
      "P374 next may have a timeout of its own; the result comes with a later one",
      withPool(1, async (pool) => {
        const slow = async (n: number): Promise<number> => {
          await new Promise((resolve) => setTimeout(resolve, n));
          return n;
        };
        const iterator = pool.imap(slow, [150]);
        await assert.rejects(iterator.next({ timeout: 5 }), {
          name: "TimeoutError",
          message: "There was no result within 5 ms",
        });
        assert.deepEqual(await iterator.next(), { done: false, value: 150 });
        assert.deepEqual(await iterator.next(), { done: true, value: undefined });
      }),
    );
    test(
      "several next at once are answered in their order",
      withPool(2, async (pool) => {
        const iterator = pool.imap(square, range(5));
        const all = await Promise.all(range(7).map(() => iterator.next()));
        assert.deepEqual(
          all.map(({ value }) => value),
          [0, 1, 4, 9, 16, undefined, undefined],
        );
      }),
    );
    test(
      "an endless input is read no further than the buffer; leaving the loop closes it and frees the workers",
      withPool(2, async (pool) => {
        let read = 0;
        let isClosed = false;
        function* input(): Generator<number> {
          try {
            for (;;) yield read++;
          } finally {
            isClosed = true;
          }
        }
        const seen: number[] = [];
        for await (const result of pool.imap(square, input(), { bufferSize: 8 })) {
          assert.ok(read <= seen.length + 1 + 8, `${read} were read, ${seen.length} taken`);
          if (seen.push(result) === 20) break;
        }
        assert.deepEqual([seen, isClosed], [range(20).map(square), true]);
        assert.equal(await pool.run(square, 3), 9);
      }),
    );
    test(
      "signal, timeout and terminate end the iteration with their errors",
      withPool(1, async (pool) => {
        const controller = new AbortController();
        const aborted = drain(pool.imap(hang, [1], { signal: controller.signal }));
        controller.abort(new Error("enough"));
        assert.equal(((await aborted).error as Error).message, "enough");
        const late = await drain(pool.imapUnordered(hang, [1], { timeout: 20 }));
        assert.equal((late.error as Error).message, "imapUnordered did not finish within 20 ms");
        const ended = drain(pool.imap(hang, [1]));
        await pool.terminate();
        assert.equal(((await ended).error as Error).name, "CancelledError");
      }),
    );
    test(
      "a worker that dies ends the iteration in its turn",
      withPool(1, async (pool) => {
        const die = (x: number): number => (x === 3 ? process.exit(7) : x);
        const { values, error } = await drain(pool.imap(die, range(6), { chunkSize: 1 }));
        assert.deepEqual(values, [0, 1, 2]);
        assert.ok(error instanceof WorkerLostError);
      }),
    );
    test(
      "close waits for an iteration that is still taken",
      withPool(1, async (pool) => {
        const iterator = pool.imap(square, range(50), { bufferSize: 2 });
        pool.close();
        assert.deepEqual((await drain(iterator)).values, range(50).map(square));
        assert.equal(await pool.join(), true);
      }),
    );
  });

  describe(`${name}: results for later`, () => {
    test(
      "P363 P366 P375 mapAsync, starmapAsync and applyAsync give what the others give",
      withPool(2, async (pool) => {
        const add = (a: number, b: number): number => a + b;
        assert.deepEqual(await pool.mapAsync(square, range(10)).get(), range(10).map(square));
        assert.deepEqual(await pool.mapAsync(square, [], { chunkSize: 1 }).get(), []);
        assert.deepEqual(
          await pool
            .starmapAsync(add, [
              [1, 2],
              [3, 4],
            ] as [number, number][])
            .get(),
          [3, 7],
        );
        const begun = performance.now();
        const wait = async (ms: number): Promise<number> => {
          await new Promise((resolve) => setTimeout(resolve, ms));
          return ms;
        };
        assert.equal(await pool.applyAsync(wait, [50]).get(), 50);
        assert.ok(performance.now() - begun >= 49);
      }),
    );
    test(
      "P376 P378 get and wait may have a timeout; the call goes on",
      withPool(1, async (pool) => {
        const wait = async (ms: number): Promise<number> => {
          await new Promise((resolve) => setTimeout(resolve, ms));
          return ms;
        };
        const result = pool.applyAsync(wait, [150]);
        await assert.rejects(result.get({ timeout: 5 }), { name: "TimeoutError" });
        assert.equal(await result.wait({ timeout: 5 }), undefined);
        assert.equal(result.ready, false);
        assert.equal(await result.wait(), undefined);
        assert.equal(result.ready, true);
        assert.equal(await result.get(), 150);
      }),
    );
    test(
      "P377 ready and successful",
      withPool(1, async (pool) => {
        const good = pool.applyAsync(square, [2]);
        assert.equal(good.ready, false);
        assert.throws(() => good.successful, RuntimeError);
        await good.wait();
        assert.deepEqual([good.ready, good.successful], [true, true]);
        const bad = pool.applyAsync(fail, [2]);
        await bad.wait();
        assert.deepEqual([bad.ready, bad.successful], [true, false]);
        await assert.rejects(bad.get(), { message: "bad 2" });
      }),
    );
    test(
      "P364 P395 one of the callbacks is called, once; the result is there as well",
      withPool(1, async (pool) => {
        const seen: unknown[] = [];
        const callbacks = {
          callback: (value: unknown) => void seen.push(["value", value]),
          errorCallback: (error: unknown) => void seen.push(["error", (error as Error).message]),
        };
        await pool.mapAsync(square, [1, 2], callbacks).wait();
        const bad = pool.applyAsync(fail, [1], callbacks);
        await bad.wait();
        await assert.rejects(bad.get(), { message: "bad 1" });
        assert.deepEqual(seen, [
          ["value", [1, 4]],
          ["error", "bad 1"],
        ]);
        assert.throws(() => pool.applyAsync(square, [1], { callback: 5 as never }), {
          name: "TypeError",
          message: /^applyAsync: callback must be a function/,
        });
      }),
    );
  });

  describe(`${name}: size and numbers`, () => {
    test(
      "resize changes the number of workers while the pool works",
      withPool(1, async (pool) => {
        const calls = range(50).map((n) => pool.run(square, n));
        pool.resize(3);
        assert.equal(pool.size, 3);
        assert.deepEqual(await Promise.all(calls), range(50).map(square));
        const three = range(3).map(() => pool.run(hang));
        pool.resize(1);
        assert.equal(pool.size, 1);
        assert.throws(() => pool.resize(0), RangeError);
        await pool.terminate();
        for (const call of three) await assert.rejects(call, { name: "CancelledError" });
        assert.throws(() => pool.resize(2), RuntimeError);
      }),
    );
    test(
      "statistics count what was done, and how long it took",
      withPool(1, async (pool) => {
        await pool.run(() => new Promise((resolve) => setTimeout(resolve, 30)));
        await assert.rejects(pool.run(fail, 1));
        const calls = [pool.run(hang), pool.run(square, 1)];
        const { done, failed, cancelled, queued, running, runTime, waitTime } = pool.statistics();
        assert.deepEqual([done, failed, cancelled, queued + running], [1, 1, 0, 2]);
        assert.ok(runTime.longest >= 29 && runTime.average >= 14, String(runTime.average));
        assert.ok(waitTime.longest >= 0);
        await pool.terminate();
        for (const call of calls) await assert.rejects(call);
      }),
    );
  });
}
