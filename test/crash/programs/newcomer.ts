/** A worker that heddle did not start: it stops for ever in its first use of the heap, inside the heap's own lock. */
import { parentPort } from "node:worker_threads";
import { Heap } from "#heddle/memory/heap.js";
import { HEAP_LOCK } from "#heddle/memory/layout.js";
import { processRealm } from "#heddle/memory/process-realm.js";

// Whoever takes the lock renews its views next.
Heap.prototype.renew = function (this: Heap): void {
  if (Atomics.load(this.i32, HEAP_LOCK) === 0) return;
  parentPort!.postMessage("inside");
  for (;;);
};
processRealm();
