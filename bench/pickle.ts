/** Cost of packing and unpacking, beside the floor of posting the same data. Prints one JSON object; times in microseconds. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { Thread } from "heddle/threading";
import { pack, unpack } from "#heddle/pickle/pickle.js";

const to = "thread" as const;

/** @returns the median of `times` runs, in microseconds */
function median(times: number, body: (i: number) => void): number {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    body(i);
    taken.push((performance.now() - start) * 1000);
  }
  return Math.round((taken.sort((a, b) => a - b)[times >> 1] as number) * 10) / 10;
}

const { port1, port2 } = new MessageChannel();
function through(message: unknown): unknown {
  port1.postMessage(message);
  return receiveMessageOnPort(port2)?.message;
}

/** Posting data packed, as a ratio to posting it as it is. */
function ratio(value: unknown, times: number): number {
  const floor = median(times, () => through(value));
  const packed = median(times, () => unpack(through(pack(value, { to, name: "item" }).body)));
  return Math.round((packed / floor) * 100) / 100;
}

const helper = (a: number, b: number): number => a + b;
const settings = { retries: 3, names: ["a", "b"] };
const closure = (n: number) => (x: number) => helper(x, n) + settings.retries;
const leaf = (n: number) => (x: number) => x + n;
class Job {
  id: number;
  constructor(id: number) {
    this.id = id;
  }
}

const first = performance.now();
pack(closure(0), { to, name: "target" });
const firstPack = Math.round((performance.now() - first) * 1000);
const body = structuredClone(pack(leaf(1), { to, name: "target" }).body);
const records = Array.from({ length: 8000 }, (_, i) => ({
  id: i,
  name: `user ${i}`,
  tags: ["a", "b"],
  at: { x: i, y: -i },
}));

/** The same loop at home and in a thread that it was shipped to, in turn; above 1 the shipped one is faster. */
async function hotLoop(): Promise<number> {
  const step = 3;
  const loop = (turns: number): number => {
    const start = performance.now();
    let sum = 0;
    for (let i = 0; i < turns; i++) sum = (sum + i * step) % 1_000_003;
    return sum < 0 ? 0 : performance.now() - start;
  };
  const [home, away]: [number[], number[]] = [[], []];
  for (let round = 0; round < 7; round++) {
    home.push(loop(2e7));
    away.push(await new Thread({ target: loop, args: [2e7] }).start().result());
  }
  return Math.round((middle(home) / middle(away)) * 100) / 100;
}

/** From the call until the function runs, in a thread that has run another before; in milliseconds. */
async function untilRunning(): Promise<number> {
  await new Thread({ target: () => 0 }).start().join();
  const taken: number[] = [];
  for (let round = 0; round < 15; round++) {
    const start = performance.timeOrigin + performance.now();
    const running = () => performance.timeOrigin + performance.now() - start + 0 * round;
    taken.push(await new Thread({ target: running }).start().result());
  }
  return Math.round(middle(taken) * 100) / 100;
}

/** Bytes that 100,000 sends of one function leave behind. */
function left(): number {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const fn = (x: number): number => helper(x, settings.retries);
  const after = (count: number): number => {
    for (let i = 0; i < count; i++) pack({ fn, i }, { to, name: "item" });
    gc();
    return process.memoryUsage().heapUsed;
  };
  const start = after(5000);
  return after(100_000) - start;
}

const middle = (figures: readonly number[]): number =>
  [...figures].sort((a, b) => a - b)[figures.length >> 1] as number;

console.log(
  JSON.stringify({
    node: process.version,
    untilRunningMs: await untilRunning(),
    hotLoopAgainstHome: await hotLoop(),
    bytesLeftBy100000Sends: left(),
    firstPack,
    packClosure: median(2000, (i) => pack(leaf(i), { to, name: "target" })),
    packClosureWithHelper: median(2000, (i) => pack(closure(i), { to, name: "target" })),
    packInstance: median(2000, (i) => pack(new Job(i), { to, name: "target" })),
    packSmallItem: median(2000, (i) => pack([i, { a: i }], { to, name: "item" })),
    cloneClosureBody: median(2000, () => structuredClone(body)),
    unpackClosure: median(2000, () => {
      (body as { nodes: { origin: string }[] }).nodes[0]!.origin = "elsewhere:1";
      unpack(body);
    }),
    ratioNumbers: ratio(
      Array.from({ length: 1e5 }, (_, i) => i + 0.5),
      41,
    ),
    ratioRecords: ratio(records, 41),
    ratioTypedArray: ratio(new Float64Array(12.5e6), 9),
  }),
);
port1.close();
