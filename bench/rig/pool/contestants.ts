/** Who takes part in bench/pool, each at its best settings: started on demand, since loading one is part of a job. */
import { fork } from "node:child_process";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { importPeer, requirePeer } from "./peers.js";
import type { TaskName } from "./tasks.js";

/** What a job needs of a pool. */
export interface Contestant {
  run(name: TaskName, value: unknown): Promise<unknown>;
  /** The contestant's own way for many items, if it has one: with a chunk size, or the one that it chooses. */
  map?(name: TaskName, values: Iterable<unknown>, chunkSize?: number): Promise<unknown>;
  /** Number of results of a stream. */
  stream?(values: Iterable<number>): Promise<number>;
}

interface Running {
  run(value: unknown, options: { name: string }): Promise<unknown>;
}
type PoolClass = new (options: object) => Running;

const here = (name: string): string => path.join(import.meta.dirname, name);

/** Both libraries wait for the next task in `Atomics.wait`, and take several at once. */
const pooled = (pool: Running): Contestant => ({ run: (name, value) => pool.run(value, { name }) });

function optionsFor(workers: number): object {
  return { filename: here("tasks.js"), minThreads: workers, maxThreads: workers, concurrentTasksPerWorker: 64 };
}

async function heddle(workers: number, kind: "ThreadPool" | "Pool"): Promise<Contestant> {
  const pools = await import("heddle/multiprocessing");
  const pool = new pools[kind](workers);
  const tasks = (await import("./tasks.js")) as unknown as Record<TaskName, (value: unknown) => unknown>;
  return {
    run: (name, value) => pool.run(tasks[name], value),
    map: (name, values, chunkSize) => pool.map(tasks[name], values, chunkSize === undefined ? {} : { chunkSize }),
    async stream(values) {
      let count = 0;
      for await (const _ of pool.imapUnordered(tasks.noop, values)) count++;
      return count;
    },
  };
}

async function executor(workers: number, kind: "ThreadPoolExecutor" | "ProcessPoolExecutor"): Promise<Contestant> {
  const futures = await import("heddle/futures");
  const pool = new futures[kind]({ maxWorkers: workers });
  const tasks = (await import("./tasks.js")) as unknown as Record<TaskName, (value: unknown) => unknown>;
  return { run: (name, value) => pool.submit(tasks[name], value) as unknown as Promise<unknown> };
}

/** One message a task, to the workers in turn: what the platform gives for nothing. */
function floor(workers: readonly { send(message: object): void }[], listen: (answer: Answer) => void): Contestant {
  const waiting = new Map<number, (result: unknown) => void>();
  let next = 0;
  listen(({ id, result }) => {
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  return {
    run: (name, value) =>
      new Promise((resolve) => {
        const id = next++;
        waiting.set(id, resolve);
        workers[id % workers.length]?.send({ id, name, value });
      }),
  };
}

type Answer = (message: { id: number; result: unknown }) => void;

function bareThreads(workers: number): Contestant {
  const threads = Array.from({ length: workers }, () => new Worker(here("worker-raw.js")));
  const senders = threads.map((thread) => ({ send: (message: object) => thread.postMessage(message) }));
  return floor(senders, (answer) => {
    for (const thread of threads) thread.on("message", answer);
  });
}

function bareProcesses(workers: number): Contestant {
  const children = Array.from({ length: workers }, () => fork(here("worker-raw.js"), { serialization: "advanced" }));
  const senders = children.map((child) => ({ send: (message: object) => void child.send(message) }));
  return floor(senders, (answer) => {
    for (const child of children) child.on("message", (message) => answer(message as never));
  });
}

async function tinypool(workers: number, runtime: string): Promise<Contestant> {
  const { Tinypool } = await importPeer<{ Tinypool: PoolClass }>("tinypool/dist/index.js");
  return pooled(new Tinypool({ ...optionsFor(workers), runtime }));
}

function workerpool(workers: number, workerType: string): Contestant {
  const { pool } = requirePeer<{ pool(file: string, options: object): { exec: Exec } }>("workerpool");
  const made = pool(here("worker-workerpool.js"), { minWorkers: workers, maxWorkers: workers, workerType });
  return { run: (name, value) => made.exec(name, [value]) };
}

type Exec = (name: string, values: readonly unknown[]) => Promise<unknown>;

interface Poolifier {
  execute(value: unknown, name: string): Promise<unknown>;
  mapExecute(values: Iterable<unknown>, name: string): Promise<unknown>;
}

function poolifier(workers: number, kind: "FixedThreadPool" | "FixedClusterPool"): Contestant {
  const classes = requirePeer<Record<string, new (workers: number, file: string) => Poolifier>>("poolifier");
  const pool = new classes[kind]!(workers, here("worker-poolifier.js"));
  return {
    run: (name, value) => pool.execute(value, name),
    map: (name, values) => pool.mapExecute(values, name),
  };
}

function comlink(workers: number): Contestant {
  const adapter = requirePeer<(port: unknown) => unknown>("comlink/dist/umd/node-adapter.js");
  const { wrap } = requirePeer<{ wrap(endpoint: unknown): Record<TaskName, (value: unknown) => Promise<unknown>> }>(
    "comlink",
  );
  const remotes = Array.from({ length: workers }, () => wrap(adapter(new Worker(here("worker-comlink.js")))));
  let next = 0;
  return { run: (name, value) => remotes[next++ % workers]![name](value) };
}

function piscina(workers: number): Contestant {
  const { Piscina } = requirePeer<{ Piscina: PoolClass }>("piscina");
  return pooled(new Piscina({ ...optionsFor(workers), recordTiming: false, trackUnmanagedFds: false }));
}

export const CONTESTANTS: Record<string, (workers: number) => Contestant | Promise<Contestant>> = {
  heddle: (n) => heddle(n, "ThreadPool"),
  executor: (n) => executor(n, "ThreadPoolExecutor"),
  floor: bareThreads,
  piscina,
  tinypool: (n) => tinypool(n, "worker_threads"),
  workerpool: (n) => workerpool(n, "thread"),
  poolifier: (n) => poolifier(n, "FixedThreadPool"),
  comlink,
  "heddle-processes": (n) => heddle(n, "Pool"),
  "executor-processes": (n) => executor(n, "ProcessPoolExecutor"),
  "floor-processes": bareProcesses,
  "tinypool-processes": (n) => tinypool(n, "child_process"),
  "workerpool-processes": (n) => workerpool(n, "process"),
  "poolifier-processes": (n) => poolifier(n, "FixedClusterPool"),
};
