/** Random producers and consumers; whatever they do, the counts are exact. The seed is printed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LifoQueue, PriorityQueue, Queue } from "heddle/queue";
import { Thread } from "heddle/threading";

const SEED = Number(process.env["HEDDLE_SEED"] ?? Date.now() % 1_000_000);
const ROUNDS = process.env["HEDDLE_SOAK"] === undefined ? 2 : 20;
type Numbered = readonly [number, unknown];

const makers: Readonly<Record<string, (maxsize: number) => Queue<Numbered>>> = {
  Queue: (maxsize) => new Queue<Numbered>(maxsize),
  LifoQueue: (maxsize) => new LifoQueue<Numbered>(maxsize),
  PriorityQueue: (maxsize) => new PriorityQueue<Numbered>({ maxsize }),
};

for (const [name, make] of Object.entries(makers)) {
  for (const maxsize of [0, 3]) {
    test(`${name}(${maxsize}): 4 producers, 4 consumers, items of all sizes, in any way of waiting`, async (t) => {
      t.diagnostic(`HEDDLE_SEED=${SEED}`);
      for (let round = 0; round < ROUNDS; round++) {
        const queue = make(maxsize);
        const [ITEMS, seed] = [2000, SEED + round];
        const random = (start: number) => {
          let state = start * 2654435761 + 1;
          return (below: number): number => {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
            return Math.floor((state / 2 ** 32) * below);
          };
        };
        const produce = async (id: number) => {
          const below = random(seed + id);
          for (let n = 0; n < ITEMS; n++) {
            const number = id * ITEMS + n;
            const size = [0, 10, 200, 3000, 20_000][below(5)]!;
            const item: Numbered = [number, [new Uint8Array(size), "x".repeat(size), { size, list: [size] }][below(3)]];
            const way = below(3);
            if (way === 0) queue.putSync(item);
            else if (way === 1) await queue.put(item);
            else while (!queue.tryPut(item)) await new Promise((resolve) => setImmediate(resolve));
          }
        };
        const consume = async (id: number) => {
          const below = random(seed + 100 + id);
          const numbers: number[] = [];
          for (;;) {
            const item = below(2) === 0 ? queue.getSync() : await queue.get();
            if (item[0] >= 0) numbers.push(item[0]);
            queue.taskDone();
            if (item[0] < 0) return numbers;
          }
        };
        const producers = [0, 1, 2, 3].map((id) => new Thread({ target: produce, args: [id] }).start());
        const consumers = [0, 1, 2, 3].map((id) => new Thread({ target: consume, args: [id] }).start());
        for (const producer of producers) await producer.result();
        await queue.join();
        for (const _ of consumers) await queue.put([-1, undefined]);
        const all = (await Promise.all(consumers.map((consumer) => consumer.result()))).flat() as number[];
        assert.deepEqual(
          all.sort((a, b) => a - b),
          Array.from({ length: 4 * ITEMS }, (_, n) => n),
        );
        assert.deepEqual([queue.qsize, queue.unfinishedTasks], [0, 0]);
        queue.dispose();
      }
    });
  }
}
