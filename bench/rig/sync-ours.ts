/** The jobs of bench/sync.ts, done with heddle: node sync-ours.js JOB prints one number. */
import { Value } from "heddle/shared";
import { Barrier, Event, Lock, RWLock, Semaphore, setThreadReserve, Thread } from "heddle/threading";
import { whileBusy } from "./busy.js";
import { allTurns, fastestPass } from "./passes.js";

const N = 1_000_000;

const nothing = (): void => {};

function startAndJoin(turns: number): number {
  for (let i = 0; i < turns / 10; i++) new Thread({ target: nothing }).start().joinSync();
  const begin = performance.now();
  for (let i = 0; i < turns; i++) new Thread({ target: nothing }).start().joinSync();
  return ((performance.now() - begin) / turns) * 1e3;
}

async function startAndAwait(turns: number): Promise<number> {
  for (let i = 0; i < turns / 10; i++) await new Thread({ target: nothing }).start().join();
  const begin = performance.now();
  for (let i = 0; i < turns; i++) await new Thread({ target: nothing }).start().join();
  return ((performance.now() - begin) / turns) * 1e3;
}

function residentMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
}

/** @returns microseconds there and back */
async function handOff(turns: number): Promise<number> {
  const [ping, pong] = [new Semaphore(0), new Semaphore(0)];
  const answer = (count: number): void => {
    for (let i = 0; i < count; i++) {
      ping.acquireSync();
      pong.release();
    }
  };
  const thread = new Thread({ target: answer, args: [allTurns(turns)] }).start();
  const ns = await fastestPass(turns, (count) => {
    for (let i = 0; i < count; i++) {
      ping.release();
      pong.acquireSync();
    }
  });
  await thread.join();
  return ns / 1e3;
}

/** @returns percent of one core that so many threads take as they wait */
async function costOfWaiting(count: number, wait: () => void, release: () => void): Promise<number> {
  const running = new Semaphore(0);
  const target = (): void => {
    running.release();
    wait();
  };
  const threads = Array.from({ length: count }, () => new Thread({ target }).start());
  for (const _ of threads) running.acquireSync();
  // Not a wait for something to happen: the time is what is measured.
  const settle = new Lock();
  settle.acquireSync();
  settle.acquireSync({ timeout: 3000 });
  const before = process.cpuUsage();
  settle.acquireSync({ timeout: 3000 });
  const { user, system } = process.cpuUsage(before);
  release();
  for (const thread of threads) await thread.join();
  return (user + system) / 1e3 / 3000 / 0.01;
}

const jobs: Record<string, () => number | Promise<number>> = {
  lock: () => {
    const lock = new Lock();
    return fastestPass(N, (turns) => {
      for (let i = 0; i < turns; i++) {
        lock.acquireSync();
        lock.release();
      }
    });
  },
  guard: () => {
    const lock = new Lock();
    return fastestPass(N, (turns) => {
      for (let i = 0; i < turns; i++) lock.acquireSync()[Symbol.dispose]();
    });
  },
  "async-lock": () => {
    const lock = new Lock();
    return fastestPass(N / 10, async (turns) => {
      for (let i = 0; i < turns; i++) {
        await lock.acquire();
        lock.release();
      }
    });
  },
  program: async () => {
    const [lock, counter] = [new Lock(), new Value("i32", 0)];
    const increment = (): void => {
      for (let i = 0; i < 1_000_000; i++) lock.withLockSync(() => (counter.value += 1));
    };
    const begin = performance.now();
    const threads = [1, 2].map(() => new Thread({ target: increment }).start());
    for (const thread of threads) await thread.join();
    if (counter.value !== 2 * N) throw new RangeError(`counted ${counter.value}`);
    return performance.now() - begin;
  },
  hot: async () => {
    const [lock, counter, ready, go] = [new Lock(), new Value("i32", 0), new Semaphore(0), new Event()];
    const increment = (): void => {
      ready.release();
      go.waitSync();
      for (let i = 0; i < 1_000_000; i++) lock.withLockSync(() => (counter.value += 1));
    };
    const threads = [1, 2].map(() => new Thread({ target: increment }).start());
    for (const _ of threads) await ready.acquire();
    const begin = performance.now();
    go.set();
    for (const thread of threads) await thread.join();
    if (counter.value !== 2 * N) throw new RangeError(`counted ${counter.value}`);
    return performance.now() - begin;
  },
  "hand-off": () => handOff(20_000),
  "hand-off-busy": () => whileBusy(() => handOff(2000)),
  warm: () => startAndJoin(1000),
  "warm-async": () => startAndAwait(1000),
  cold: () => {
    setThreadReserve({ size: 0 });
    return startAndJoin(20);
  },
  memory: async () => {
    const [go, running] = [new Event(), new Semaphore(0)];
    const wait = (): void => {
      running.release();
      go.waitSync();
    };
    const start = (count: number) => {
      const started = Array.from({ length: count }, () => new Thread({ target: wait }).start());
      for (const _ of started) running.acquireSync();
      return started;
    };
    const threads = start(2); // what the program pays once
    const before = residentMegabytes();
    threads.push(...start(8));
    const each = (residentMegabytes() - before) / 8;
    go.set();
    for (const thread of threads) await thread.join();
    return each;
  },
  read: () => {
    const lock = new RWLock();
    const inside = Array.from({ length: 60 }, () => lock.acquireReadSync());
    const ns = fastestPass(N, (turns) => {
      for (let i = 0; i < turns; i++) lock.acquireReadSync()[Symbol.dispose]();
    });
    for (const held of inside) held[Symbol.dispose]();
    return ns;
  },
  write: () => {
    const lock = new RWLock();
    return fastestPass(N / 10, (turns) => {
      for (let i = 0; i < turns; i++) lock.acquireWriteSync()[Symbol.dispose]();
    });
  },
  idle: () => {
    const go = new Event();
    return costOfWaiting(
      10,
      () => go.waitSync(),
      () => go.set(),
    );
  },
  "idle-event": () => {
    const go = new Event();
    return costOfWaiting(
      60,
      () => go.waitSync(),
      () => go.set(),
    );
  },
  "idle-barrier": () => {
    const barrier = new Barrier(61);
    return costOfWaiting(
      60,
      () => barrier.waitSync(),
      () => barrier.waitSync(),
    );
  },
  "idle-rwlock": () => {
    const lock = new RWLock();
    const writing = lock.acquireWriteSync();
    return costOfWaiting(
      60,
      () => lock.acquireReadSync()[Symbol.dispose](),
      () => writing[Symbol.dispose](),
    );
  },
};

console.log(await jobs[process.argv[2] ?? ""]?.());
