/**
 * A thread is terminated as it holds a lock, and its starter blocks in the same tick: it never gets to its event loop, which
 * alone would hear of the end. In every lock of the library, of which each must pass on.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadPool } from "heddle/multiprocessing";
import { LifoQueue, PriorityQueue, Queue } from "heddle/queue";
import { SharedDict, SharedList, Value } from "heddle/shared";
import {
  Barrier,
  Condition,
  currentThread,
  Event,
  Lock,
  Once,
  RLock,
  RWLock,
  Semaphore,
  Thread,
} from "heddle/threading";
import { PUT_LOCK, TAKE_LOCK } from "#heddle/channel/control-block.js";
import { HEADER_WORDS } from "#heddle/memory/allocator.js";
import { ERROR_OUTPUT_LOCK, HEAP_LOCK, LEDGER_LOCK, NAMES_LOCK, OUTPUT_LOCK } from "#heddle/memory/layout.js";
import { processRealm } from "#heddle/memory/process-realm.js";
import { ShortLock } from "#heddle/memory/short-lock.js";
import { STRIPE_LOCK } from "#heddle/shared/stripe.js";
import { LIST_LOCK } from "#heddle/shared/vector.js";
import { threadHandle } from "#heddle/threading/thread.js";
import { betweenThreads } from "#heddle/worker/line-output.js";
import { until } from "../rig/threads.js";

/** Far more than finding a death takes, far less than a test may last. */
const PATIENCE = { timeout: 60_000 };

interface Guarded {
  /** Where the lock is in the heap. */
  readonly words: readonly number[];
  /** Takes that lock and gives it back. */
  readonly use: () => unknown;
}

const base = (object: unknown): number => (object as { readonly handle: number }).handle << 4;

let names = 0;

const inner: Readonly<Record<string, () => Guarded>> = {
  "Queue, put": () => {
    const queue = new Queue<number>();
    return { words: [base(queue) + PUT_LOCK], use: () => queue.putNowait(1) };
  },
  "Queue, take": () => {
    const queue = new Queue<number>();
    return { words: [base(queue) + TAKE_LOCK], use: () => queue.tryGet() };
  },
  "Queue, both at shutdown": () => {
    const queue = new Queue<number>();
    return { words: [PUT_LOCK, TAKE_LOCK].map((at) => base(queue) + at), use: () => queue.shutdown() };
  },
  LifoQueue: () => {
    const queue = new LifoQueue<number>();
    return { words: [base(queue) + PUT_LOCK], use: () => queue.tryGet() };
  },
  PriorityQueue: () => {
    const queue = new PriorityQueue<number>({ key: (n) => n });
    return { words: [base(queue) + PUT_LOCK], use: () => queue.putNowait(1) };
  },
  SharedDict: () => {
    const dict = new SharedDict<number>();
    // All sixteen stripes, of which each has a cache line.
    const words = Array.from({ length: 16 }, (_, i) => base(dict) + HEADER_WORDS + 1 + i * 16 + STRIPE_LOCK);
    return { words, use: () => dict.set("key", 1) };
  },
  SharedList: () => {
    const list = new SharedList<number>();
    return { words: [base(list) + LIST_LOCK], use: () => list.append(1) };
  },
  RWLock: () => {
    const lock = new RWLock();
    return { words: [base(lock) + HEADER_WORDS], use: () => lock.withWriteSync(() => {}) };
  },
  Barrier: () => {
    const barrier = new Barrier(2);
    return { words: [base(barrier) + HEADER_WORDS], use: () => barrier.nWaiting };
  },
  "the heap": () => ({ words: [HEAP_LOCK], use: () => new Value("i32").dispose() }),
  "what threads hold": () => {
    const lock = new ShortLock(processRealm().heap.word(LEDGER_LOCK), processRealm().owners);
    return { words: [LEDGER_LOCK], use: () => [lock.acquire(), lock.release()] };
  },
  "names of keys": () => {
    const queue = new Queue<unknown>();
    return { words: [NAMES_LOCK], use: () => queue.putNowait({ [`a new name ${++names}`]: 1 }) };
  },
  stdout: () => ({ words: [OUTPUT_LOCK], use: () => betweenThreads()(1, () => {}) }),
  stderr: () => ({ words: [OUTPUT_LOCK, ERROR_OUTPUT_LOCK], use: () => betweenThreads()(2, () => {}) }),
};

