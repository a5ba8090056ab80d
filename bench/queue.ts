/**
 * What queues between threads cost, beside Python's queue.Queue and beside postMessage, in turns in one run. Prints JSON:
 * medians of the rounds, in nanoseconds per item; `vsPython` and `vsPostMessage` say how many
 * times faster than those we are. Figures of Python are null where there is no python3. `floor` is what two threads need
 * that hand buffers over by two copies, as we do, without a queue.
 *
 *   node build/bench/queue.js [rounds]
 */
import { spawnSync } from "node:child_process";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Queue } from "heddle/queue";
import { Thread } from "heddle/threading";
import { copiedByHand } from "./rig/copying-floor.js";

const rounds = Number(process.argv[2] ?? 5);
const WORKERS = 5;

/** How many items a measurement moves, what they are, and the same in Python. */
interface Load {
  readonly items: number;
  readonly make: (n: number) => unknown;
  readonly python: string;
  /** What leaves the thread with an item. */
  readonly transfer?: (item: unknown) => ArrayBuffer[];
  /** Most items in the queue: a backlog of large ones is memory that no cache holds. */
  readonly maxsize?: number;
}
const ints: Load = { items: 200_000, make: (n) => n, python: "n" };
const objects: Load = {
  ...{ items: 100_000, make: (n) => ({ id: n, fn: "work", args: [n] }) },
  python: '{"id": n, "fn": "work", "args": [n]}',
};
const megabyte = new Uint8Array(1 << 20).fill(1);
const megabytes: Load = { items: 200, make: () => megabyte, python: "" };
const transfer = (item: unknown): ArrayBuffer[] => [(item as Uint8Array<ArrayBuffer>).buffer];
const empty = (): Uint8Array<ArrayBuffer> => new Uint8Array(1 << 20);
/** What a user would transfer: who has written into a buffer has paid for its memory, who has not need not. */
const filled = (): Uint8Array<ArrayBuffer> => new Uint8Array(1 << 20).fill(1);
const transferred: Load = { items: 200, make: empty, python: "", transfer };
const filledTransferred: Load = { ...transferred, make: filled };
const fewTransferred: Load = { ...filledTransferred, maxsize: 8 };
const sharedBytes = new SharedArrayBuffer(1 << 20);
const shared: Load = { items: 2000, make: () => sharedBytes, python: "" };

const now = (): number => performance.now();

/**
 * Five workers take everything; measured from the first put until `join` returns.
 *
 * @param rehearsals how often the same is done before, so that the engine has compiled it in every thread
 */
async function fiveWorkers(items: number, rehearsals: number): Promise<number> {
  const queue = new Queue<number>();
  const ready = new Queue<number>();
  const work = () => {
    ready.putNowait(1);
    while (queue.getSync() >= 0) queue.taskDone();
    queue.taskDone();
  };
  const threads = Array.from({ length: WORKERS }, () => new Thread({ target: work }).start());
  for (const _ of threads) ready.getSync();
  let took = 0;
  for (let round = 0; round <= rehearsals; round++) {
    const start = now();
    for (let n = 0; n < items; n++) queue.putNowait(n);
    queue.joinSync();
    took = now() - start;
  }
  for (const _ of threads) queue.putNowait(-1);
  for (const thread of threads) await thread.join();
  queue.dispose();
  ready.dispose();
  return (took * 1e6) / items;
}

/** One thread puts, one gets; measured, after two rehearsals, from the first put until the last item is there. */
async function oneToOne({ items, make, transfer, maxsize = 0 }: Load): Promise<number> {
  const queue = new Queue<unknown>(maxsize);
  const answers = new Queue<string>();
  const put =
    transfer === undefined
      ? (item: unknown) => queue.putNowait(item)
      : (item: unknown) => queue.putSync(item, { transfer: transfer(item) });
  const consumer = new Thread({
    target: () => {
      for (let round = 0; round < 3; round++) {
        for (let n = 0; n < items; n++) queue.getSync();
        answers.putNowait("all");
      }
    },
  }).start();
  let took = 0;
  for (let round = 0; round < 3; round++) {
    const start = now();
    for (let n = 0; n < items; n++) put(make(n));
    answers.getSync();
    took = now() - start;
  }
  await consumer.join();
  queue.dispose();
  answers.dispose();
  return (took * 1e6) / items;
}

const receiver = `
const { parentPort } = require("node:worker_threads");
let left = 0;
parentPort.on("message", (message) => {
  if (typeof message === "string") left = Number(message);
  else left--;
  if (left === 0) parentPort.postMessage("all");
});
`;

/** The same by postMessage, the floor of what a user would write. */
async function posted({ items, make, transfer = () => [] }: Load): Promise<number> {
  const worker = new Worker(receiver, { eval: true });
  const answer = (): Promise<unknown> => new Promise((resolve) => worker.once("message", resolve));
  let took = 0;
  for (let round = 0; round < 3; round++) {
    const all = answer();
    worker.postMessage(String(items));
    const start = now();
    for (let n = 0; n < items; n++) {
      const item = make(n);
      worker.postMessage(item, transfer(item));
    }
    await all;
    took = now() - start;
  }
  await worker.terminate();
  return (took * 1e6) / items;
}

