/** What queues hold of the heap, and what happens when it is full. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LifoQueue, PriorityQueue, Queue } from "heddle/queue";
import { QUEUE_BYTES } from "#heddle/channel/control-block.js";
import { processRealm } from "#heddle/memory/process-realm.js";
import { found } from "../crash/mortal-heap.js";
import { DrivenQueue, type Item, kinds } from "../crash/queue-driver.js";

const used = (): number => processRealm().allocator.statistics().used;
/** All of them in the soak, a few thousand else. */
const ITEMS = process.env["HEDDLE_SOAK"] === undefined ? 20_000 : 1_000_000;

for (const make of [
  () => new Queue<unknown>(),
  () => new LifoQueue<unknown>(),
  () => new PriorityQueue<unknown>({ key: () => 0 }),
]) {
  const { name } = make().constructor;

  test(`${name}: after ${ITEMS} items of 1 KB, drained, it holds less than 100 KB; disposed, nothing`, () => {
    const warmUp = make();
    warmUp.putNowait({ a: 1 });
    warmUp.dispose();
    const before = used();
    const queue = make();
    const item = new Uint8Array(1024).fill(7);
    for (let n = 0; n < ITEMS; n++) queue.putNowait(item);
    assert.ok(used() - before > ITEMS * 1024);
    for (let n = 0; n < ITEMS; n++) queue.getNowait();
    assert.ok(used() - before < 100_000, `holds ${used() - before} bytes`);
    queue.putNowait("more");
    assert.equal(queue.getNowait(), "more");
    queue.dispose();
    assert.equal(used(), before);
  });

  test(`${name}: an immediate shutdown gives the items' memory back`, () => {
    const before = used();
    const queue = make();
    for (let n = 0; n < 500; n++) queue.putNowait(new Uint8Array(n * 20));
    queue.shutdown({ immediate: true });
    assert.ok(used() - before < 100_000, `holds ${used() - before} bytes`);
    queue.dispose();
    assert.equal(used(), before);
  });
}

for (const kind of kinds) {
  for (const size of [4000, 1_000_000]) {
    test(`${kind}: in a full heap a put of ${size} bytes throws a HeapFullError, and the queue goes on`, () => {
      const citizen = found();
      const cell = citizen.threads.scratch(citizen.id);
      const before = citizen.allocator.statistics().used;
      const handle = citizen.allocator.allocate(QUEUE_BYTES, cell);
      const queue = new DrivenQueue(kind, citizen, handle);
      const item: Item = "x".repeat(size);
      const fill = (): number => {
        for (let puts = 0; ; puts++) {
          try {
            queue.put(item);
          } catch (error) {
            assert.ok(error instanceof RangeError, String(error));
            assert.equal(error.name, "HeapFullError");
            return puts;
          }
        }
      };
      const first = fill();
      assert.ok(first > 40, `only ${first} puts`);
      assert.equal(queue.core.size, first);
      assert.equal(fill(), 0);
      assert.equal(queue.get(), item);
      queue.put("small");
      assert.equal(queue.drain().length, first);
      // Segments of another size may leave gaps at the end.
      assert.ok(fill() >= first * 0.95);
      queue.core.clear();
      citizen.allocator.free(cell);
      assert.equal(citizen.allocator.statistics().used, before);
    });
  }
}
