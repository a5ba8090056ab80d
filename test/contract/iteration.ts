/** Leaving the iterators over queues: a wait ends, and no item is lost. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Pool, ThreadPool } from "heddle/multiprocessing";
import type { Queue } from "heddle/queue";
import { Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";

export function iterationContract({ LifoQueue, PriorityQueue, Queue }: Classes): void {
  const MAKERS: Readonly<Record<string, () => Queue<unknown>>> = {
    Queue: () => new Queue(),
    "bounded Queue": () => new Queue(1),
    LifoQueue: () => new LifoQueue(),
    PriorityQueue: () => new PriorityQueue<unknown>({ key: () => 1 }),
  };
  const OVER = { done: true, value: undefined };

  for (const [name, make] of Object.entries(MAKERS)) {
    describe(`async iteration of ${name}`, () => {
      test("return() ends the next() that waits, and takes nothing", async () => {
        const queue = make();
        const items = queue[Symbol.asyncIterator]();
        const waiting = items.next();
        assert.equal(queue.statistics().getters, 1);
        assert.deepEqual(await items.return!(), OVER);
        assert.deepEqual(await waiting, OVER);
        assert.equal(queue.statistics().getters, 0);
        queue.putNowait("item");
        assert.deepEqual(await items.next(), OVER);
        assert.equal(queue.qsize, 1);
        assert.equal(queue.getNowait(), "item");
      });

      test("throw() ends it too, and rejects with its error", async () => {
        const queue = make();
        const items = queue[Symbol.asyncIterator]();
        const waiting = items.next();
        const reason = new Error("enough");
        await assert.rejects(items.throw!(reason), reason);
        assert.deepEqual(await waiting, OVER);
        queue.putNowait("item");
        assert.deepEqual(await items.next(), OVER);
        assert.equal(queue.qsize, 1);
      });

      test("several next() at once take one item after the other, in order; return() ends all", async () => {
        const queue = make();
        const items = queue[Symbol.asyncIterator]();
        const waiting = Array.from({ length: 12 }, () => items.next());
        for (let item = 0; item < 5; item++) {
          queue.putNowait(item);
          assert.deepEqual(await waiting[item], { done: false, value: item });
        }
        await items.return!();
        for (const next of waiting.slice(5)) assert.deepEqual(await next, OVER);
        queue.putNowait("left");
        assert.equal(queue.qsize, 1);
      });

      test("an item that comes with the return() is given or stays, whatever happens first", async () => {
        for (let round = 0; round < 200; round++) {
          const queue = make();
          const items = queue[Symbol.asyncIterator]();
          const waiting = items.next();
          if (round % 2 === 0) queue.putNowait("item");
          const left = items.return!();
          if (round % 2 === 1) queue.putNowait("item");
          const { done } = await waiting;
          await left;
          assert.equal(queue.qsize, done ? 1 : 0);
          queue.dispose();
        }
      });

      test("the end of the queue ends all next(), for ever", async () => {
        const queue = make();
        const items = queue[Symbol.asyncIterator]();
        const waiting = [items.next(), items.next()];
        queue.shutdown();
        assert.deepEqual(await Promise.all(waiting), [OVER, OVER]);
        assert.deepEqual([await items.next(), await items.return!()], [OVER, OVER]);
      });

      test("an error ends the iteration", async () => {
        const queue = make();
        const items = queue[Symbol.asyncIterator]();
        const waiting = [items.next(), items.next()];
        Object.assign(queue, { get: () => Promise.reject(new RangeError("not today")) });
        queue.putNowait(1);
        assert.equal((await waiting[0])!.value, 1);
        await assert.rejects(waiting[1]!, { message: "not today" });
        queue.putNowait(2);
        assert.deepEqual(await items.next(), OVER);
      });
    });
  }

  test("items that a thread puts while others leave are all there in the end", async () => {
    const queue = new Queue<number>();
    const COUNT = 2000;
    const thread = new Thread({
      target: () => {
        for (let n = 0; n < 2000; n++) queue.putSync(n);
      },
    }).start();
    const seen: number[] = [];
    while (seen.length < COUNT) {
      const items = queue[Symbol.asyncIterator]();
      const waiting = [items.next(), items.next(), items.next()];
      setImmediate(() => void items.return!());
      for (const next of waiting) {
        const { done, value } = await next;
        if (!done) seen.push(value);
      }
    }
    assert.ok(await thread.join());
    assert.deepEqual(seen, [...seen.keys()]);
    assert.equal(queue.qsize, 0);
  });

  for (const Kind of [Pool, ThreadPool]) {
    test(`a ${Kind.name} whose map is left lets go of the queue that it read`, async () => {
      const queue = new Queue<number>();
      const pool = new Kind(1);
      const mapped = pool.map((n: number) => n, queue, { chunkSize: 1 });
      while (queue.statistics().getters === 0) await new Promise(setImmediate);
      await pool.terminate();
      await assert.rejects(mapped);
      while (queue.statistics().getters > 0) await new Promise(setImmediate);
      queue.putNowait(1);
      assert.equal(queue.qsize, 1);
    });
  }

  test("itemsSync: leaving by break, return and throw takes nothing more", () => {
    for (const leave of ["return", "throw"] as const) {
      const queue = new Queue<number>();
      for (const n of [1, 2, 3]) queue.putNowait(n);
      const items = queue.itemsSync();
      assert.equal(items.next().value, 1);
      if (leave === "return") items.return!();
      else assert.throws(() => items.throw!(new Error("enough")), { message: "enough" });
      assert.deepEqual(items.next(), OVER);
      assert.equal(queue.qsize, 2);
    }
  });
}
