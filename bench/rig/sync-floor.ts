/** The same jobs with what the platform gives, and nothing else: node sync-floor.js JOB prints one number. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { whileBusy } from "./busy.js";
import { allTurns, fastestPass } from "./passes.js";

const N = 1_000_000;
const cells = new Int32Array(new SharedArrayBuffer(64));

/** What a guard costs at least: an object that survives, and who frees the lock must look whose it is. */
class Guard {
  readonly turn: number;
  constructor(turn: number) {
    this.turn = turn;
  }
}
const guards: Guard[] = [];

/** What awaiting a lock costs at least: a promise of a guard. */
async function acquire(turn: number): Promise<Guard> {
  Atomics.compareExchange(cells, 0, 0, 1);
  return new Guard(turn);
}

/** The simplest mutex that is right (U. Drepper, "Futexes Are Tricky", mutex2), and who counts under it. */
const COUNTING = `
  const { workerData: cells } = require("node:worker_threads");
  const [LOCK, COUNTER, READY, GO] = [0, 1, 2, 3];
  class Lock {
    withLock(body) {
      if (Atomics.compareExchange(cells, LOCK, 0, 1) !== 0) this.#wait();
      try {
        return body();
      } finally {
        if (Atomics.exchange(cells, LOCK, 0) === 2) Atomics.notify(cells, LOCK, 1);
      }
    }
    #wait() {
      while (Atomics.exchange(cells, LOCK, 2) !== 0) Atomics.wait(cells, LOCK, 2);
    }
  }
  const lock = new Lock();
  const increment = () => {
    for (let i = 0; i < ${N}; i++)
      lock.withLock(() => Atomics.store(cells, COUNTER, Atomics.load(cells, COUNTER) + 1));
  };
  Atomics.add(cells, READY, 1);
  Atomics.notify(cells, READY);
  Atomics.wait(cells, GO, 0);
  increment();`;

/** @returns milliseconds until two workers have counted; hot: from the moment that both run */
async function countUnderLock({ hot = false } = {}): Promise<number> {
  let begin = performance.now();
  if (!hot) Atomics.store(cells, 3, 1);
  const workers = [1, 2].map(() => new Worker(COUNTING, { eval: true, workerData: cells }));
  const gone = Promise.all(workers.map((worker) => once(worker, "exit")));
  if (hot) {
    for (let seen = 0; seen < 2; seen = Atomics.load(cells, 2)) Atomics.wait(cells, 2, seen);
    begin = performance.now();
    Atomics.store(cells, 3, 1);
    Atomics.notify(cells, 3);
  }
  await gone;
  if (cells[1] !== 2 * N) throw new RangeError(`counted ${cells[1]}`);
  return performance.now() - begin;
}

const nothing = (): Worker => new Worker("", { eval: true });

/** @returns microseconds there and back, by plain parking */
async function handOff(turns: number): Promise<number> {
  const source = `const { workerData: cells } = require("node:worker_threads");
    for (let i = 0; i < ${allTurns(turns)}; i++) {
      while (Atomics.load(cells, 0) === 0) Atomics.wait(cells, 0, 0);
      Atomics.store(cells, 0, 0); Atomics.store(cells, 1, 1); Atomics.notify(cells, 1);
    }`;
  const worker = new Worker(source, { eval: true, workerData: cells });
  const gone = once(worker, "exit");
  const ns = await fastestPass(turns, (count) => {
    for (let i = 0; i < count; i++) {
      Atomics.store(cells, 0, 1);
      Atomics.notify(cells, 0);
      // A notification may come late, and end the next wait.
      while (Atomics.load(cells, 1) === 0) Atomics.wait(cells, 1, 0);
      Atomics.store(cells, 1, 0);
    }
  });
  await gone;
  return ns / 1e3;
}

