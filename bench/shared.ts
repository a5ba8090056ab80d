/**
 * What sharing costs with two threads at work: a SharedDict beside a thread that owns a Map and is asked by message, and
 * Value.add beside bare Atomics.add. Prints JSON: nanoseconds of wall time per operation of one thread while the other
 * does the same; median of the rounds, which are interleaved, since the machine may be shared.
 *
 *   node build/bench/shared.js [rounds]
 */
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { SharedDict, Value } from "heddle/shared";
import { Thread } from "heddle/threading";

const rounds = Number(process.argv[2] ?? 5);
const THREADS = 2;

/** Runs `work` in two threads that begin together. @returns nanoseconds per operation, the slower thread's */
async function inThreads(operations: number, work: (thread: number, operations: number) => void): Promise<number> {
  const ready = new Value("i32");
  const body = (thread: number): number => {
    work(thread, operations / 10); // warms up
    ready.add(1);
    while (ready.value < THREADS);
    const begin = performance.now();
    work(thread, operations);
    return ((performance.now() - begin) * 1e6) / operations;
  };
  const threads = [1, 2].map((thread) => new Thread({ target: body, args: [thread] }).start());
  const figures = await Promise.all(threads.map((thread) => thread.result()));
  return Math.max(...figures);
}

const dict = new SharedDict<number>();
for (let i = 0; i < 1000; i++) dict.set(`key ${i}`, i);
const value = new Value("i32");
const cells = new Int32Array(new SharedArrayBuffer(4));

/** One thread owns a Map; two others ask it over ports, one question at a time. */
async function askOwner(operations: number): Promise<number> {
  const channels = [new MessageChannel(), new MessageChannel()] as const;
  const own = (ports: MessagePort[]): Promise<void> => {
    const map = new Map(Array.from({ length: 1000 }, (_, i) => [`key ${i}`, i]));
    let open = ports.length;
    return new Promise((resolve) => {
      for (const port of ports) {
        port.on("message", ([key, next]: [string, number | undefined]) => {
          if (next !== undefined) map.set(key, next);
          port.postMessage(map.get(key));
        });
        port.on("close", () => --open === 0 && resolve());
      }
    });
  };
  const ask = async (port: MessagePort): Promise<number> => {
    const reply = (): Promise<unknown> => new Promise((resolve) => port.once("message", resolve));
    const begin = performance.now();
    for (let i = 0; i < operations; i++) {
      port.postMessage([`key ${i % 1000}`, i % 2 === 0 ? i : undefined]);
      await reply();
    }
    port.close();
    return ((performance.now() - begin) * 1e6) / operations;
  };
  const ports = channels.map(({ port1 }) => port1);
  const owner = new Thread({ target: own, args: [ports], transfer: ports }).start();
  const clients = channels.map(({ port2 }) => new Thread({ target: ask, args: [port2], transfer: [port2] }).start());
  const figures = await Promise.all(clients.map((client) => client.result()));
  await owner.join();
  return Math.max(...figures);
}

const workloads: Record<string, () => Promise<number>> = {
  "SharedDict.get": () =>
    inThreads(200_000, (_, n) => {
      for (let i = 0; i < n; i++) dict.get(`key ${i % 1000}`);
    }),
  "SharedDict.set": () =>
    inThreads(200_000, (_, n) => {
      for (let i = 0; i < n; i++) dict.set(`key ${i % 1000}`, i);
    }),
  "SharedDict.set, one key": () =>
    inThreads(200_000, (_, n) => {
      for (let i = 0; i < n; i++) dict.set("key 1", i);
    }),
  "SharedDict.add, one key": () =>
    inThreads(200_000, (_, n) => {
      for (let i = 0; i < n; i++) dict.add("key 1", 1);
    }),
  "owner thread, get and set by message": () => askOwner(5000),
  "Value.add": () =>
    inThreads(2_000_000, (_, n) => {
      for (let i = 0; i < n; i++) value.add(1);
    }),
  "Atomics.add": () =>
    inThreads(2_000_000, (_, n) => {
      for (let i = 0; i < n; i++) Atomics.add(cells, 0, 1);
    }),
};

const measured = new Map<string, number[]>(Object.keys(workloads).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(workloads)) measured.get(name)?.push(await run());
}

function median(name: string): number {
  const sorted = (measured.get(name) ?? []).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const ns = Object.fromEntries([...measured.keys()].map((name) => [name, Math.round(median(name))]));
const owner = median("owner thread, get and set by message");
const ratio = (by: number): number => Number(by.toFixed(2));
console.log(
  JSON.stringify({
    unit: "ns per operation, two threads at work",
    rounds,
    ns,
    goals: {
      "owner round trip / SharedDict.get": { is: ratio(owner / median("SharedDict.get")), atLeast: 5 },
      "owner round trip / SharedDict.set": { is: ratio(owner / median("SharedDict.set")), atLeast: 5 },
      "Value.add / Atomics.add": { is: ratio(median("Value.add") / median("Atomics.add")), atMost: 1.5 },
    },
  }),
);
