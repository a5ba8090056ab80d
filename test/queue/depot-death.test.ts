/** A depot that dies is an error in every thread that needs it, also while the main thread blocks; never a hang. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BroadcastChannel } from "node:worker_threads";
import { Queue } from "heddle/queue";
import { Thread } from "heddle/threading";
import { processHeap } from "#heddle/memory/process-heap.js";
import { lobbyOf } from "#heddle/worker/depot/depot-protocol.js";

/** The depot throws at a greeting without a bell. */
function killDepot(): void {
  const lobby = new BroadcastChannel(lobbyOf(processHeap().heap.id));
  lobby.postMessage({ channel: "nobody", native: { tid: 0, born: 0 } });
  lobby.close();
}

test("Queue: a depot that dies is a RuntimeError for who gets and who puts, while main blocks", async () => {
  const [queue, told] = [new Queue<unknown>(), new Queue<string>()];
  queue.putNowait(new SharedArrayBuffer(8));
  queue.putNowait(new SharedArrayBuffer(8));
  killDepot();
  const tryIt = (): void => {
    for (const action of [() => queue.getSync(), () => queue.putSync(new SharedArrayBuffer(8))]) {
      try {
        action();
        told.putSync("nothing");
      } catch (error) {
        told.putSync(String(error));
      }
    }
  };
  const thread = new Thread({ target: tryIt }).start();
  const answers = [told.getSync({ timeout: 30_000 }), told.getSync({ timeout: 30_000 })];
  for (const answer of answers) assert.match(answer, /RuntimeError: Cannot hand over .* there is no depot for it/);
  assert.throws(() => queue.getSync(), { name: "RuntimeError", message: /there is no depot for it, it has ended/ });
  await thread.join();
  queue.putNowait("others pass");
  while (!queue.empty) assert.equal(queue.getNowait(), "others pass");
});
