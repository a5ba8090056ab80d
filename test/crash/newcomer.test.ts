/** A worker that heddle did not start is terminated while it takes its place in the heap: the others go on. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Value } from "heddle/shared";

test("newcomer: terminated inside the heap's lock, before it has a name", {
  skip: process.platform !== "linux",
}, async () => {
  const value = new Value("i32", 1);
  const worker = new Worker(new URL("./programs/newcomer.js", import.meta.url));
  assert.deepEqual(await once(worker, "message"), ["inside"]);
  await worker.terminate();
  const other = new Value("i32", 2);
  assert.deepEqual([value.value, other.value], [1, 2]);
  for (const each of [value, other]) each.dispose();
});
