/** The rest of the conformance list's queue items: failures at put, SimpleQueue, and what is kept of items. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Empty, type Queue, type SimpleQueue } from "heddle/queue";
import { Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";

export function queueSoundnessContract({ LifoQueue, PriorityQueue, Queue, SimpleQueue }: Classes): void {
  for (const make of [
    () => new Queue(2),
    () => new LifoQueue(2),
    () => new PriorityQueue<unknown>({ maxsize: 2, key: () => 1 }),
  ]) {
    const { name } = make().constructor;
    test(`195 ${name}: a put that fails reaches the caller and changes nothing`, async () => {
      const queue = make() as Queue<unknown>;
      const failing = [
        new WeakMap(),
        {
          get bad() {
            throw new TypeError("getter");
          },
        },
      ];
      for (const room of [0, 1, 2]) {
        assert.equal(queue.qsize, room);
        for (const item of failing) {
          assert.throws(() => queue.putNowait(item), /WeakMap|getter/);
          await assert.rejects(queue.put(item), /WeakMap|getter/);
        }
        assert.deepEqual([queue.qsize, queue.full, queue.unfinishedTasks], [room, room === 2, room]);
        queue.tryPut("good");
      }
      assert.deepEqual([queue.getNowait(), queue.getNowait(), queue.empty], ["good", "good", true]);
    });
  }

  test("195 PriorityQueue: a key function that throws reaches the caller and changes nothing", () => {
    const queue = new PriorityQueue<number>({
      key: (n) => {
        if (n < 0) throw new Error("negative");
        return n;
      },
    });
    assert.throws(() => queue.putNowait(-1), /negative/);
    assert.deepEqual([queue.empty, queue.unfinishedTasks], [true, 0]);
    queue.putNowait(1);
    assert.equal(queue.getNowait(), 1);
  });

  test("196, 198 SimpleQueue: put, get, empty, qsize; Empty at once and after the timeout", async () => {
    const queue = new SimpleQueue<number>();
    assert.deepEqual([queue.empty, queue.qsize], [true, 0]);
    for (let n = 0; n < 3; n++) queue.putSync(n);
    await queue.put(3);
    queue.putNowait(4);
    assert.deepEqual([queue.empty, queue.qsize], [false, 5]);
    assert.deepEqual(
      [queue.getSync(), await queue.get(), queue.getNowait(), queue.getSync(), queue.getSync()],
      [0, 1, 2, 3, 4],
    );
    assert.throws(() => queue.getSync({ block: false }), Empty);
    assert.throws(() => queue.getNowait(), Empty);
    const start = performance.now();
    assert.throws(() => queue.getSync({ timeout: 10 }), Empty);
    assert.ok(performance.now() - start >= 9.9);
    assert.throws(() => queue.getSync({ timeout: -1 }), RangeError);
    await assert.rejects(queue.get({ timeout: -1 }), RangeError);
  });

  test("199 SimpleQueue: one producer, one consumer: 100 items in order", async () => {
    const queue = new SimpleQueue<number>();
    const consumer = new Thread({ target: () => Array.from({ length: 100 }, () => queue.getSync()) }).start();
    for (let n = 0; n < 100; n++) queue.putNowait(n);
    assert.deepEqual(
      await consumer.result(),
      Array.from({ length: 100 }, (_, n) => n),
    );
  });

  /** Ways to take an item when there may be none yet; -1 says that all are taken. */
  const gets = {
    "200 SimpleQueue": (queue: SimpleQueue<number>) => queue.getSync(),
    "201 SimpleQueue, not blocking": (queue: SimpleQueue<number>) => {
      for (;;) {
        try {
          return queue.getNowait();
        } catch (error) {
          if ((error as Error).name !== "Empty") throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // lets the others have the core
        }
      }
    },
    "201 SimpleQueue, with timeouts of 10 us": (queue: SimpleQueue<number>) => {
      for (;;) {
        try {
          return queue.getSync({ timeout: 0.01 });
        } catch (error) {
          if ((error as Error).name !== "Empty") throw error;
        }
      }
    },
  };
  const CREW = 8;
  const ITEMS = 10_000;

  for (const [name, get] of Object.entries(gets)) {
    test(`${name}: ${CREW} producers, ${CREW} consumers, ${ITEMS} items: nothing lost or doubled`, async () => {
      const queue = new SimpleQueue<number>();
      const producers = Array.from({ length: CREW }, (_, first) => {
        const target = () => {
          for (let n = first; n < ITEMS; n += CREW) queue.putSync(n);
        };
        return new Thread({ target }).start();
      });
      const target = () => {
        const taken: number[] = [];
        for (let n = get(queue); n >= 0; n = get(queue)) taken.push(n);
        return taken;
      };
      const consumers = Array.from({ length: CREW }, () => new Thread({ target }).start());
      for (const producer of producers) await producer.join();
      for (const _ of consumers) queue.putNowait(-1);
      const all = (await Promise.all(consumers.map((consumer) => consumer.result()))).flat() as number[];
      assert.deepEqual(
        all.sort((a, b) => a - b),
        Array.from({ length: ITEMS }, (_, n) => n),
      );
      assert.ok(queue.empty);
    });
  }

  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;

  test("202 a queue keeps no item alive, neither when it was put nor when it was taken", async () => {
    const queue = new SimpleQueue<object>();
    const collected = async (make: () => object): Promise<void> => {
      const ref = new WeakRef(make());
      for (let i = 0; i < 20 && ref.deref() !== undefined; i++) {
        await new Promise((resolve) => setImmediate(resolve));
        collectGarbage();
      }
      assert.equal(ref.deref(), undefined);
    };
    for (const make of [() => ({ a: [1] }), () => new Uint8Array(1000), () => new Map([[1, () => 2]])]) {
      await collected(() => {
        const item = make();
        queue.putNowait(item);
        return item;
      });
      await collected(() => queue.getNowait());
    }
  });
}
