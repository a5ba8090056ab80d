/** One contestant at one job: JOB CONTESTANT prints one number, in the unit that bench/pool.ts names. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { CONTESTANTS, type Contestant } from "./contestants.js";
import type { TaskName } from "./tasks.js";

const WORKERS = 2;

/** Passes of a job are made until so many or so many milliseconds; their median counts. */
const [PASSES, ENOUGH] = [5, 2500];

const begin = performance.now();
const [job = "", who = ""] = process.argv.slice(2);

/** @returns microseconds for each of `count`, the median of the passes after one that is shorter and warms up */
async function perTask(count: number, pass: (count: number) => Promise<unknown>): Promise<number> {
  await pass(count / 10);
  const times: number[] = [];
  const start = performance.now();
  while (times.length < PASSES && (times.length < 2 || performance.now() - start < ENOUGH)) {
    const from = performance.now();
    await pass(count);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return ((times[times.length >> 1] ?? Number.NaN) / count) * 1000;
}

async function inFlight(
  pool: Contestant,
  name: TaskName,
  itemOf: (i: number) => unknown,
  count: number,
): Promise<void> {
  const results = new Array<Promise<unknown>>(count);
  for (let i = 0; i < count; i++) results[i] = pool.run(name, itemOf(i));
  const last = (await Promise.all(results)).at(-1);
  if (JSON.stringify(last) !== JSON.stringify(itemOf(count - 1))) throw new Error(`wrong result: ${String(last)}`);
}

async function oneByOne(pool: Contestant, name: TaskName, value: unknown, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await pool.run(name, value);
}

const ready = async (workers = WORKERS): Promise<Contestant> => {
  const pool = await CONTESTANTS[who]!(workers);
  await Promise.all(Array.from({ length: workers * 4 }, (_, i) => pool.run("noop", i)));
  return pool;
};

const integers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Some 1 KB. */
const template = Object.fromEntries(integers(32).map((i) => [`key${i}`, "v".repeat(20)]));

async function mapped(chunkSize: number | undefined, values: (count: number) => Iterable<unknown>): Promise<number> {
  const pool = await ready();
  return perTask(100_000, (count) => pool.map!("noop", values(count), chunkSize));
}

/** Programs that keep every core busy until this one ends. */
function keepCoresBusy(): () => void {
  const children = integers(availableParallelism()).map(() =>
    spawn(
      process.execPath,
      [
        "-e",
        "process.stdin.on('close', process.exit).resume(); setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 0)",
      ],
      { stdio: ["pipe", "ignore", "ignore"] },
    ),
  );
  return () => {
    for (const child of children) child.kill("SIGKILL");
  };
}

async function memoryOf(workers: number): Promise<number> {
  const pool = await ready(workers);
  await Promise.all(integers(workers * 20).map((i) => pool.run("noop", i)));
  globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
}

const jobs: Record<string, () => Promise<number>> = {
  async many() {
    const pool = await ready();
    return perTask(50_000, (count) => inFlight(pool, "noop", (i) => i, count));
  },
  async async() {
    const pool = await ready();
    return perTask(50_000, (count) => inFlight(pool, "asyncNoop", (i) => i, count));
  },
  async objects() {
    const pool = await ready();
    return perTask(20_000, (count) => inFlight(pool, "noop", (id) => ({ ...template, id }), count));
  },
  async single() {
    const pool = await ready();
    return perTask(5000, (count) => oneByOne(pool, "noop", 1, count));
  },
  async "single-busy"() {
    const pool = await ready();
    const stop = keepCoresBusy();
    const figure = await perTask(2000, (count) => oneByOne(pool, "noop", 1, count));
    stop();
    return figure;
  },
  "map-1": () => mapped(1, integers),
  "map-auto": () => mapped(undefined, integers),
  "map-numeric": () => mapped(undefined, (count) => Float64Array.from(integers(count))),
  async cpu() {
    const pool = await ready();
    const share = async (count: number): Promise<unknown> =>
      pool.map ? pool.map("compute", integers(count)) : Promise.all(integers(count).map((i) => pool.run("compute", i)));
    return (await perTask(60, share)) / 1000;
  },
  async stream() {
    const pool = await ready();
    return perTask(1_000_000, (count) => pool.stream!(integers(count)));
  },
  async "stream-memory"() {
    const pool = await ready();
    await pool.stream!(integers(100_000));
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    await pool.stream!(upTo(1_000_000));
    clearInterval(watch);
    return (most - before) / 1e6;
  },
  async start() {
    const pool = await CONTESTANTS[who]!(who.startsWith("floor") ? 3 : WORKERS);
    const values = [1, 2, 3, 4, 5];
    await (pool.map ? pool.map("noop", values) : Promise.all(values.map((value) => pool.run("noop", value))));
    return performance.now() - begin;
  },
  async memory() {
    return memoryOf(Number(process.argv[4] ?? WORKERS));
  },
  async idle() {
    await ready();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const from = process.cpuUsage();
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const { user, system } = process.cpuUsage(from);
    return (user + system) / (performance.now() - start) / 10;
  },
  async "shared-buffer"() {
    const pool = await ready();
    const memory = new SharedArrayBuffer(1024);
    return perTask(2000, (count) => oneByOne(pool, "lengthOf", memory, count));
  },
};

function* upTo(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}

// Idle workers do not keep the program alive.
setInterval(() => {}, 1000);
console.log(await jobs[job]?.());
process.exit(0);
