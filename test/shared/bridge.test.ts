/** share and receive: workers that heddle did not start join in. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Queue } from "heddle/queue";
import { receive, SharedArray, SharedDict, share, Value } from "heddle/shared";
import { Lock } from "heddle/threading";

const RAW = new URL("./programs/raw-worker.js", import.meta.url);

describe("share, receive", () => {
  test("give the same objects in a raw Worker, functions and instances included", async () => {
    const worker = new Worker(RAW);
    const queue = new Queue<string>();
    const [lock, array, dict] = [new Lock(), new SharedArray("i32", 2), new SharedDict<number>()];
    const held = lock.acquireSync();
    const message = share(() => {
      queue.putSync("from the worker");
      array[1] = 7;
      dict.set("a", 1);
      return lock.locked;
    });
    worker.postMessage({ kind: "call", message });
    assert.equal((await once(worker, "message"))[0], true);
    assert.deepEqual([queue.getSync(), array[1], dict.get("a")], ["from the worker", 7, 1]);
    held[Symbol.dispose]();
    await worker.terminate();
  });

  test("a raw Worker that is terminated inside a dictionary does not keep it", async () => {
    const dict = new SharedDict<string>();
    for (let round = 0; round < 4; round++) {
      const worker = new Worker(RAW);
      worker.postMessage({ kind: "spin", message: share(dict) });
      while (dict.size < 50) await new Promise(setImmediate);
      await worker.terminate();
      for (const [key, value] of dict) assert.match(value, /^x*$/, key);
      dict.clear();
    }
  });

  test("workers that are older than the heap adopt it, or say why they cannot", () => {
    const program = fileURLToPath(new URL("./programs/late-heap.js", import.meta.url));
    const [adopted, refused] = execFileSync(process.execPath, [program], { encoding: "utf8" }).split("\n");
    assert.equal(adopted, "41 42");
    assert.match(refused ?? "", /^RuntimeError: Cannot receive: this worker was started before .* has made its own/);
  });

  test("within one thread the object is itself; anything else is refused by name", () => {
    const value = new Value("i32", 1);
    assert.equal(receive(share(value)), value);
    assert.throws(() => receive({ handle: 1 } as never), {
      name: "TypeError",
      message: /what share\(\) gave, got an object/,
    });
    assert.throws(() => share(Promise.resolve()), { name: "PickleError" });
  });
});