/** Takes the locks as their own code does, says so, and goes on for ever. */
function hold(words: readonly number[], held: Value<"i32">): never {
  const { heap, me } = processRealm();
  for (const word of words) while (heap.word(word).compareExchange(0, me) !== 0);
  held.value = 1;
  for (;;);
}

/** Starts a thread that takes the locks, while its `run` is on or when it is over. Resolves when it has them. */
async function holder(words: readonly number[], when: string): Promise<Thread<never>> {
  const held = new Value("i32");
  const target = () => {
    if (when === "during run") hold(words, held);
    else setImmediate(hold, words, held);
  };
  const thread = new Thread({ target, daemon: true }).start();
  await until(() => held.value === 1);
  assert.equal(thread.isAlive, when === "during run");
  return thread as Thread<never>;
}

for (const [name, prepare] of Object.entries(inner)) {
  for (const when of ["during run", "after run"]) {
    test(`${name}: the lock of a thread terminated ${when} passes to its starter, which blocks`, async () => {
      const { words, use } = prepare();
      const doomed = await holder(words, when);
      const gone = doomed.terminate();
      use();
      assert.equal(processRealm().threads.isDying(doomed.ident!), true, "nobody has died");
      await gone;
    });
  }
}

/** Has `enter` done in a thread that is terminated inside; then `inherit`, in the same tick. */
async function inheriting(enter: (inside: Event) => unknown, inherit: () => unknown): Promise<void> {
  const inside = new Event();
  const target = () => {
    enter(inside);
    inside.set();
    for (;;);
  };
  const doomed = new Thread({ target, daemon: true }).start();
  await inside.wait();
  const gone = doomed.terminate();
  inherit();
  assert.equal(processRealm().threads.died(doomed.ident!), true, "nobody has died");
  await gone;
}

for (const lock of [new Lock(), new RLock(), new Condition()]) {
  test(`${lock.constructor.name}: passes from a terminated owner to its starter, which blocks`, () =>
    inheriting(
      () => lock.acquireSync(),
      () => assert.equal(lock.acquireSync(PATIENCE)?.ownerDied, true),
    ));
}

test("RWLock: passes from a terminated writer to its starter, which blocks", async () => {
  const lock = new RWLock();
  await inheriting(
    () => lock.acquireWriteSync(),
    () => assert.equal(lock.acquireReadSync(PATIENCE)?.ownerDied, true),
  );
});

test("RWLock: passes from a terminated reader to its starter, which blocks", async () => {
  const lock = new RWLock();
  await inheriting(
    () => lock.acquireReadSync(),
    () => assert.equal(lock.acquireWriteSync(PATIENCE)?.ownerDied, false),
  );
});

test("Once: the starter of a runner that was terminated runs it, though it blocks", async () => {
  const once = new Once();
  const run = (inside: Event) =>
    once.runSync(() => {
      inside.set();
      for (;;);
    });
  await inheriting(run, () =>
    assert.equal(
      once.runSync(() => {}, PATIENCE),
      true,
    ),
  );
});

/** As `inheriting`, for a thread that is terminated as it waits. */
async function outliving(wait: () => unknown, waits: () => boolean, outlive: () => unknown): Promise<void> {
  const doomed = new Thread({ target: wait, daemon: true }).start();
  await until(waits);
  const gone = doomed.terminate();
  outlive();
  assert.equal(doomed.joinSync(PATIENCE), true);
  await gone;
}

