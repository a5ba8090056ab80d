/** The same jobs with libraries from npm, which `bench/sync.ts` puts into build/bench-peers: JOB PEER prints one number. */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { fastestPass } from "./passes.js";

interface AsyncMutex {
  readonly Mutex: new () => { acquire(): Promise<() => void> };
}

interface Guard {
  readonly value: Int32Array;
  dispose?(): void;
  [Symbol.dispose](): void;
}

interface Mutex {
  lock(): Promise<Guard>;
  blockingLock(): Guard;
}

interface Multithreading {
  readonly Mutex: new (cells: Int32Array) => Mutex;
  initRuntime(options: { maxWorkers: number }): void;
  move(...values: unknown[]): unknown;
  spawn(moved: unknown, body: (mutex: Mutex, turns: number) => number): { join(): Promise<{ ok: boolean }> };
  shutdown(): void;
}

const peers = path.resolve("build/bench-peers");

/** It asks for more than Node 20 has: there it is left out. */
async function multithreading(): Promise<Multithreading> {
  if (!("navigator" in globalThis)) process.exit(1);
  const lib = path.join(peers, "node_modules/multithreading/src/node/lib.js");
  return (await import(pathToFileURL(lib).href)) as Multithreading;
}

/** Two threads of that library count under its lock. Fewer turns, since each takes a hundred times as long. */
async function count(library: Multithreading): Promise<number> {
  const [turns, whole] = [20_000, 1_000_000];
  library.initRuntime({ maxWorkers: 2 });
  const mutex = new library.Mutex(new Int32Array(new SharedArrayBuffer(4)));
  const increment = (lock: Mutex, times: number): number => {
    for (let i = 0; i < times; i++) {
      const guard = lock.blockingLock();
      guard.value[0] = (guard.value[0] ?? 0) + 1;
      if (guard.dispose) guard.dispose();
      else guard[Symbol.dispose]();
    }
    return times;
  };
  const both = (times: number): Promise<{ ok: boolean }[]> =>
    Promise.all([1, 2].map(() => library.spawn(library.move(mutex, times), increment).join()));
  await both(turns / 10);
  const begin = performance.now();
  const ends = await both(turns);
  const ms = performance.now() - begin;
  library.shutdown();
  return ends.every(({ ok }) => ok) ? (ms / turns) * whole : Number.NaN;
}

const jobs: Record<string, () => Promise<number>> = {
  "async-lock async-mutex": async () => {
    const { Mutex } = createRequire(path.join(peers, "package.json"))("async-mutex") as AsyncMutex;
    const mutex = new Mutex();
    return fastestPass(100_000, async (turns) => {
      for (let i = 0; i < turns; i++) (await mutex.acquire())();
    });
  },
  "async-lock multithreading": async () => {
    const mutex = new (await multithreading()).Mutex(new Int32Array(new SharedArrayBuffer(4)));
    return fastestPass(100_000, async (turns) => {
      for (let i = 0; i < turns; i++) (await mutex.lock())[Symbol.dispose]();
    });
  },
  "guard multithreading": async () => {
    const mutex = new (await multithreading()).Mutex(new Int32Array(new SharedArrayBuffer(4)));
    return fastestPass(100_000, (turns) => {
      for (let i = 0; i < turns; i++) mutex.blockingLock()[Symbol.dispose]();
    });
  },
  "hot multithreading": async () => count(await multithreading()),
};

console.log(await jobs[process.argv.slice(2).join(" ")]?.());
