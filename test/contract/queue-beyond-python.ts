/** What heddle's queues do beyond Python's: iteration, aborting, statistics, keys that travel, arguments. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Empty, Full, ShutDown } from "heddle/queue";
import { Thread } from "heddle/threading";
import { RuntimeError } from "#heddle/platform/errors/errors.js";
import type { Classes } from "../rig/realms.js";

export function queueBeyondPythonContract({ LifoQueue, PriorityQueue, Queue, SimpleQueue }: Classes): void {
  test("Queue: for await takes items until the shutdown, and calls no taskDone", async () => {
    const queue = new Queue<number>();
    for (const n of [1, 2]) queue.putNowait(n);
    const seen: number[] = [];
    for await (const item of queue) {
      seen.push(item);
      if (item === 2) queue.putNowait(3);
      if (item === 3) queue.shutdown();
    }
    assert.deepEqual([seen, queue.unfinishedTasks], [[1, 2, 3], 3]);
  });

  test("Queue.itemsSync: the same, blocking; a break loses no item", async () => {
    const queue = new Queue<number>();
    const sum = new Thread({
      target: () => {
        let total = 0;
        for (const item of queue.itemsSync()) total += item;
        return total;
      },
    }).start();
    for (let n = 1; n <= 10; n++) queue.putNowait(n);
    queue.shutdown();
    assert.equal(await sum.result(), 55);
    const broken = new Queue<number>();
    for (const n of [1, 2]) broken.putNowait(n);
    for (const _ of broken.itemsSync()) break;
    for await (const _ of broken) break;
    assert.equal(broken.qsize, 0);
  });

  test("Queue.get, put: an aborted wait rejects with the reason, and moves nothing", async () => {
    const queue = new Queue<number>(1);
    const reason = new Error("enough");
    await assert.rejects(queue.get({ signal: AbortSignal.abort(reason) }), reason);
    const getting = new AbortController();
    const got = queue.get({ signal: getting.signal });
    getting.abort(reason);
    await assert.rejects(got, reason);
    queue.putNowait(1);
    await assert.rejects(queue.put(2, { signal: AbortSignal.abort(reason) }), reason);
    const putting = new AbortController();
    const put = queue.put(2, { signal: putting.signal });
    putting.abort(reason);
    await assert.rejects(put, reason);
    assert.deepEqual([queue.getNowait(), queue.qsize, queue.statistics().getters], [1, 0, 0]);
  });

  test("Queue: of awaiting getters in one thread each gets one item", async () => {
    const queue = new Queue<number>();
    const all = Array.from({ length: 20 }, () => queue.get());
    for (let n = 0; n < 20; n++) queue.putNowait(n);
    assert.deepEqual(
      (await Promise.all(all)).sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  test("Queue: the order of put is kept for each producer, and across producers for puts that follow each other", async () => {
    const queue = new Queue<readonly [number, number]>(10);
    const producers = [0, 1, 2].map((id) =>
      new Thread({
        target: () => {
          for (let n = 0; n < 2000; n++) queue.putSync([id, n]);
        },
      }).start(),
    );
    const next = [0, 0, 0];
    for (let n = 0; n < 6000; n++) {
      const [id, number] = queue.getSync();
      assert.equal(number, next[id]!++);
    }
    for (const producer of producers) await producer.join();
  });

  test("PriorityQueue: the key function travels to the thread that puts", async () => {
    const unit = 10;
    const queue = new PriorityQueue<{ size: number }>({ key: ({ size }) => -size / unit });
    await new Thread({ target: () => [1, 3, 2].forEach((size) => void queue.putNowait({ size })) }).start().join();
    assert.deepEqual(
      [queue.getNowait(), queue.getNowait(), queue.getNowait()],
      [{ size: 3 }, { size: 2 }, { size: 1 }],
    );
  });

  test("LifoQueue, PriorityQueue: 1000 items in random order leave in theirs", () => {
    const stack = new LifoQueue<number>();
    const ranked = new PriorityQueue<[number, number]>();
    const numbers = Array.from({ length: 1000 }, (_, n) => (n * 7919) % 1000);
    numbers.forEach((n, place) => {
      stack.putNowait(n);
      ranked.putNowait([n % 50, place]);
    });
    assert.deepEqual(numbers.map(() => stack.getNowait()).reverse(), numbers);
    const expected = numbers.map((n, place) => [n % 50, place]).sort(([a, i], [b, j]) => a! - b! || i! - j!);
    assert.deepEqual(
      numbers.map(() => ranked.getNowait()),
      expected,
    );
  });

  test("Queue.statistics: counts items, tasks and who waits", async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    const put = queue.put(2);
    const join = queue.join();
    assert.deepEqual(queue.statistics(), {
      ...{ qsize: 1, maxsize: 1, unfinishedTasks: 1, isShutdown: false },
      ...{ getters: 0, putters: 1, joiners: 1 },
    });
    queue.getNowait();
    await put;
    queue.getNowait();
    queue.taskDone();
    queue.taskDone();
    assert.equal(await join, true);
    assert.deepEqual(queue.statistics(), {
      ...{ qsize: 0, maxsize: 1, unfinishedTasks: 0, isShutdown: false },
      ...{ getters: 0, putters: 0, joiners: 0 },
    });
  });

  test("Queue: wrong arguments are named", async () => {
    const queue = new Queue<number>();
    assert.throws(() => new Queue("3" as never), /Queue: maxsize must be an integer, got "3"/);
    assert.throws(() => new Queue(1.5), RangeError);
    assert.throws(() => new Queue({ size: 3 } as never), /unknown option "size"/);
    assert.throws(() => new PriorityQueue({ key: 1 as never }), /PriorityQueue: key must be a function, got 1/);
    assert.throws(() => queue.getSync({ block: 0 as never }), /getSync: block must be true or false, got 0/);
    assert.throws(
      () => queue.getSync({ block: false, timeout: 1 }),
      /timeout cannot be given together with block: false/,
    );
    assert.throws(() => queue.putSync(1, { signal: undefined } as never), /unknown option "signal"/);
    assert.throws(() => queue.shutdown({ immediate: 1 as never }), TypeError);
    await assert.rejects(queue.get({ timeout: "1" as never }), TypeError);
    await assert.rejects(queue.put(1, { transfer: [1 as never] }), /put: transfer/);
    await assert.rejects(queue.put(1, { timout: 1 } as never), /unknown option "timout"/);
  });

  test("Queue.dispose: a disposed queue says so; disposing twice does nothing", () => {
    for (const queue of [new Queue<number>(), new LifoQueue<number>(), new PriorityQueue<number>({ key: (n) => n })]) {
      for (let n = 0; n < 100; n++) queue.putNowait(n);
      queue.dispose();
      queue.dispose();
      assert.throws(() => queue.putNowait(1), RuntimeError);
      assert.throws(() => queue.getNowait(), RuntimeError);
      assert.throws(() => queue.qsize, RuntimeError);
    }
    const simple = new SimpleQueue();
    simple[Symbol.dispose]();
    assert.throws(() => simple.empty, RuntimeError);
  });

  test("queue errors carry Python's names", () => {
    assert.deepEqual(
      [Empty, Full, ShutDown].map((each) => new each("").name),
      ["Empty", "Full", "ShutDown"],
    );
  });
}
