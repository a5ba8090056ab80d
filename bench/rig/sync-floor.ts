/** The same jobs with what the platform gives, and nothing else: node sync-floor.js JOB prints one number. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

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

const nothing = (): Worker => new Worker("", { eval: true });

const jobs: Record<string, () => number | Promise<number>> = {
  lock: () => {
    const body = (turns: number): void => {
      for (let i = 0; i < turns; i++) {
        Atomics.compareExchange(cells, 0, 0, 1);
        Atomics.exchange(cells, 0, 0);
      }
    };
    body(N / 10);
    const begin = performance.now();
    body(N);
    return ((performance.now() - begin) / N) * 1e6;
  },
  guard: () => {
    const body = (turns: number): void => {
      for (let i = 0; i < turns; i++) {
        Atomics.compareExchange(cells, 0, 0, 1);
        guards[i & 1] = new Guard(i);
        Atomics.compareExchange(cells, 0, 1, 0);
      }
    };
    body(N / 10);
    const begin = performance.now();
    body(N);
    return ((performance.now() - begin) / N) * 1e6;
  },
  "hand-off": async () => {
    const turns = 20_000;
    const source = `const { workerData: cells } = require("node:worker_threads");
      for (let i = 0; i < ${turns * 1.1}; i++) {
        while (Atomics.load(cells, 0) === 0) Atomics.wait(cells, 0, 0);
        Atomics.store(cells, 0, 0); Atomics.store(cells, 1, 1); Atomics.notify(cells, 1);
      }`;
    const worker = new Worker(source, { eval: true, workerData: cells });
    const gone = once(worker, "exit");
    const turn = (): void => {
      Atomics.store(cells, 0, 1);
      Atomics.notify(cells, 0);
      // A notification may come late, and end the next wait.
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
  cold: async () => {
    await once(nothing(), "exit");
    const begin = performance.now();
    for (let i = 0; i < 20; i++) await once(nothing(), "exit");
    return ((performance.now() - begin) / 20) * 1e3;
  },
  memory: async () => {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const source = `const { workerData: cells } = require("node:worker_threads");
      Atomics.add(cells, 0, 1); Atomics.notify(cells, 0); Atomics.wait(cells, 1, 0);`;
    const workers = Array.from({ length: 8 }, () => new Worker(source, { eval: true, workerData: cells }));
    for (let seen = 0; seen < 8; seen = Atomics.load(cells, 0)) Atomics.wait(cells, 0, seen);
    globalThis.gc?.();
    const each = (process.memoryUsage().rss - before) / 2 ** 20 / 8;
    Atomics.store(cells, 1, 1);
    Atomics.notify(cells, 1);
    await Promise.all(workers.map((worker) => once(worker, "exit")));
    return each;
  },
};

console.log(await jobs[process.argv[2] ?? ""]?.());