const jobs: Record<string, () => number | Promise<number>> = {
  lock: () =>
    fastestPass(N, (turns) => {
      for (let i = 0; i < turns; i++) {
        Atomics.compareExchange(cells, 0, 0, 1);
        Atomics.exchange(cells, 0, 0);
      }
    }),
  guard: () =>
    fastestPass(N, (turns) => {
      for (let i = 0; i < turns; i++) {
        Atomics.compareExchange(cells, 0, 0, 1);
        guards[i & 1] = new Guard(i);
        Atomics.compareExchange(cells, 0, 1, 0);
      }
    }),
  "async-lock": () =>
    fastestPass(N / 10, async (turns) => {
      for (let i = 0; i < turns; i++) {
        await acquire(i);
        Atomics.exchange(cells, 0, 0);
      }
    }),
  program: () => countUnderLock(),
  hot: () => countUnderLock({ hot: true }),
  "hand-off": () => handOff(20_000),
  "hand-off-busy": () => whileBusy(() => handOff(2000)),
  warm: async () => {
    const turns = 1000;
    const source = `const { parentPort, workerData: cells, receiveMessageOnPort } = require("node:worker_threads");
      for (let i = 0; i < ${turns * 1.1}; i++) {
        while (Atomics.load(cells, 0) === 0) Atomics.wait(cells, 0, 0);
        Atomics.store(cells, 0, 0);
        receiveMessageOnPort(parentPort);
        Atomics.store(cells, 1, 1); Atomics.notify(cells, 1);
      }`;
    const worker = new Worker(source, { eval: true, workerData: cells });
    const gone = once(worker, "exit");
    const turn = (): void => {
      worker.postMessage({ nothing: null });
      Atomics.store(cells, 0, 1);
      Atomics.notify(cells, 0);
      while (Atomics.load(cells, 1) === 0) Atomics.wait(cells, 1, 0);
      Atomics.store(cells, 1, 0);
    };
    for (let i = 0; i < turns / 10; i++) turn();
    const begin = performance.now();
    for (let i = 0; i < turns; i++) turn();
    const us = ((performance.now() - begin) / turns) * 1e3;
    await gone;
    return us;
  },
  "warm-async": async () => {
    const turns = 1000;
    const source = `const { parentPort } = require("node:worker_threads");
      parentPort.on("message", (message) => parentPort.postMessage(message));`;
    const worker = new Worker(source, { eval: true });
    const turn = async (): Promise<void> => {
      worker.postMessage({ nothing: null });
      await once(worker, "message");
    };
    for (let i = 0; i < turns / 10; i++) await turn();
    const begin = performance.now();
    for (let i = 0; i < turns; i++) await turn();
    const us = ((performance.now() - begin) / turns) * 1e3;
    await worker.terminate();
    return us;
  },
  cold: async () => {
    await once(nothing(), "exit");
    const begin = performance.now();
    for (let i = 0; i < 20; i++) await once(nothing(), "exit");
    return ((performance.now() - begin) / 20) * 1e3;
  },
  memory: async () => {
    const source = `const { workerData: cells } = require("node:worker_threads");
      Atomics.add(cells, 0, 1); Atomics.notify(cells, 0); Atomics.wait(cells, 1, 0);`;
    const start = (count: number, all: number): Worker[] => {
      const started = Array.from({ length: count }, () => new Worker(source, { eval: true, workerData: cells }));
      for (let seen = 0; seen < all; seen = Atomics.load(cells, 0)) Atomics.wait(cells, 0, seen);
      globalThis.gc?.();
      return started;
    };
    const workers = start(2, 2);
    const before = process.memoryUsage().rss;
    workers.push(...start(8, 10));
    const each = (process.memoryUsage().rss - before) / 2 ** 20 / 8;
    Atomics.store(cells, 1, 1);
    Atomics.notify(cells, 1);
    await Promise.all(workers.map((worker) => once(worker, "exit")));
    return each;
  },
};

console.log(await jobs[process.argv[2] ?? ""]?.());