test("Barrier: breaks for the starter of a party that was terminated, though it blocks", async () => {
  const barrier = new Barrier(3);
  await outliving(
    () => barrier.waitSync(),
    () => barrier.nWaiting === 1,
    () => assert.throws(() => barrier.waitSync(PATIENCE), { name: "BrokenBarrierError", message: /was broken/ }),
  );
});

test("Semaphore: a terminated waiter takes no permit along, though its starter blocks", async () => {
  const semaphore = new Semaphore(0);
  await outliving(
    () => semaphore.acquireSync(),
    () => semaphore.statistics().waiting === 1,
    () => {
      semaphore.release(2);
      assert.ok(semaphore.acquireSync(PATIENCE));
    },
  );
});

test("Condition: a terminated waiter takes no notification along, though its starter blocks", async () => {
  const [condition, notified] = [new Condition(), new Value("i32")];
  const waits = (): void =>
    condition.withLockSync(() => {
      notified.add(1);
      condition.waitSync();
    });
  await outliving(
    waits,
    () => notified.value === 1 && condition.statistics().waiting === 1,
    () => {
      const other = new Thread({ target: () => condition.withLockSync(() => condition.notify(2)) });
      condition.withLockSync(() => {
        other.start();
        assert.equal(condition.waitSync(PATIENCE), true);
      });
    },
  );
});

test("Queue: terminated getters and putters leave the rest to others, though their starter blocks", async () => {
  const queue = new Queue<string>(1);
  await outliving(
    () => queue.getSync(),
    () => queue.statistics().getters === 1,
    () => {
      assert.equal(new Thread({ target: () => queue.putSync("a") }).start().joinSync(PATIENCE), true);
      if (queue.empty) queue.putSync("a"); // the getter was not dead yet, and has it
      assert.equal(queue.getSync(PATIENCE), "a");
    },
  );
  queue.putNowait("full");
  await outliving(
    () => queue.putSync("b"),
    () => queue.statistics().putters === 1,
    () => {
      assert.equal(queue.getSync(PATIENCE), "full");
      new Thread({ target: () => queue.putSync("c") }).start();
      while (queue.getSync(PATIENCE) !== "c");
    },
  );
});

test("joinSync: true after terminate in the same tick, also for a thread that the thread had started", async () => {
  const threads = new Queue<Thread<never>>();
  const spin = () => {
    threads.putSync(currentThread());
    for (;;);
  };
  const outer = () => {
    new Thread({ target: spin, daemon: true }).start();
    spin();
  };
  const doomed = new Thread({ target: outer, daemon: true }).start();
  const both = [await threads.get(), await threads.get()];
  const gone = doomed.terminate();
  for (const thread of both) assert.equal(thread.joinSync(PATIENCE), true);
  assert.equal(doomed.isAlive, false);
  await gone;
});

test("terminate without grace tells the thread before it returns; with grace when that is over", async () => {
  const up = new Event();
  const spin = () => {
    up.set();
    for (;;);
  };
  for (const grace of [undefined, 0, 20]) {
    up.clear();
    const doomed = new Thread({ target: spin, daemon: true }).start();
    await up.wait();
    const gone = doomed.terminate(grace === undefined ? {} : { grace });
    assert.equal(doomed.joinSync({ timeout: grace === 20 ? 100 : PATIENCE.timeout }), grace !== 20);
    await gone;
    assert.equal(doomed.isAlive, false);
  }
});

test("ThreadPool.terminate: its workers are told before it returns", async () => {
  const [pool, up] = [new ThreadPool(2), new Queue<number>()];
  const spin = () => {
    up.putSync(currentThread().ident!);
    for (;;);
  };
  const lost = assert.rejects(pool.map(spin, [1, 2]), { name: "CancelledError" });
  const ids = [await up.get(), await up.get()];
  const gone = pool.terminate();
  for (const id of ids) assert.equal(threadHandle(id).joinSync(PATIENCE), true);
  await Promise.all([gone, lost]);
});
