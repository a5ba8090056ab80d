/** What the tutorial's prose claims about threads, locks, queues and pools, each claim tried on its own. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { run, sleep } from "heddle/asyncio";
import { currentProcess, Pool, Process } from "heddle/multiprocessing";
import { Queue } from "heddle/queue";
import { Value } from "heddle/shared";
import { currentThread, Event, Lock, RuntimeError, Semaphore, Thread } from "heddle/threading";
import { until } from "../rig/threads.js";

describe("threads", () => {
  test("S1.5 Thread: the name given at construction is currentThread().name inside", async () => {
    const thread = new Thread({ target: () => currentThread().name, name: "Th 1" });
    assert.equal(await thread.start().result(), "Th 1");
  });

  test("S1.7 Thread: joining a thread that has ended returns at once", async () => {
    const thread = new Thread({ target: () => {} }).start();
    assert.equal(await thread.join(), true);
    assert.equal(await thread.join({ timeout: 0 }), true);
    assert.equal(thread.joinSync({ timeout: 0 }), true);
  });
});

describe("the race", () => {
  test("S4.5 Value: two threads that both read 100 both write 101", async () => {
    const x = new Value("i32", 100);
    const read = new Semaphore(0);
    const write = new Event();
    const inc = (): number => {
      const seen = x.value;
      read.release();
      write.waitSync();
      x.value = seen + 1;
      return seen;
    };
    const threads = [1, 2].map(() => new Thread({ target: inc }).start());
    for (const _ of threads) await read.acquire();
    write.set();
    assert.deepEqual(await Promise.all(threads.map((thread) => thread.result())), [100, 100]);
    assert.equal(x.value, 101);
  });
});

describe("the lock", () => {
  test("S5.2 Lock: acquire blocks, and one release lets exactly one waiter go on", async () => {
    const lock = new Lock();
    const inside = new Semaphore(0);
    const leave = new Semaphore(0);
    const through = new Value("i32", 0);
    const isFree = new Value("bool", false);
    const tooEarly = new Value("i32", 0);
    const enter = (): void => {
      lock.acquireSync();
      if (!isFree.value) tooEarly.add(1);
      through.add(1);
      inside.release();
      leave.acquireSync();
      lock.release();
    };
    lock.acquireSync();
    const threads = [1, 2, 3].map(() => new Thread({ target: enter }).start());
    await until(() => lock.statistics().contended, "a thread waits for the lock");
    isFree.value = true;
    lock.release();
    for (let n = 1; n <= threads.length; n++) {
      await inside.acquire();
      assert.equal(through.value, n, "more than one waiter went on");
      leave.release();
    }
    for (const thread of threads) await thread.join();
    assert.equal(tooEarly.value, 0, "a thread went on although the lock was held");
  });

  test("S5.3 Lock: non-blocking, a free lock is taken and a held one refused at once", async () => {
    const lock = new Lock();
    assert.ok(lock.acquireSync({ blocking: false }));
    assert.equal(lock.locked, true);
    assert.equal(lock.acquireSync({ blocking: false }), null);
    assert.equal(lock.tryAcquire(), null);
    const other = new Thread({ target: () => lock.tryAcquire() === null });
    assert.equal(await other.start().result(), true);
    lock.release();
  });

  test("S5.4 Lock: release unlocks, and a waiting thread proceeds", async () => {
    const lock = new Lock();
    lock.acquireSync();
    const ready = new Event();
    const waiter = new Thread({
      target: () => {
        ready.set();
        return lock.withLockSync(() => "proceeded");
      },
    }).start();
    await ready.wait();
    lock.release();
    assert.equal(await waiter.result(), "proceeded");
    assert.equal(lock.locked, false);
  });

  test("S5.7 Lock: the timeout bounds the waiting, not the holding", async () => {
    const lock = new Lock();
    assert.ok(lock.acquireSync({ timeout: 1 }));
    const start = performance.now();
    const other = new Thread({ target: () => lock.acquireSync({ timeout: 50 }) === null });
    assert.equal(await other.start().result(), true);
    assert.ok(performance.now() - start >= 50);
    assert.equal(lock.locked, true, "the holder keeps the lock, however long it holds");
    lock.release();
  });

  test("S5.7 Lock: withLock releases though the body throws", async () => {
    const lock = new Lock();
    await assert.rejects(
      lock.withLock(() => {
        throw new Error("the body's own");
      }),
      /the body's own/,
    );
    assert.equal(lock.locked, false);
  });

  test("S5.9 Lock: made in main, handed to a thread as an argument, it is one and the same lock", async () => {
    const lock = new Lock();
    const take = (argument: Lock): boolean => {
      argument.acquireSync();
      return argument.locked;
    };
    const thread = new Thread({ target: take, args: [lock] });
    assert.equal(await thread.start().result(), true);
    assert.equal(lock.locked, true);
    lock.release();
  });
});

describe("the queue and the custom thread class", () => {
  test("S6.5 Queue: join waits for taskDone of all items, not for emptiness", async () => {
    const queue = new Queue<string>();
    queue.putNowait("one");
    queue.putNowait("two");
    queue.getNowait();
    queue.getNowait();
    assert.equal(queue.qsize, 0);
    assert.equal(await queue.join({ timeout: 0 }), false);
    queue.taskDone();
    assert.equal(await queue.join({ timeout: 0 }), false);
    queue.taskDone();
    assert.equal(await queue.join(), true);
  });

  test("S6.6 Queue: taskDone in finally is called though the work throws", async () => {
    const queue = new Queue<string>();
    queue.putNowait("unprintable");
    const thread = new Thread({
      target: () => {
        const item = queue.getSync();
        try {
          throw new Error(`cannot print ${item}`);
        } finally {
          queue.taskDone();
        }
      },
    }).start();
    await assert.rejects(thread.result(), /cannot print unprintable/);
    assert.equal(await queue.join({ timeout: 0 }), true);
  });

  class Counter extends Thread {
    readonly steps: number;
    total = 0;

    constructor(steps: number) {
      super();
      this.steps = steps;
    }
    override run(): string {
      for (let i = 1; i <= this.steps; i++) this.total += i;
      return this.name;
    }
  }

  test("S6.7 Thread: a subclass calls super(), and name and daemon may be set until start", async () => {
    const thread = new Counter(1);
    thread.name = "Th 7";
    thread.daemon = true;
    assert.equal(await thread.start().result(), "Th 7");
    assert.equal(thread.daemon, true);
    assert.throws(() => {
      thread.daemon = false;
    }, RuntimeError);
  });

  test("S6.10 Thread: run sees the fields of its object, and what it changes comes back", async () => {
    const thread = new Counter(4);
    await thread.start().join();
    assert.equal(thread.total, 10);
  });
});

describe("processes and pools", () => {
  type Options = ConstructorParameters<typeof Thread<[string, string], void>>[0];
  const kinds = {
    Thread: (options: Options) => new Thread(options),
    Process: (options: Options) => new Process(options),
  };
  for (const [kind, create] of Object.entries(kinds)) {
    test(`S7.6 ${kind}: start, join, name, args and daemon are those of Thread and Process alike`, async () => {
      const check = (message: string, expected: string): void => {
        if (message !== expected) throw new Error(`got ${message}`);
      };
      const worker = create({ target: check, args: ["Good morning", "Good morning"], name: "Worker 1", daemon: true });
      assert.equal(worker.name, "Worker 1");
      assert.equal(worker.daemon, true);
      worker.name = "Worker 2";
      worker.daemon = false;
      assert.equal(worker.isAlive, false);
      assert.equal(worker.start(), worker);
      assert.equal(await worker.join(), true);
      if (worker instanceof Process) assert.equal(worker.exitcode, 0);
      else await worker.result(); // rejects if the arguments did not arrive
      assert.equal(worker.name, "Worker 2");
      assert.equal(worker.isAlive, false);
      assert.throws(() => worker.start(), RuntimeError);
    });
  }

  test("S8.5 Pool: map waits for all and gives the results in order; a function without a result gives undefined", async () => {
    await using pool = new Pool(3);
    const fruits = ["Orange", "Apple", "Banana", "Grapes", "Pears"];
    assert.deepEqual(
      await pool.map((fruit: string) => fruit.toUpperCase(), fruits),
      fruits.map((fruit) => fruit.toUpperCase()),
    );
    const nothing = (_fruit: string): void => {};
    assert.deepEqual(await pool.map(nothing, fruits), Array(5).fill(undefined));
  });

  test("S8.6 Pool: the end of an await using block terminates it", async () => {
    let pool: Pool;
    let unfinished: Promise<unknown>;
    {
      await using block = new Pool(1);
      pool = block;
      assert.deepEqual(await block.map(() => currentProcess().name.replace(/\d+$/, "N"), [1]), ["PoolWorker-N"]);
      unfinished = assert.rejects(
        block.map(() => new Promise(() => {}), [1]),
        { name: "CancelledError" },
      );
    }
    await unfinished;
    await assert.rejects(async () => pool.map(() => 1, [1]), RuntimeError);
  });
});

describe("asyncio", () => {
  test("S9.5 run: works though an event loop is running already", async () => {
    await sleep(0);
    assert.equal(await run(async () => "ran"), "ran");
  });

  test("S9.6 an async function that is called starts at once, without await", async () => {
    const steps: string[] = [];
    const say = async (): Promise<void> => {
      steps.push("started");
      await sleep(0);
      steps.push("ended");
    };
    const promise = say();
    assert.deepEqual(steps, ["started"]);
    await promise;
    assert.deepEqual(steps, ["started", "ended"]);
  });
});
