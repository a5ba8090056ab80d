/**
 * What every pool does, whatever its workers are. Numbers P3xx are those of the list of behaviours taken from
 * CPython's own tests. Functions that run in workers close over nothing, so that any kind of pickling takes them.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RuntimeError, WorkerLostError } from "#heddle/platform/errors/errors.js";
import type { WorkerPool } from "#heddle/pool/pool.js";

export type MakePool = (size: number) => WorkerPool;

const square = (x: number): number => x * x;
const hang = (): Promise<never> => new Promise(() => {});
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** No channel takes its result. */
const unpicklable = (): unknown => new WeakMap();

/** True for an error that says what cannot travel; the death of a worker says nothing of the kind. */
const refused = (error: unknown): boolean => error instanceof Error && !(error instanceof WorkerLostError);

function* failingAfter(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
  throw new SyntaxError("input failed");
}

export function poolContract(name: string, makePool: MakePool): void {
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

  describe(`${name}: results`, () => {
    test(
      "P361 map keeps the order of the input; chunkSize changes batching only",
      withPool(2, async (pool) => {
        const expected = range(100).map(square);
        assert.deepEqual(await pool.map(square, range(100)), expected);
        for (const chunkSize of [1, 7, 100, 1000]) {
          assert.deepEqual(await pool.map(square, range(100), { chunkSize }), expected);
        }
      }),
    );
    test(
      "a result whose `then` cannot be read fails the call with the error of that, as it fails an await",
      withPool(1, async (pool) => {
        const odd = (): object => ({
          // biome-ignore lint/suspicious/noThenProperty: that is the point
          get then(): never {
            throw new SyntaxError("no then");
          },
        });
        await assert.rejects(pool.map(odd, [1]), { name: "SyntaxError", message: "no then" });
        assert.deepEqual(await pool.map(square, [2]), [4]);
      }),
    );
    test(
      "P362 starmap spreads its items",
      withPool(2, async (pool) => {
        const add = (a: number, b: number): number => a + b;
        assert.deepEqual(
          await pool.starmap(add, [
            [1, 2],
            [3, 4],
          ]),
          [3, 7],
        );
      }),
    );
    test(
      "map takes sets, maps, typed arrays, strings, generators and async generators",
      withPool(2, async (pool) => {
        async function* later(): AsyncGenerator<number> {
          for (let i = 0; i < 10; i++) yield i;
        }
        assert.deepEqual(await pool.map(square, new Set([1, 2])), [1, 4]);
        assert.deepEqual(await pool.map((entry) => entry[0], new Map([["a", 1]])), ["a"]);
        assert.deepEqual(await pool.map(square, new Float64Array([1.5])), [2.25]);
        assert.deepEqual(await pool.map((c) => `${c}!`, "hi"), ["h!", "i!"]);
        assert.deepEqual(await pool.map(square, range(10).values()), range(10).map(square));
        assert.deepEqual(await pool.map(square, later(), { chunkSize: 3 }), range(10).map(square));
      }),
    );
    test(
      "map awaits async functions and keeps results that are arrays or undefined",
      withPool(2, async (pool) => {
        assert.deepEqual(await pool.map(async (x: number) => [x, [x]], [1, 2]), [
          [1, [1]],
          [2, [2]],
        ]);
        assert.deepEqual(await pool.map(() => undefined, [1, 2, 3]), [undefined, undefined, undefined]);
      }),
    );
    test(
      "P366 P367 map over nothing gives [] at once",
      withPool(1, async (pool) => {
        const busy = pool.map(hang, [1]);
        assert.deepEqual(await pool.map(square, []), []);
        assert.deepEqual(await pool.map(square, [], { chunkSize: 1 }), []);
        assert.deepEqual(await pool.map(square, new Set<number>()), []);
        await pool.terminate();
        await assert.rejects(busy, { name: "CancelledError" });
      }),
    );
    test(
      "many calls at once each get their own results",
      withPool(2, async (pool) => {
        const calls = range(50).map((k) => pool.map(square, [k, k + 1]));
        assert.deepEqual(
          await Promise.all(calls),
          range(50).map((k) => [square(k), square(k + 1)]),
        );
      }),
    );
    test(
      "onProgress counts the items of each finished chunk up to the total",
      withPool(1, async (pool) => {
        const seen: unknown[] = [];
        const onProgress = (...counts: unknown[]): void => void seen.push(counts);
        await pool.map(square, range(5), { chunkSize: 2, onProgress });
        await pool.map(square, range(2).values(), { onProgress });
        assert.deepEqual(seen, [
          [2, 5],
          [4, 5],
          [5, 5],
          [1, undefined],
          [2, undefined],
        ]);
      }),
    );
    test(
      "an error thrown by onProgress ends the call; the pool goes on",
      withPool(2, async (pool) => {
        const onProgress = (): never => {
          throw new RangeError("no progress");
        };
        await assert.rejects(pool.map(square, range(50), { onProgress }), { message: "no progress" });
        assert.deepEqual(await pool.map(square, [3]), [9]);
      }),
    );
  });

  describe(`${name}: errors`, () => {
    test(
      "P388 an error keeps its message and shows both stacks",
      withPool(1, async (pool) => {
        const fail = (x: number): never => {
          throw new RangeError(`bad ${x}`, { cause: "why" });
        };
        const error = await pool.map(fail, [7]).catch((error: unknown) => error);
        assert.ok(error instanceof RangeError);
        assert.equal(error.message, "bad 7");
        assert.equal(error.cause, "why");
        const [remote, local] = error.stack!.split("\n    --- sent from ---\n");
        assert.match(remote!, /^RangeError: bad 7\n\s+at /);
        assert.match(local!, /^\s+at .*contract\/pool/);
      }),
    );
    test(
      "what is thrown need not be an error",
      withPool(1, async (pool) => {
        const fail = (): never => {
          throw "just text";
        };
        assert.equal(await pool.map(fail, [1]).catch((error: unknown) => error), "just text");
      }),
    );
    test(
      "an error that cannot travel comes home in words",
      withPool(1, async (pool) => {
        const fail = (): never => {
          throw Object.assign(new TypeError("odd", { cause: new WeakMap() }), { extra: new WeakMap() });
        };
        const error = await pool.map(fail, [1]).catch((error: unknown) => error);
        assert.ok(error instanceof Error);
        assert.match(error.message, /odd/);
        assert.match(error.stack!, /TypeError: odd\n[\s\S]*--- sent from ---/);
        assert.deepEqual(await pool.map(square, [3]), [9]);
      }),
    );
    test(
      "P391 P392 all chunks are run before the first error is thrown",
      withPool(1, async (pool) => {
        let done = 0;
        const onProgress = (count: number): void => {
          done = count;
        };
        const odd = (x: number): number => {
          if (x === 3 || x === 5) throw new RangeError(`item ${x}`);
          return x;
        };
        await assert.rejects(pool.map(odd, range(20), { chunkSize: 1, onProgress }), { message: "item 3" });
        assert.equal(done, 20);
        pool.close();
        assert.equal(await pool.join(), true);
      }),
    );
    test(
      "P365 an item that cannot travel fails the call, not the pool, any number of times",
      withPool(2, async (pool) => {
        for (const _ of range(10))
          await assert.rejects(
            pool.map(() => 1, [1, new WeakMap() as unknown, 2]),
            Error,
          );
        assert.deepEqual(await pool.map(square, [3]), [9]);
      }),
    );
    test(
      "P394 a result that cannot travel fails the call; the worker survives, 20 times",
      withPool(2, async (pool) => {
        for (const _ of range(20)) await assert.rejects(pool.map(unpicklable, [1]), refused);
        assert.deepEqual(await pool.map(square, [3]), [9]);
      }),
    );
    test(
      "P368 P389 an error of the input reaches the caller as it is, twice in a row",
      withPool(2, async (pool) => {
        for (const n of [0, 3]) {
          const error = await pool.map(square, failingAfter(n)).catch((error: unknown) => error);
          assert.ok(error instanceof SyntaxError);
          assert.doesNotMatch(error.stack!, /sent from/);
        }
        assert.deepEqual(await pool.map(square, [3]), [9]);
      }),
    );
    test(
      "an error of an async input reaches the caller",
      withPool(2, async (pool) => {
        async function* input(): AsyncGenerator<number> {
          yield* failingAfter(3);
        }
        await assert.rejects(pool.map(square, input(), { chunkSize: 2 }), SyntaxError);
      }),
    );
    test(
      "wrong arguments reject with TypeError or RangeError that name them",
      withPool(1, async (pool) => {
        const map = pool.map.bind(pool) as (...args: unknown[]) => Promise<unknown>;
        await assert.rejects(map("f", []), { name: "TypeError", message: /^map: fn must be a function, got "f"/ });
        await assert.rejects(map(square, 5), { name: "TypeError", message: /^map: items must be an Iterable/ });
        await assert.rejects(map(square, [], { chunkSize: 0 }), { name: "RangeError", message: /chunkSize/ });
        await assert.rejects(map(square, [], { bufferSize: 1.5 }), { name: "RangeError", message: /bufferSize/ });
        await assert.rejects(map(square, [], { chunksize: 2 }), { name: "TypeError", message: /"chunksize"/ });
        await assert.rejects(map(square, [], { timeout: -1 }), { name: "RangeError", message: /timeout/ });
      }),
    );
  });

  describe(`${name}: deaths and cancellation`, () => {
    test(
      "P400 the death of a worker rejects the call that it worked for; the pool goes on",
      withPool(2, async (pool) => {
        for (const _ of range(5)) {
          const error = await pool.map(() => process.exit(7), [1, 2, 3]).catch((error: unknown) => error);
          assert.ok(error instanceof WorkerLostError, String(error));
          assert.equal(error.exitcode, 7);
          assert.match(error.message, /^Worker ".+" ended with exit code 7 before it answered$/);
          assert.match(error.stack!, /--- sent from ---\n.*contract\/pool/);
        }
        assert.deepEqual(await pool.map(square, range(10)), range(10).map(square));
      }),
    );
    test(
      "the death of a worker fails no other call",
      withPool(1, async (pool) => {
        const lost = pool.map(() => process.exit(3), [1]);
        const others = range(5).map((k) => pool.map(square, [k]));
        await assert.rejects(lost, WorkerLostError);
        assert.deepEqual((await Promise.all(others)).flat(), range(5).map(square));
      }),
    );
    test(
      "signal ends the call with its reason, also while it runs; the pool goes on",
      withPool(2, async (pool) => {
        const controller = new AbortController();
        const call = pool.map(hang, range(10), { signal: controller.signal });
        const reason = new Error("enough");
        controller.abort(reason);
        await assert.rejects(call, (error) => error === reason);
        assert.deepEqual(await pool.map(square, range(10)), range(10).map(square));
        const running = new AbortController();
        const progress = new Promise<void>((resolve) => {
          const one = (x: number): unknown => (x === 0 ? x : new Promise(() => {}));
          const onProgress = (): void => resolve();
          pool.map(one, range(4), { signal: running.signal, chunkSize: 1, onProgress });
        });
        await progress;
        running.abort();
        assert.deepEqual(await pool.map(square, range(10)), range(10).map(square));
      }),
    );
    test(
      "an aborted signal starts nothing",
      withPool(1, async (pool) => {
        const input = { [Symbol.iterator]: (): never => assert.fail("the input was read") };
        const signal = AbortSignal.abort(new Error("too late"));
        await assert.rejects(pool.map(square, input, { signal }), { message: "too late" });
      }),
    );
    test(
      "timeout ends the call with TimeoutError; the pool goes on",
      withPool(1, async (pool) => {
        const start = performance.now();
        const call = pool.map(hang, range(10), { timeout: 30 });
        await assert.rejects(call, { name: "TimeoutError", message: "map did not finish within 30 ms" });
        assert.ok(performance.now() - start >= 30);
        assert.deepEqual(await pool.map(square, [3]), [9]);
      }),
    );
    test(
      "a call that is given up closes its input",
      withPool(1, async (pool) => {
        let closed = false;
        function* input(): Generator<number> {
          try {
            for (;;) yield 1;
          } finally {
            closed = true;
          }
        }
        await assert.rejects(pool.map(hang, input(), { timeout: 0 }), { name: "TimeoutError" });
        assert.equal(closed, true);
      }),
    );
  });

  describe(`${name}: life`, () => {
    test(
      "P381 terminate stops at once though 10000 items are queued; join returns",
      withPool(3, async (pool) => {
        const calls = [pool.map(hang, range(10_000), { chunkSize: 1 }), pool.map(square, range(10))];
        await pool.terminate();
        for (const call of calls) await assert.rejects(call, { name: "CancelledError" });
        assert.equal(await pool.join(), true);
      }),
    );
    test(
      "P382 join before close or terminate throws RuntimeError",
      withPool(1, async (pool) => {
        await assert.rejects(pool.join(), RuntimeError);
      }),
    );
    test(
      "P383 new work after close or terminate throws RuntimeError",
      withPool(1, async (pool) => {
        pool.close();
        await assert.rejects(pool.map(square, [1]), { name: "RuntimeError", message: /closed/ });
        await pool.terminate();
        await assert.rejects(pool.map(square, [1]), { name: "RuntimeError", message: /terminated/ });
      }),
    );
    test(
      "P384 close lets queued work finish, input that is not read yet included; then join returns",
      withPool(2, async (pool) => {
        const calls = [pool.map(square, range(100).values()), pool.map(square, range(100))];
        pool.close();
        assert.equal(await pool.join(), true);
        for (const call of calls) assert.deepEqual(await call, range(100).map(square));
      }),
    );
    test(
      "a worker that dies in a closed pool is replaced for the work that is left",
      withPool(1, async (pool) => {
        const lost = pool.map(() => process.exit(7), [1]);
        const rest = pool.map(square, range(5));
        pool.close();
        await assert.rejects(lost, WorkerLostError);
        assert.deepEqual(await rest, range(5).map(square));
        assert.equal(await pool.join(), true);
      }),
    );
    test(
      "join returns false at its timeout and goes on being possible",
      withPool(1, async (pool) => {
        const call = pool.map(hang, [1]);
        pool.close();
        assert.equal(await pool.join({ timeout: 5 }), false);
        await pool.terminate();
        assert.equal(await pool.join(), true);
        await assert.rejects(call, { name: "CancelledError" });
      }),
    );
    test(
      "close and terminate may be repeated, in any order",
      withPool(1, async (pool) => {
        pool.close();
        pool.close();
        await Promise.all([pool.terminate(), pool.terminate()]);
        pool.close();
        assert.equal(await pool.join(), true);
      }),
    );
    test(
      "a call may be awaited long after it was rejected",
      withPool(1, async (pool) => {
        const fail = (): never => {
          throw new RangeError("seen late");
        };
        const call = pool.map(fail, [1]);
        await pool.map(square, [1]);
        // A turn of the event loop: Node reports unhandled rejections by then.
        await new Promise((resolve) => setImmediate(resolve));
        await assert.rejects(call, { message: "seen late" });
      }),
    );
  });

  test(`${name}: P379 a size below 1 is refused`, () => {
    assert.throws(() => makePool(0), { name: "RangeError", message: /must be an integer, 1 or more/ });
    assert.throws(() => makePool(1.5), RangeError);
  });
}
