import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkQueue } from "#heddle/pool/work-queue.js";

test("WorkQueue gives tasks in the order they came, without those removed", () => {
  const queue = new WorkQueue<number>();
  for (let task = 0; task < 1000; task++) queue.add(task);
  for (let task = 0; task < 1000; task += 3) assert.equal(queue.remove(task), true);
  assert.equal(queue.remove(0), false);
  const taken: number[] = [];
  for (let task = queue.take(); task !== undefined; task = queue.take()) taken.push(task);
  assert.deepEqual(
    taken,
    Array.from({ length: 1000 }, (_, task) => task).filter((task) => task % 3 !== 0),
  );
  assert.equal(queue.size, 0);
});

test("WorkQueue takes new tasks after it was emptied by take, remove or clear", () => {
  const queue = new WorkQueue<string>();
  queue.add("a");
  assert.equal(queue.take(), "a");
  queue.add("b");
  queue.remove("b");
  queue.add("c");
  queue.add("d");
  assert.deepEqual(queue.clear(), ["c", "d"]);
  assert.equal(queue.take(), undefined);
  queue.add("e");
  assert.equal(queue.size, 1);
  assert.equal(queue.take(), "e");
});
