/**
 * Cost of packing and unpacking, beside the floor of posting the same data. Prints one JSON object; times in microseconds
 * unless the name says otherwise. What is compared is measured in turn, so that both meet the same load.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { Thread } from "heddle/threading";
import { pack, THREAD, unpack } from "#heddle/pickle/pickle.js";
import { shipCounts } from "./rig/ship-counts.js";

const { port1, port2 } = new MessageChannel();
function through(message: unknown): unknown {
  port1.postMessage(message);
  return receiveMessageOnPort(port2)?.message;
}

const round = (figure: number, digits = 1): number => Number(figure.toFixed(digits));
const middle = (figures: readonly number[]): number =>
  [...figures].sort((a, b) => a - b)[figures.length >> 1] as number;

function timed(body: () => void): number {
  const start = performance.now();
  body();
  return (performance.now() - start) * 1000;
}

/** @returns the median of `times` runs */
function median(times: number, body: (i: number) => void): number {
  return round(middle(Array.from({ length: times }, (_, i) => timed(() => body(i)))));
}

/** Posting data packed, as a ratio to posting it as it is. */
function ratio(value: unknown, times: number): number {
  const [plain, packed]: [number[], number[]] = [[], []];
  for (let i = 0; i < times; i++) {
    plain.push(timed(() => through(value)));
    packed.push(timed(() => unpack(through(pack(value, { to: THREAD, name: "item" }).body))));
  }
  return round(middle(packed) / middle(plain), 2);
}

const helper = (a: number, b: number): number => a + b;
const settings = { retries: 3, names: ["a", "b"] };
const closure = (n: number) => (x: number) => helper(x, n) + settings.retries;
const leaf = (n: number) => (x: number) => x + n;
const closed = (x: number): number => x * 2;
class Job {
  id: number;
  constructor(id: number) {
    this.id = id;
  }
  handler(): () => number {
    return () => this.id;
  }
}

/** Rebuilding a closure whose code is known and whose captured value is new. */
function unpackClosure(): number {
  const bodies = Array.from({ length: 2000 }, (_, i) => {
    const body = through(pack(leaf(i), { to: THREAD, name: "target" }).body) as { nodes: { origin: string }[] };
    for (const node of body.nodes) node.origin = `elsewhere:${i}`;
    return body;
  });
  return median(bodies.length, (i) => unpack(bodies[i]));
}

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
  for (let turn = 0; turn < 11; turn++) {
    home.push(loop(2e7));
    away.push(await new Thread({ target: loop, args: [2e7] }).start().result());
  }
  return round(middle(home) / middle(away), 2);
}

/** From the call until the first closure of a program runs, each time in a program of its own. */
function firstClosure(): number {
  const program = fileURLToPath(new URL("./rig/first-closure.js", import.meta.url));
  const taken = Array.from({ length: 7 }, () => {
    const { stdout, status } = spawnSync(process.execPath, [program], { encoding: "utf8", stdio: "pipe" });
    if (status !== 0) throw new Error(`${program} ended with exit code ${status}`);
    return Number(stdout);
  });
  return round(middle(taken));
}

/** As `firstClosure`, once the code is known. */
async function nextClosure(): Promise<number> {
  await new Thread({ target: () => 0 }).start().join();
  const taken: number[] = [];
  for (let turn = 0; turn < 15; turn++) {
    const start = performance.timeOrigin + performance.now();
    const running = () => performance.timeOrigin + performance.now() - start + 0 * turn;
    taken.push(await new Thread({ target: running }).start().result());
  }
  return round(middle(taken), 2);
}

/** Bytes that 100,000 sends of one function leave behind. */
function left(): number {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const fn = (x: number): number => helper(x, settings.retries);
  const after = (count: number): number => {
    for (let i = 0; i < count; i++) through(pack({ fn, i }, { to: THREAD, name: "item" }).body);
    gc();
    return process.memoryUsage().heapUsed;
  };
  const start = after(5000);
  return after(100_000) - start;
}

const target = { to: THREAD, name: "target" } as const;
const records = Array.from({ length: 8000 }, (_, i) => ({
  ...{ id: i, name: `user ${i}`, tags: ["a", "b"], at: { x: i, y: -i } },
}));
const numbers = Array.from({ length: 1e5 }, (_, i) => i + 0.5);
const shared = new Float64Array(new SharedArrayBuffer(1e8));

console.log(
  JSON.stringify({
    node: process.version,
    firstClosureMs: firstClosure(),
    nextClosureMs: await nextClosure(),
    poolMap: await shipCounts(),
    hotLoopAgainstHome: await hotLoop(),
    packClosure: median(3000, (i) => pack(leaf(i), target)),
    packClosureWithHelper: median(3000, (i) => pack(closure(i), target)),
    packClosedFunction: median(3000, () => pack(closed, target)),
    packArrowWithThis: median(30, (i) => pack(new Job(i).handler(), target)),
    unpackClosure: unpackClosure(),
    packInstance: median(3000, (i) => pack(new Job(i), target)),
    packSmallItem: median(3000, (i) => pack([i, { a: i }], { to: THREAD, name: "item" })),
    ratioNumbers: ratio(numbers, 61),
    ratioRecords: ratio(records, 61),
    ratioTypedArray: ratio(new Float64Array(12.5e6), 9),
    sharedTypedArray: median(500, () => unpack(through(pack(shared, { to: THREAD, name: "item" }).body))),
    bytesLeftBy100000Sends: left(),
  }),
);
port1.close();
