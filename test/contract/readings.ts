/** Numbers of queues under load: each existed at one moment. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Queue } from "heddle/queue";
import { Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";

export function readingsContract({
  Barrier,
  LifoQueue,
  PriorityQueue,
  Queue,
  RLock,
  SimpleQueue,
  Value,
}: Classes): void {
  const MAXSIZE = 3;

  const MAKERS: Readonly<Record<string, () => Queue<number>>> = {
    Queue: () => new Queue(MAXSIZE),
    LifoQueue: () => new LifoQueue(MAXSIZE),
    PriorityQueue: () => new PriorityQueue<number>({ maxsize: MAXSIZE, key: (n) => n }),
  };

  for (const [name, make] of Object.entries(MAKERS)) {
    describe(name, () => {
      test("no number is more than there can be, while four threads put and one takes", async () => {
        const queue = make();
        const over = new Value("bool");
        const watch = (): { reads: number; size: number; toDo: number; wrong: string } => {
          const most = { reads: 0, size: 0, toDo: 0, wrong: "" };
          while (!over.value) {
            most.reads++;
            most.size = Math.max(most.size, queue.qsize);
            most.toDo = Math.max(most.toDo, queue.unfinishedTasks);
            const { qsize, unfinishedTasks } = queue.statistics();
            // The one that takes has one item in hand at most.
            if (qsize < 0 || qsize > MAXSIZE || unfinishedTasks < qsize || unfinishedTasks > qsize + 1) {
              most.wrong = `${qsize} items, ${unfinishedTasks} to do`;
            }
          }
          return most;
        };
        const watcher = new Thread({ target: watch }).start();
        const put = (): void => {
          for (let i = 0; i < 2500; i++) queue.putSync(i);
        };
        const threads = [1, 2, 3, 4].map(() => new Thread({ target: put }).start());
        const take = (): void => {
          for (let i = 0; i < 10_000; i++) {
            queue.getSync();
            queue.taskDone();
          }
        };
        threads.push(new Thread({ target: take }).start());
        for (const thread of threads) await thread.result();
        over.value = true;
        const { reads, size, toDo, wrong } = await watcher.result();
        assert.ok(reads > 0 && size > 0, `${reads} reads`);
        assert.ok(size <= MAXSIZE, `qsize ${size}`);
        assert.ok(toDo <= MAXSIZE + 1, `unfinishedTasks ${toDo}`);
        assert.equal(wrong, "");
        assert.deepEqual([queue.qsize, queue.unfinishedTasks, queue.full, queue.empty], [0, 0, false, true]);
      });

      test("a full queue is full whenever it is looked at, though items go through it", async () => {
        const queue = make();
        for (let i = 1; i < MAXSIZE; i++) queue.putNowait(i);
        // An item more and an item less, again and again: MAXSIZE - 1 or MAXSIZE, never 0 and never more.
        const turn = (): void => {
          for (let i = 0; i < 10_000; i++) {
            queue.putSync(i);
            queue.getSync();
          }
        };
        const turner = new Thread({ target: turn }).start();
        let reads = 0;
        while (turner.isAlive) {
          const { qsize } = queue;
          assert.ok(qsize === MAXSIZE || qsize === MAXSIZE - 1, `qsize ${qsize}`);
          assert.equal(queue.empty, false);
          if (++reads % 1000 === 0) await new Promise(setImmediate);
        }
        await turner.result();
        assert.ok(reads > 0);
      });
    });
  }

  test("SimpleQueue: the same without a limit", async () => {
    const queue = new SimpleQueue<number>();
    const turn = (): void => {
      for (let i = 0; i < 20_000; i++) {
        queue.putNowait(i);
        queue.getSync();
      }
    };
    const turner = new Thread({ target: turn }).start();
    let most = 0;
    for (let reads = 0; turner.isAlive; reads++) {
      most = Math.max(most, queue.qsize);
      if (reads % 1000 === 0) await new Promise(setImmediate);
    }
    await turner.result();
    assert.ok(most <= 1, `qsize ${most}`);
  });

  test("immediate shutdown: qsize is what it was, or 0", async () => {
    for (let round = 0; round < 20; round++) {
      const queue = new Queue<number>();
      for (let i = 0; i < 2000; i++) queue.putNowait(i);
      const seen = (): number[] => {
        const sizes = new Set<number>();
        while (sizes.add(queue.qsize) && !queue.isShutdown);
        for (let i = 0; i < 100; i++) sizes.add(queue.qsize);
        return [...sizes];
      };
      const watcher = new Thread({ target: seen }).start();
      queue.shutdown({ immediate: true });
      for (const size of await watcher.result()) assert.ok(size === 0 || size === 2000, `qsize ${size}`);
      queue.dispose();
    }
  });

  test("RLock.statistics: who has the lock has it at least once", async () => {
    const lock = new RLock();
    const over = new Value("bool");
    const use = (): void => {
      while (!over.value) lock.withLockSync(() => lock.withLockSync(() => {}));
    };
    const threads = [1, 2].map(() => new Thread({ target: use }).start());
    let locked = 0;
    for (let reads = 0; locked < 1000; reads++) {
      const { owner, depth } = lock.statistics();
      if (owner === null) assert.equal(depth, 0);
      else assert.ok(depth === 1 || depth === 2, `depth ${depth}`);
      if (owner !== null) locked++;
      if (reads % 1000 === 0) await new Promise(setImmediate);
    }
    over.value = true;
    for (const thread of threads) await thread.join();
  });

  test("Barrier.statistics: nobody waits at a broken barrier", async () => {
    const barrier = new Barrier(3);
    const over = new Value("bool");
    const use = (): void => {
      while (!over.value) {
        try {
          barrier.waitSync({ timeout: 0.01 });
        } catch {
          barrier.reset();
        }
      }
    };
    const threads = [1, 2].map(() => new Thread({ target: use }).start());
    let broken = 0;
    for (let reads = 0; broken < 100; reads++) {
      const seen = barrier.statistics();
      if (seen.broken) assert.equal(seen.waiting, 0);
      if (seen.broken) broken++;
      if (reads % 1000 === 0) await new Promise(setImmediate);
    }
    over.value = true;
    for (const thread of threads) await thread.join();
  });
}
