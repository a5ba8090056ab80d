/** The line in memory over real threads: what tasks are given and give, whatever it is; who runs what; what is left behind. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Value } from "heddle/shared";
import { sleepSync } from "heddle/time";
import { Form } from "#heddle/channel/line/line.js";
import { processRealm } from "#heddle/memory/process-realm.js";
import { PickleError } from "#heddle/pickle/errors.js";
import { until } from "../rig/threads.js";
import { Rig, type Task } from "./rig.js";
import type { Seen } from "./rig-worker.js";

const echo = (value: unknown): unknown => value;
/** Computes until the gate is open. */
const held = (gate: Value<"i32">): string => {
  while (gate.value === 0);
  return "held";
};
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Bytes and blocks of the heap in use. */
function inUse(): { used: number; blocks: number; pending: number } {
  const { used, blocks, pending } = processRealm().allocator.statistics();
  return { used, blocks, pending };
}

describe("slot line", { timeout: 120_000 }, () => {
  test("carries plain data of all sizes there and back", async () => {
    await using rig = new Rig(2);
    const values = [
      ...[0, -1, 2 ** 31 - 1, -(2 ** 31), -0, 1.5, NaN, Infinity, 10n, -(10n ** 30n), true, false, null, undefined],
      ...["", "a", "ü", "漢字", "x".repeat(31), "x".repeat(32), "x".repeat(33), "y".repeat(5000), "z".repeat(1 << 20)],
      ...[[], [1, [2, [3]]], {}, { a: 1, b: { c: "d" } }, new Map([[1, { d: new Date(5) }]]), new Set(["a"]), /x/giu],
      ...[new Uint8Array(1000).fill(7), new Float64Array([1, 2, 3]), new Uint8Array(0)],
    ];
    const results = await Promise.all(values.map((value) => rig.run(echo, value)));
    assert.deepEqual(results, values);
    assert.ok(Object.is(results[4], -0));
  });

  test("carries what is no plain data: classes, functions, cycles", async () => {
    await using rig = new Rig(2);
    class Point {
      readonly x: number;
      constructor(x: number) {
        this.x = x;
      }
      get double(): number {
        return this.x * 2;
      }
    }
    const point = (await rig.run((p: Point) => [p, p.double], new Point(4))) as [Point, number];
    assert.ok(point[0] instanceof Point);
    assert.deepEqual([point[0].x, point[1]], [4, 8]);
    assert.equal(
      await rig.run(
        (fn: (x: number) => number) => fn(3),
        (x: number) => x * 7,
      ),
      21,
    );
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const back = (await rig.run(echo, circle)) as { self: unknown };
    assert.equal(back.self, back);
  });

  test("calls a function in each of the four forms", async () => {
    await using rig = new Rig(1);
    const add = (a: number, b: number): number => a + b;
    assert.equal(await rig.run(add, [1, 2], { form: Form.SPREAD }), 3);
    assert.deepEqual(await rig.run((x: number) => x + 1, [1, 2], { form: Form.EACH }), [2, 3]);
    assert.deepEqual(
      await rig.run(
        add,
        [
          [1, 2],
          [3, 4],
        ],
        { form: Form.EACH_SPREAD },
      ),
      [3, 7],
    );
  });

  test("takes the payload as it is at the call", async () => {
    await using rig = new Rig(1);
    const buffer = new SharedArrayBuffer(4);
    const [plain, shared] = [{ n: 1 }, { n: 1, buffer }];
    const results = [rig.run(({ n }: { n: number }) => n, plain), rig.run(({ n }: { n: number }) => n, shared)];
    plain.n = 2;
    shared.n = 2;
    assert.deepEqual(await Promise.all(results), [1, 1]);
  });

  test("tells errors with class, properties, cause and stack", async () => {
    await using rig = new Rig(2);
    const error = (await rig
      .run((n: number) => {
        throw Object.assign(new RangeError(`no ${n}`, { cause: new Error("why") }), { code: "E" });
      }, 3)
      .catch((thrown: unknown) => thrown)) as RangeError & { code: string };
    assert.ok(error instanceof RangeError);
    assert.deepEqual([error.message, error.code, (error.cause as Error).message], ["no 3", "E", "why"]);
    assert.match(error.stack ?? "", /slot-line\.test/);
    await assert.rejects(
      rig.run(async () => Promise.reject(new TypeError("later"))),
      TypeError,
    );
    assert.equal(await rig.run(() => Promise.reject("no error")).catch((thrown: unknown) => thrown), "no error");
    // What cannot be sent back fails the task, and says so.
    await assert.rejects(
      rig.run(() => [new WeakRef({})]),
      PickleError,
    );
    assert.equal(await rig.run(echo, "goes on"), "goes on");
  });

  test("refuses what cannot travel where it is written, and holds nothing of it", async () => {
    await using rig = new Rig(1);
    assert.throws(() => rig.run(echo, { deep: [new WeakRef({})] }), PickleError);
    assert.equal(await rig.run(echo, 1), 1);
  });

  test("async tasks: their worker takes no other, the others are not kept waiting", async () => {
    await using rig = new Rig(2);
    const nap = async (gate: Value<"i32"> | undefined): Promise<string> => {
      while (gate !== undefined && gate.value === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      return "slept";
    };
    await Promise.all(rig.ready);
    await rig.run(nap, undefined);
    const gate = new Value("i32");
    const long = rig.submit(nap, gate);
    await until(() => rig.line.runnerOf(long) !== undefined);
    assert.deepEqual(await Promise.all(numbers(300).map((i) => rig.run(echo, i))), numbers(300));
    assert.equal(long.outcomes, 0, "the short tasks waited for the long one");
    gate.value = 1;
    assert.equal(await long.promise, "slept");
  });

  test("a long task does not trap those behind it, although their function was always short", async () => {
    await using rig = new Rig(2);
    await Promise.all(rig.ready);
    const spin = (gate: Value<"i32"> | undefined): void => {
      while (gate !== undefined && gate.value === 0);
    };
    for (let i = 0; i < 300; i++) await rig.run(spin, undefined);
    const gate = new Value("i32");
    const long = rig.submit(spin, gate);
    await Promise.all(numbers(200).map(() => rig.run(spin, undefined)));
    assert.equal(long.outcomes, 0, "the short tasks waited for the long one");
    gate.value = 1;
    await long.promise;
  });

  test("50,000 tasks in flight: each has its own result, once", async () => {
    await using rig = new Rig(3);
    const tasks = numbers(50_000).map((i) => rig.submit(echo, i));
    assert.deepEqual(await Promise.all(tasks.map(({ promise }) => promise)), numbers(50_000));
    assert.ok(tasks.every(({ outcomes }) => outcomes === 1));
  });

  test("what must go by message goes in order: transfer lists, ports, shared memory, both ways", async () => {
    await using rig = new Rig(2);
    const moved = new Uint8Array([1, 2, 3]);
    const result = rig.run((bytes: Uint8Array) => bytes[2], moved, { transfer: [moved.buffer] });
    assert.equal(moved.length, 0, "it is moved at the call");
    assert.equal(await result, 3);

    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => port1.once("message", resolve));
    await rig.run(
      (port: import("node:worker_threads").MessagePort) => {
        port.postMessage("from the worker");
        port.close();
      },
      port2,
      { transfer: [port2] },
    );
    assert.equal(await answer, "from the worker");
    port1.close();

    const shared = new Int32Array(new SharedArrayBuffer(8));
    const same = (await rig.run((view: Int32Array) => {
      view[0] = 5;
      return view;
    }, shared)) as Int32Array;
    same[1] = 6;
    assert.deepEqual([...shared], [5, 6]);
    const results = await Promise.all(numbers(200).map((i) => rig.run(echo, i % 3 === 0 ? [i, shared] : [i])));
    assert.deepEqual(
      results.map((each) => (each as number[])[0]),
      numbers(200),
    );
  });

  test("a function that captures shared memory goes by message, too", async () => {
    await using rig = new Rig(2);
    const shared = new Int32Array(new SharedArrayBuffer(4));
    await Promise.all(numbers(20).map(() => rig.run(() => void Atomics.add(shared, 0, 1))));
    assert.equal(shared[0], 20);
  });

  test("revoke: what has not begun is not run; what has is named, and goes on", async () => {
    await using rig = new Rig(1);
    const gate = new Value("i32");
    const long = rig.submit(held, gate);
    await until(() => rig.line.runnerOf(long) !== undefined);
    const ran = new Int32Array(new SharedArrayBuffer(4));
    const mark = (): number => Atomics.add(ran, 0, 1);
    const tasks = numbers(100).map(() => rig.submit(mark, undefined));
    await Promise.resolve();
    const revoked = tasks.filter((_, i) => i % 2 === 0);
    assert.ok(revoked.every((task) => rig.line.revoke(task) === undefined));
    assert.equal(rig.line.revoke(long), 1);
    gate.value = 1;
    await Promise.all(tasks.filter((_, i) => i % 2 === 1).map(({ promise }) => promise));
    assert.equal(ran[0], 50);
    assert.equal(await long.promise, "held");
    assert.ok(revoked.every(({ outcomes }) => outcomes === 0));
  });

  test("revoking without end takes no more room than there is", async () => {
    await using rig = new Rig(1);
    const gate = new Value("i32");
    const long = rig.submit(held, gate);
    await until(() => rig.line.runnerOf(long) !== undefined);
    let last: Task | undefined;
    for (let i = 0; i < 20_000; i++) {
      if (last !== undefined && last.place >= 0) rig.line.revoke(last);
      last = undefined;
      if (rig.line.room > 0) last = rig.submit(echo, i);
    }
    gate.value = 1;
    await long.promise;
    await until(() => rig.line.room > 0, "room");
    assert.equal(await rig.run(echo, "goes on"), "goes on");
  });

  test("interrupt raises a flag that code can read, of that task alone, and calls who listens", async () => {
    await using rig = new Rig(1);
    const compute = (): number => {
      const seen = Reflect.get(globalThis, Symbol.for("heddle.test.line")) as Seen;
      let looks = 0;
      while (!seen.running!.isInterrupted) looks++;
      return looks;
    };
    const task = rig.submit(compute, undefined);
    await until(() => rig.line.runnerOf(task) !== undefined);
    rig.line.interrupt(task);
    assert.equal(typeof (await task.promise), "number");
    const isInterrupted = (): boolean =>
      (Reflect.get(globalThis, Symbol.for("heddle.test.line")) as Seen).running!.isInterrupted;
    assert.equal(await rig.run(isInterrupted), false);
    const listen = (): Promise<string> =>
      new Promise((resolve) => {
        const seen = Reflect.get(globalThis, Symbol.for("heddle.test.line")) as Seen;
        seen.running!.onInterrupt(() => resolve("told"));
      });
    const listener = rig.submit(listen, undefined);
    await until(() => rig.line.runnerOf(listener) !== undefined);
    rig.line.interrupt(listener);
    assert.equal(await listener.promise, "told");
  });

  test("a worker takes no more tasks than it may", async () => {
    await using rig = new Rig(1, 3);
    const tasks = numbers(5).map((i) => rig.submit(echo, i));
    await Promise.all(tasks.slice(0, 3).map(({ promise }) => promise));
    rig.start(3);
    assert.deepEqual(await Promise.all(tasks.map(({ promise }) => promise)), numbers(5));
    assert.equal(rig.runs.length, 5);
  });

  test("a worker that is retired finishes what it has begun, and the others do the rest", async () => {
    await using rig = new Rig(2);
    await Promise.all(rig.ready);
    const gate = new Value("i32");
    const long = rig.submit(held, gate);
    await until(() => rig.line.runnerOf(long) !== undefined);
    const worker = rig.line.runnerOf(long)!;
    rig.line.retire(worker);
    const tasks = numbers(100).map((i) => rig.submit(echo, i));
    await Promise.all(tasks.map(({ promise }) => promise));
    gate.value = 1;
    await long.promise;
    tasks.push(...numbers(100).map((i) => rig.submit(echo, i)));
    await Promise.all(tasks.map(({ promise }) => promise));
    assert.equal(long.worker, worker);
    assert.ok(tasks.every((task) => task.worker !== worker));
  });

  test("workers that come late take what waits", async () => {
    await using rig = new Rig(0);
    const tasks = numbers(5000).map((i) => rig.run(echo, i));
    rig.start();
    rig.start();
    assert.deepEqual(await Promise.all(tasks), numbers(5000));
  });

  test("functions are forgotten, by the line and by its workers", async () => {
    await using rig = new Rig(2);
    await Promise.all(rig.ready);
    await rig.run(echo, 1);
    const before = inUse();
    for (let i = 0; i < 300; i++) {
      const fn = (x: number): number => x + i;
      assert.equal(await rig.run(fn, 1), 1 + i);
      rig.forget(fn);
    }
    assert.ok(inUse().blocks <= before.blocks + 4, "blocks of functions are left");
    // One that is forgotten while its tasks wait is there until they are done.
    const late = (x: number): number => x;
    const tasks = numbers(2000).map((i) => rig.run(late, i));
    rig.forget(late);
    assert.deepEqual(await Promise.all(tasks), numbers(2000));
    assert.ok(inUse().blocks <= before.blocks + 8);
  });

  test("close gives all memory back", async () => {
    {
      await using warm = new Rig(2);
      await warm.run(echo, [1, "x".repeat(10_000)]);
    }
    const before = inUse();
    const [rounds, workers] = [3, 2];
    for (let round = 0; round < rounds; round++) {
      const rig = new Rig(workers);
      await Promise.all(numbers(6000).map((i) => rig.run(echo, i % 50 === 0 ? "x".repeat(i * 10) : i)));
      void numbers(3000).map((i) => rig.submit(echo, "y".repeat(i)).promise.catch(() => {}));
      await rig.close();
    }
    const after = inUse();
    // The table of threads keeps a name for each thread that there was.
    const names = 64 * rounds * workers;
    assert.ok(after.used <= before.used + names && after.pending === 0, JSON.stringify({ before, after }));
  });

  test("large results are taken in small numbers, and their memory is given back", async () => {
    await using rig = new Rig(2);
    const big = (size: number): Uint8Array => new Uint8Array(size).fill(1);
    await rig.run(big, 1 << 20);
    const before = inUse();
    let most = 0;
    const tasks = numbers(400).map(() =>
      rig.run(big, 1 << 20).then((bytes) => {
        most = Math.max(most, inUse().used - before.used);
        return (bytes as Uint8Array).length;
      }),
    );
    assert.ok((await Promise.all(tasks)).every((size) => size === 1 << 20));
    assert.ok(most < 200 << 20, `${most >> 20} MB at once`);
    await until(() => inUse().used - before.used < 8 << 20, "memory given back");
  });

  test("more arguments than the memory is meant for are kept by the owner", async () => {
    await using rig = new Rig(1);
    await Promise.all(rig.ready);
    const before = inUse();
    const gate = new Value("i32");
    const long = rig.run(held, gate);
    const size = (bytes: Uint8Array): number => bytes.length;
    const bytes = new Uint8Array(8 << 20);
    const tasks = numbers(60).map(() => rig.run(size, bytes));
    assert.ok(inUse().used - before.used < 700 << 20);
    gate.value = 1;
    await long;
    assert.ok((await Promise.all(tasks)).every((length) => length === 8 << 20));
  });

  test("the owner may be in a thread other than main", async () => {
    const { Thread } = await import("heddle/threading");
    const url = new URL("./rig.js", import.meta.url).href;
    const target = async (rigUrl: string): Promise<number> => {
      const { Rig } = (await import(rigUrl)) as typeof import("./rig.js");
      const rig = new Rig(2);
      let sum = 0;
      for (const each of await Promise.all(Array.from({ length: 2000 }, (_, i) => rig.run((x: number) => x, i))))
        sum += each as number;
      await rig.close();
      return sum;
    };
    assert.equal(await new Thread({ target, args: [url] }).start().result(), 1_999_000);
  });

  test("the owner may block: what was offered is done meanwhile", async () => {
    await using rig = new Rig(2);
    await Promise.all(rig.ready);
    await rig.run(echo, 1);
    // What goes by message would have to wait for the owner.
    const done = new Value("i32");
    const count = (): void => void done.add(1);
    await rig.run(count);
    const tasks: Promise<unknown>[] = [];
    while (rig.line.room > 0) tasks.push(rig.run(count));
    await Promise.resolve();
    const end = performance.now() + 20_000;
    while (done.value < 1 + tasks.length && performance.now() < end) sleepSync(5);
    assert.equal(done.value, 1 + tasks.length);
    await Promise.all(tasks);
  });

  test("an idle line burns nothing, and timers go on under full load", async () => {
    await using rig = new Rig(2);
    await Promise.all(numbers(2000).map((i) => rig.run(echo, i)));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    for (let round = 0; round < 10; round++) await Promise.all(numbers(5000).map((i) => rig.run(echo, i)));
    clearInterval(timer);
    assert.ok(ticks > 5, `${ticks} ticks`);

    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 100_000, `${(user + system) / 1000} ms of a second`);
  });
});