const PYTHON = `
import queue, threading, time, sys
def five(items):
    q = queue.Queue()
    def work():
        while True:
            n = q.get(); q.task_done()
            if n < 0: return
    ts = [threading.Thread(target=work) for _ in range(${WORKERS})]
    for t in ts: t.start()
    start = time.perf_counter()
    for n in range(items): q.put(n)
    q.join()
    took = time.perf_counter() - start
    for t in ts: q.put(-1)
    for t in ts: t.join()
    print(took * 1e9 / items)
def one(items, make):
    q = queue.Queue()
    def work():
        for n in range(items): q.get()
    t = threading.Thread(target=work); t.start()
    start = time.perf_counter()
    for n in range(items): q.put(make(n))
    t.join()
    print((time.perf_counter() - start) * 1e9 / items)
`;

function python(call: string): number | null {
  const { status, stdout } = spawnSync("python3", ["-c", PYTHON + call], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : null;
}

/** Runs a whole program, its start included. @returns nanoseconds per item; null if it cannot be run */
function program(command: string, args: readonly string[], items: number): number | null {
  const start = now();
  const { status } = spawnSync(command, args);
  return status === 0 ? ((now() - start) * 1e6) / items : null;
}

type Contender = () => number | null | Promise<number | null>;
type Row = Readonly<Record<"heddle" | "python" | "postMessage", Contender | null>> & { readonly floor?: Contender };

const HUNDRED_THOUSAND = 100_000;
const thisFile = fileURLToPath(import.meta.url);
const loadRow = (load: Load): Row => ({
  heddle: () => oneToOne(load),
  postMessage: () => posted(load),
  python: () => python(`one(${load.items}, lambda n: ${load.python})`),
});
const table: Readonly<Record<string, Row>> = {
  "5 workers, 100,000 items, taskDone and join, hot": {
    heddle: () => fiveWorkers(HUNDRED_THOUSAND, 2),
    postMessage: null,
    python: () => python(`five(${HUNDRED_THOUSAND})`),
  },
  "the same, whole program": {
    heddle: () => program(process.execPath, [thisFile, "whole"], HUNDRED_THOUSAND),
    postMessage: null,
    python: () => program("python3", ["-c", `${PYTHON}five(${HUNDRED_THOUSAND})`], HUNDRED_THOUSAND),
  },
  "one to one, integers": loadRow(ints),
  "one to one, small objects": loadRow(objects),
  // Python hands the same object over: nothing to compare with.
  "one to one, 1 MB copied": { ...loadRow(megabytes), python: null },
  "one to one, 1 MB transferred": {
    ...{ ...loadRow(transferred), python: null, floor: () => copiedByHand(transferred.items, empty) },
  },
  "one to one, 1 MB written and transferred": {
    ...{ ...loadRow(filledTransferred), python: null, floor: () => copiedByHand(transferred.items, filled) },
  },
  "one to one, 1 MB written and transferred, maxsize 8": { ...loadRow(fewTransferred), python: null },
  "one to one, SharedArrayBuffer": { ...loadRow(shared), python: null },
};

function median(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null).sort((a, b) => a - b);
  return numbers.length === 0 ? null : numbers[numbers.length >> 1]!;
}

async function measureAll(): Promise<unknown[]> {
  const measured = new Map<Contender, (number | null)[]>();
  for (let round = 0; round < rounds; round++) {
    for (const contender of Object.values(table).flatMap((row) => Object.values(row))) {
      if (contender === null) continue;
      measured.set(contender, [...(measured.get(contender) ?? []), await contender()]);
    }
  }
  const figure = (contender: Contender | null): number | null => {
    const middle = contender === null ? null : median(measured.get(contender) ?? []);
    return middle === null ? null : Math.round(middle);
  };
  const ratio = (theirs: number | null, ours: number | null): number | null =>
    theirs === null || ours === null ? null : Number((theirs / ours).toFixed(2));
  return Object.entries(table).map(([what, row]) => {
    const [heddle, postMessage, py] = [figure(row.heddle), figure(row.postMessage), figure(row.python)];
    return {
      ...{ what, heddle, postMessage, python: py, ...(row.floor === undefined ? {} : { floor: figure(row.floor) }) },
      ...{ vsPython: ratio(py, heddle), vsPostMessage: ratio(postMessage, heddle) },
    };
  });
}

if (process.argv[2] === "whole") await fiveWorkers(HUNDRED_THOUSAND, 0);
else {
  const rows = await measureAll();
  const version = spawnSync("python3", ["--version"], { encoding: "utf8" }).stdout?.trim() ?? null;
  const machine = { node: process.version, python: version, cpu: os.cpus()[0]?.model, cores: os.cpus().length };
  console.log(JSON.stringify({ unit: "ns per item", rounds, ...machine, load: os.loadavg()[0], rows }, null, 2));
}
