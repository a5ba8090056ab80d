/**
 * Threads that put and take are terminated at random; the others go on. No item is torn, doubled or out of its producer's
 * order, and at most those in the hands of the dead are lost. HEDDLE_SOAK: how many times. The seed is printed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LifoQueue, PriorityQueue, Queue } from "heddle/queue";
import { Value } from "heddle/shared";
import { Thread } from "heddle/threading";
import { chance } from "../stress/chance.js";
import { SEED, watchMemory } from "./termination-rig.js";

const KILLS = Number(process.env["HEDDLE_SOAK"] ?? 12);
/** Producer, number, and a content that shows whether it is whole. */
type Item = readonly [producer: number, number: number, content: string];

const random = chance(SEED);

const makers: readonly (() => Queue<Item>)[] = [
  () => new Queue<Item>(),
  () => new Queue<Item>(5),
  () => new LifoQueue<Item>(),
  () => new PriorityQueue<Item>({ key: ([, number]) => number }),
];

for (const make of makers) {
  const { maxsize, constructor: itsClass } = make();
  test(`${itsClass.name}(${maxsize}): ${Math.ceil(KILLS / makers.length)} terminations leave it whole`, async (t) => {
    t.diagnostic(`HEDDLE_SEED=${SEED}`);
    const demandNothingLost = watchMemory();
    let threads = 0;
    for (let kill = 0; kill < KILLS / makers.length; kill++) {
      const queue = make();
      const moved = new Value("i32");
      const produce = (id: number) => {
        const sizes = [0, 40, 3000, 20_000];
        for (let number = 0; ; number++) {
          queue.putSync([id, number, String.fromCharCode(97 + (number % 26)).repeat(sizes[number % 4]!)]);
          moved.add(1);
          if (queue.qsize > 200) queue.getSync();
        }
      };
      const consume = () => {
        for (;;) {
          queue.getSync();
          moved.add(1);
        }
      };
      const doomed = [0, 1].map((id) => new Thread({ target: produce, args: [id], daemon: true }).start());
      doomed.push(new Thread({ target: consume, daemon: true }).start());
      threads += doomed.length;
      const goal = 20 + random() * 500;
      while (moved.value < goal) await new Promise((resolve) => setImmediate(resolve));
      // One that has ended by itself has failed, and nobody would be terminated.
      for (const thread of doomed) if (!thread.isAlive) await thread.result();
      await Promise.all(doomed.map((thread) => thread.terminate()));
      check(queue);
      queue.dispose();
      moved.dispose();
    }
    demandNothingLost(threads);
  });
}

function check(queue: Queue<Item>): void {
  const last = [-1, -1];
  const seen = new Set<string>();
  const inOrder = queue.constructor === Queue;
  const size = queue.qsize;
  assert.ok(queue.unfinishedTasks >= size);
  for (let left = size; left > 0; left--) {
    const [producer, number, content] = queue.getNowait();
    assert.match(content, /^(.)\1*$|^$/, "torn");
    assert.ok(!seen.has(`${producer} ${number}`), "doubled");
    seen.add(`${producer} ${number}`);
    if (inOrder) assert.ok(number > last[producer]!, "out of order");
    last[producer] = number;
  }
  assert.ok(queue.empty);
  queue.putNowait([0, 0, "still usable"]);
  assert.equal(queue.getNowait()[2], "still usable");
}
