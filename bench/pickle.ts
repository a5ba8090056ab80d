/** Cost of packing and unpacking, beside the floor of posting the same data. Prints one JSON object; times in microseconds. */
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
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

console.log(
  JSON.stringify({
    node: process.version,
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
