/** What comes out of a queue is what went in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PriorityQueue, Queue } from "heddle/queue";
import type { Value } from "heddle/shared";
import { type Lock, Thread } from "heddle/threading";
import { Names } from "#heddle/memory/names.js";
import { PickleError } from "#heddle/pickle/errors.js";
import type { Classes } from "../rig/realms.js";

export function itemsContract({ LifoQueue, Lock, PriorityQueue, Queue, Value, realm }: Classes): void {
  const queue = new Queue<unknown>();
  const through = <T>(item: T): T => {
    queue.putNowait(item);
    return queue.getNowait() as T;
  };

  const proto = JSON.parse('{"__proto__": 1, "a": 2}') as object;
  const items: Readonly<Record<string, unknown>> = {
    ...{ zero: 0, "minus zero": -0, least: -(2 ** 31), "beyond int32": 2 ** 31, NaN, "minus infinity": -Infinity },
    ...{ null: null, undefined, true: true, false: false, "big integer": 2n ** 100n, "negative big integer": -5n },
    ...{
      "empty text": "",
      "latin1 text": "Füße",
      "long latin1 text": "é".repeat(1000),
      "wide text": "日本".repeat(300),
    },
    ...{ "lone surrogates": "\ud800x\udc00", "text of 39": "x".repeat(39), "text of 40": "x".repeat(40), emoji: "👍" },
    ...{ "empty object": {}, "empty array": [], nested: { a: [{ b: { c: [1, [2, [3]]] } }], d: null, e: undefined } },
    ...{ "key __proto__": proto, "numeric keys": { 2: "b", 1: "a" }, "no prototype": Object.create(null) },
    ...{
      holes: [1, , 3],
      "long array with holes": Object.assign(new Array(100), { 99: 1 }),
      match: /b(.)/.exec("abc"),
    },
    ...{
      date: new Date(0),

      regexp: /a+/gi,
      map: new Map<unknown, unknown>([[{ k: 1 }, "v"]]),
    },
    ...{ set: new Set([1, "a", null]), error: new RangeError("far", { cause: "near" }), boxed: Object(1) },
    ...{ "1000 objects": Array.from({ length: 1000 }, (_, n) => ({ n, text: `item ${n}` })) },
  };

  for (const [name, item] of Object.entries(items)) {
    test(`Queue: ${name} comes out as it went in`, () => assert.deepStrictEqual(through(item), item));
  }

  test("Queue: binary data of every class keeps class and content, alone and inside", () => {
    const buffer = Uint8Array.from({ length: 16 }, (_, n) => n).buffer;
    const classes = [Uint8Array, Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array];
    const views = [...classes, Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView].map(
      (each) => Reflect.construct(each, [buffer.slice(0)]) as ArrayBufferView,
    );
    for (const view of [...views, Buffer.from("text"), buffer, new Uint8Array(0), new Uint8Array(100_000).fill(3)]) {
      assert.deepStrictEqual(through(view), view);
      assert.deepStrictEqual(through({ view }), { view });
    }
    const part = new Uint16Array(buffer, 2, 3);
    assert.deepStrictEqual(through(part), part);
  });

  test("Queue: an invalid date stays invalid", () => assert.ok(Number.isNaN(through(new Date(NaN)).getTime())));

  test("Queue: what is one object in the item is one object again, cycles included", () => {
    const shared = { n: 1 };
    const [first, second] = through([shared, shared]);
    assert.equal(first, second);
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const copy = through(cycle);
    assert.equal(copy.self, copy);
  });

  test("Queue: data deeper than any stack comes through", () => {
    let deep: unknown = "bottom";
    for (let n = 0; n < 10_000; n++) deep = [deep];
    let copy = through(deep);
    let depth = 0;
    while (Array.isArray(copy)) {
      copy = copy[0];
      depth++;
    }
    assert.deepEqual([depth, copy], [10_000, "bottom"]);
  });

  test("Queue: functions and instances travel", () => {
    class Point {
      readonly x: number;
      constructor(x: number) {
        this.x = x;
      }
      double(): number {
        return this.x * 2;
      }
    }
    const offset = 3;
    assert.equal(through((n: number) => n + offset)(4), 7);
    assert.equal(through(new Point(4)).double(), 8);
  });

  test("Queue: shared objects are themselves, at nine bytes each", async () => {
    const [lock, count, other] = [new Lock(), new Value("i32", 1), new Queue<unknown>()];
    const item = through({ lock, count, other, list: [lock] as unknown[] | undefined });
    assert.deepEqual([item.lock === lock, item.count === count, item.other === other], [true, true, true]);
    const user = new Thread({
      target: () => {
        const { lock, count, other } = queue.getSync() as { lock: Lock; count: Value<"i32">; other: Queue<unknown> };
        lock.withLockSync(() => count.add(1));
        other.putNowait(count);
      },
    }).start();
    queue.putNowait({ lock, count, other });
    assert.equal(await other.get(), count);
    await user.join();
    assert.equal(count.value, 2);
  });

  test("Queue: a getter may use the very same queue", () => {
    const item = {
      first: "a".repeat(50),
      get second() {
        queue.putNowait("from the getter");
        return queue.qsize;
      },
    };
    queue.putNowait(item);
    assert.deepEqual([queue.getNowait(), queue.getNowait()], ["from the getter", { first: "a".repeat(50), second: 1 }]);
  });

  test("Queue: what cannot be copied is a PickleError that says what it is", () => {
    const { port1 } = new MessageChannel();
    for (const [item, what] of [
      [new WeakMap(), /WeakMap/],
      [{ port: port1 }, /MessagePort/],
      [Promise.resolve(1), /Promise/],
    ] as const) {
      assert.throws(
        () => queue.putNowait(item),
        (error: Error) => error instanceof PickleError && what.test(error.message),
      );
    }
    assert.equal(queue.qsize, 0);
    port1.close();
  });

  test("Queue: more shapes than the process has names for", () => {
    const names = new Names(realm());
    for (let n = 0; n < 5000; n++) {
      const item = { [`key ${n}`]: n, other: 1 };
      assert.deepStrictEqual(through(item), item);
    }
    assert.equal(names.numberOf(["one", "too", "many"]), undefined);
  });

  test("Queue: two threads that meet the same new shape at once give it one number", async () => {
    const met = new Queue<object>();
    const target = () => {
      for (let n = 0; n < 200; n++) met.putNowait({ [`met ${n}`]: n });
    };
    const threads = [new Thread({ target }).start(), new Thread({ target }).start()];
    const sums = new Map<string, number>();
    for (let n = 0; n < 400; n++)
      for (const key of Object.keys(await met.get())) sums.set(key, (sums.get(key) ?? 0) + 1);
    for (const thread of threads) await thread.join();
    assert.equal(sums.size, 200);
    assert.ok([...sums.values()].every((count) => count === 2));
  });

  /** An item for each way that one stands in a queue: large bytes as they are, large plain data, what must be pickled. */
  const large = (): unknown[] => [
    new Uint8Array(1 << 20).fill(3),
    { bytes: new Uint8Array(100_000).fill(4) },
    new RangeError("far", { cause: "x".repeat(50_000) }),
  ];

  for (const make of [() => new Queue<unknown>(1), () => new LifoQueue<unknown>(1), () => ranked(1)]) {
    const { name } = make().constructor;

    test(`${name}: large items whose puts have to wait come out as they went in`, () => {
      const full = make();
      full.putNowait("first");
      const thread = new Thread({
        target: () => {
          for (const item of large()) full.putSync(item);
        },
      }).start();
      assert.equal(full.getSync(), "first");
      for (const item of large()) assert.deepStrictEqual(full.getSync(), item);
      thread.joinSync();
      full.dispose();
    });

    test(`${name}: an item that waits for room is what it was when put was called`, async () => {
      const full = make();
      full.putNowait("first");
      const bytes = new Uint8Array(1 << 20).fill(5);
      const put = full.put(bytes);
      bytes.fill(6);
      assert.equal(full.getNowait(), "first");
      await put;
      assert.deepStrictEqual(full.getNowait(), new Uint8Array(1 << 20).fill(5));
      full.dispose();
    });
  }

  test("Queue: a large item for which there is no room leaves no memory behind", async () => {
    const full = new Queue<unknown>(1);
    full.putNowait("first");
    const item = { text: "x".repeat(8 << 20) };
    const before = process.memoryUsage().arrayBuffers;
    assert.throws(() => full.putSync(item, { timeout: 0 }), { name: "Full" });
    assert.throws(() => full.putSync(item, { timeout: 1 }), { name: "Full" });
    full.shutdown();
    assert.throws(() => full.putSync(item), { name: "ShutDown" });
    await assert.rejects(full.put(item), { name: "ShutDown" });
    assert.equal(full.getNowait(), "first");
    const held = process.memoryUsage().arrayBuffers - before;
    assert.ok(held < 8 << 20, `holds ${held} bytes`);
    full.dispose();
  });

  function ranked(maxsize: number): PriorityQueue<unknown> {
    return new PriorityQueue<unknown>({ maxsize, key: () => 0 });
  }
}
