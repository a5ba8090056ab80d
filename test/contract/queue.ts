/** CPython's own tests of queue, by the numbers of the conformance list (162 to 203). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Empty, Full, type Queue, ShutDown } from "heddle/queue";
import { Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";

export function queueContract({ Event, LifoQueue, PriorityQueue, Queue }: Classes): void {
  const identity = (n: number): number => n;
  const makers: Readonly<Record<string, (maxsize?: number) => Queue<number>>> = {
    Queue: (maxsize) => new Queue<number>(maxsize),
    LifoQueue: (maxsize) => new LifoQueue<number>(maxsize),
    PriorityQueue: (maxsize = 0) => new PriorityQueue<number>({ maxsize, key: identity }),
  };
  const order: Readonly<Record<string, readonly number[]>> = {
    Queue: [111, 333, 222],
    LifoQueue: [222, 333, 111],
    PriorityQueue: [111, 222, 333],
  };

  /** A thread that does `target`; its result is awaited as a promise. */
  function inThread<R>(target: () => R): Promise<Awaited<R>> {
    return new Thread({ target }).start().result() as Promise<Awaited<R>>;
  }

  /** Waits until somebody sleeps in the queue. */
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  }

  for (const [name, make] of Object.entries(makers)) {
    test(`162, 163 ${name}: order of ${order[name]}, new queue empty`, () => {
      const queue = make(3);
      assert.deepEqual([queue.empty, queue.full, queue.qsize], [true, false, 0]);
      for (const item of [111, 333, 222]) queue.putNowait(item);
      assert.deepEqual([queue.getNowait(), queue.getNowait(), queue.getNowait()], order[name]);
    });

    test(`164, 165, 172 ${name}: a full queue refuses, at once and after the timeout`, async () => {
      const queue = make(2);
      queue.putSync(1);
      assert.ok(!queue.full);
      queue.putSync(2);
      assert.ok(queue.full);
      assert.throws(() => queue.putSync(3, { block: false }), Full);
      assert.throws(() => queue.putNowait(3), Full);
      assert.equal(queue.tryPut(3), false);
      await assert.rejects(queue.put(3, { block: false }), Full);
      const start = performance.now();
      assert.throws(() => queue.putSync(3, { timeout: 10 }), Full);
      await assert.rejects(queue.put(3, { timeout: 10 }), Full);
      assert.ok(performance.now() - start >= 19.9);
      assert.equal(queue.qsize, 2);
    });

    test(`166, 167 ${name}: a put that waits for room goes on when a get makes it`, async () => {
      const queue = make(1);
      queue.putNowait(1);
      const forever = inThread(() => queue.putSync(2));
      await until(() => queue.statistics().putters === 1);
      assert.equal(queue.getNowait(), 1);
      await forever;
      const timed = queue.put(3, { timeout: 60_000 });
      assert.equal(await inThread(() => queue.getSync()), 2);
      await timed;
      assert.equal(queue.getNowait(), 3);
    });

    test(`168 ${name}: an empty queue has nothing, at once and after the timeout`, async () => {
      const queue = make();
      assert.throws(() => queue.getSync({ block: false }), Empty);
      assert.throws(() => queue.getNowait(), Empty);
      assert.equal(queue.tryGet(), undefined);
      await assert.rejects(queue.get({ block: false }), Empty);
      const start = performance.now();
      assert.throws(() => queue.getSync({ timeout: 10 }), Empty);
      await assert.rejects(queue.get({ timeout: 10 }), Empty);
      assert.ok(performance.now() - start >= 19.9);
    });

    test(`169 ${name}: a get waits until a put`, async () => {
      const queue = make();
      const blocked = inThread(() => queue.getSync());
      await until(() => queue.statistics().getters === 1);
      queue.putNowait(7);
      assert.equal(await blocked, 7);
      const awaited = queue.get();
      await inThread(() => queue.putSync(8));
      assert.equal(await awaited, 8);
    });

    test(`170 ${name}: maxsize of 0 or less is no limit`, () => {
      for (const maxsize of [0, -1, -5]) {
        const queue = make(maxsize);
        for (let n = 0; n < 100; n++) queue.putNowait(n);
        assert.deepEqual([queue.full, queue.qsize, queue.maxsize], [false, 100, maxsize]);
      }
    });

    test(`171, 174 ${name}: a negative timeout is a RangeError; maxsize cannot be set`, async () => {
      const queue = make(1);
      assert.throws(() => queue.putSync(1, { timeout: -1 }), RangeError);
      assert.throws(() => queue.getSync({ timeout: -1 }), RangeError);
      await assert.rejects(queue.put(1, { timeout: -1 }), RangeError);
      await assert.rejects(queue.get({ timeout: -1 }), RangeError);
      assert.throws(() => Object.assign(queue, { maxsize: 0 }), TypeError);
    });

    test(`175 ${name}: one taskDone too many is a RangeError`, () => {
      const queue = make();
      assert.throws(() => queue.taskDone(), RangeError);
      queue.putNowait(1);
      queue.taskDone();
      assert.throws(() => queue.taskDone(), RangeError);
    });

    test(`176, 177 ${name}: join waits for every taskDone of two workers, twice in a row`, async () => {
      const queue = make();
      assert.equal(await queue.join(), true);
      assert.equal(queue.joinSync(), true);
      const work = () => {
        let sum = 0;
        for (;;) {
          const item = queue.getSync();
          if (item >= 0) sum += item;
          queue.taskDone();
          if (item < 0) return sum;
        }
      };
      const workers = [inThread(work), inThread(work)];
      for (let round = 0; round < 2; round++) {
        for (let n = 0; n < 100; n++) queue.putNowait(n);
        await queue.join();
        assert.deepEqual([queue.qsize, queue.unfinishedTasks], [0, 0]);
      }
      queue.putNowait(-1);
      queue.putNowait(-1);
      assert.equal(queue.joinSync(), true);
      const [first, second] = await Promise.all(workers);
      assert.equal(first! + second!, 2 * 4950);
    });

    test(`180, 184 ${name}: shut down and empty, everything throws ShutDown`, async () => {
      const queue = make();
      queue.shutdown();
      assert.throws(() => queue.putSync(1), ShutDown);
      assert.throws(() => queue.putNowait(1), ShutDown);
      assert.throws(() => queue.tryPut(1), ShutDown);
      assert.throws(() => queue.getSync(), ShutDown);
      assert.throws(() => queue.getSync({ timeout: 10 }), ShutDown);
      assert.throws(() => queue.getNowait(), ShutDown);
      assert.throws(() => queue.tryGet(), ShutDown);
      await assert.rejects(queue.put(1), ShutDown);
      await assert.rejects(queue.get({ timeout: 10 }), ShutDown);
    });

    test(`181, 193 ${name}: items left are taken, then ShutDown; unfinishedTasks stays that of the items put`, () => {
      const queue = make();
      queue.putNowait(1);
      queue.putNowait(2);
      queue.shutdown();
      assert.equal(queue.unfinishedTasks, 2);
      assert.equal(queue.getNowait() + queue.getSync(), 3);
      assert.throws(() => queue.getNowait(), ShutDown);
      queue.taskDone();
      queue.taskDone();
      assert.equal(queue.joinSync(), true);
    });

    test(`182, 185, 192 ${name}: an immediate shutdown drops the items; joiners return`, async () => {
      const queue = make();
      queue.putNowait(1);
      queue.putNowait(2);
      const joined = queue.join();
      const joinedThere = inThread(() => queue.joinSync());
      await until(() => queue.statistics().joiners === 2);
      queue.shutdown({ immediate: true });
      assert.equal(await joined, true);
      assert.equal(await joinedThere, true);
      assert.deepEqual([queue.qsize, queue.empty, queue.unfinishedTasks], [0, true, 0]);
      assert.throws(() => queue.getNowait(), ShutDown);
      assert.throws(() => queue.taskDone(), RangeError);
    });

    test(`183 ${name}: alive, shut down, immediately; a later mild call changes nothing`, () => {
      const queue = make();
      assert.equal(queue.isShutdown, false);
      queue.putNowait(1);
      queue.shutdown();
      assert.deepEqual([queue.isShutdown, queue.qsize], [true, 1]);
      queue.shutdown({ immediate: true });
      assert.deepEqual([queue.isShutdown, queue.qsize], [true, 0]);
      queue.shutdown();
      assert.equal(queue.isShutdown, true);
      assert.throws(() => queue.getNowait(), ShutDown);
    });

    for (const immediate of [false, true]) {
      test(`186, 187, 194 ${name}: 4 writers, 6 readers, shutdown in mid-flow${immediate ? ", immediately" : ""}`, async () => {
        const queue = make();
        const flowing = new Event();
        const write = () => {
          for (let n = 0; ; n++) {
            try {
              queue.putSync(n);
            } catch (error) {
              return `${(error as Error).name} ${n}`;
            }
            if (n === 50) flowing.set();
          }
        };
        const read = () => {
          let taken = 0;
          try {
            for (;;) {
              queue.getSync();
              taken++;
              queue.taskDone();
            }
          } catch (error) {
            return `${(error as Error).name} ${taken}`;
          }
        };
        const [writers, readers] = [
          Array.from({ length: 4 }, () => inThread(write)),
          Array.from({ length: 6 }, () => inThread(read)),
        ];
        await flowing.wait();
        queue.shutdown({ immediate });
        const results = await Promise.all([...writers, ...readers]);
        const counts = results.map((result) => Number(result.split(" ")[1]));
        assert.ok(
          results.every((result) => result.startsWith("ShutDown")),
          results.join(),
        );
        const [written, taken] = [counts.slice(0, 4), counts.slice(4)].map((all) => all.reduce((a, b) => a + b, 0));
        if (immediate) assert.ok(taken! <= written!);
        else assert.equal(taken, written);
        assert.deepEqual([queue.empty, queue.unfinishedTasks], [true, 0]);
        assert.equal(await queue.join(), true);
      });
    }

    test(`188, 189 ${name}: 2 items, 3 getters: exactly one gets ShutDown, also if it waited already`, async () => {
      const queue = make();
      const get = () => {
        try {
          queue.getSync();
          return "item";
        } catch (error) {
          return (error as Error).name;
        }
      };
      const getters = [inThread(get), inThread(get), inThread(get)];
      await until(() => queue.statistics().getters === 3);
      queue.putNowait(1);
      queue.putNowait(2);
      queue.shutdown();
      assert.deepEqual((await Promise.all(getters)).sort(), ["ShutDown", "item", "item"]);
      const late = make();
      const pending = late.get();
      late.shutdown();
      await assert.rejects(pending, ShutDown);
    });

    test(`190 ${name}: putters that wait for room are woken with ShutDown`, async () => {
      for (const immediate of [false, true]) {
        const queue = make(1);
        queue.putNowait(1);
        const pending = queue.put(2);
        const put = () => {
          try {
            queue.putSync(3);
            return "put";
          } catch (error) {
            return (error as Error).name;
          }
        };
        const there = inThread(put);
        await until(() => queue.statistics().putters === 2);
        queue.shutdown({ immediate });
        await assert.rejects(pending, ShutDown);
        assert.equal(await there, "ShutDown");
      }
    });

    test(`191 ${name}: joiners return after a shutdown once the items left are done`, async () => {
      const queue = make();
      queue.putNowait(1);
      const joined = inThread(() => queue.joinSync());
      await until(() => queue.statistics().joiners === 1);
      queue.shutdown();
      assert.equal(await queue.join({ timeout: 5 }), false);
      queue.getNowait();
      queue.taskDone();
      assert.equal(await joined, true);
    });
  }

  test("178, 179 PriorityQueue: what cannot be compared is a TypeError at put; equal priorities leave in the order of put", () => {
    const queue = new PriorityQueue<[number | string, string]>();
    queue.putNowait([1, "a"]);
    assert.throws(() => queue.putNowait(["x", "b"]), TypeError);
    assert.throws(() => queue.putNowait([NaN, "b"]), TypeError);
    assert.throws(() => queue.putNowait("no pair" as never), TypeError);
    assert.throws(() => queue.putNowait([{} as never, "b"]), TypeError);
    assert.equal(queue.qsize, 1);
    for (const text of "bcdefgh") queue.putNowait([1, text]);
    assert.equal(Array.from({ length: 8 }, () => queue.getNowait()[1]).join(""), "abcdefgh");
    for (const text of ["b", "", "ba", "日", "a"]) queue.putNowait([text, text]);
    assert.deepEqual(
      Array.from({ length: 5 }, () => queue.getNowait()[0]),
      ["", "a", "b", "ba", "日"],
    );
  });
}
