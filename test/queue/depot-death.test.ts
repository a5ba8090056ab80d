/** A depot that dies is an error for who asks for what it held, also while the main thread blocks; never a hang. The next one serves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BroadcastChannel } from "node:worker_threads";
import { Queue } from "heddle/queue";
import { Thread } from "heddle/threading";
import { lobbyOf } from "#heddle/depot/depot-protocol.js";
import { processRealm } from "#heddle/memory/process-realm.js";

/** The depot throws at a greeting without a bell. */
function killDepot(): void {
  const lobby = new BroadcastChannel(lobbyOf(processRealm().heap.id));
  lobby.postMessage({ channel: "nobody", native: { tid: 0, born: 0 } });
  lobby.close();
}

test("Queue: what a depot that died has held is a RuntimeError for who gets it; a new depot serves, while main blocks", async () => {
  const [queue, told] = [new Queue<unknown>(), new Queue<string>()];
  queue.putNowait(new SharedArrayBuffer(8));
  queue.putNowait(new SharedArrayBuffer(8));
  killDepot();
  const target = (): void => {
    try {
      queue.getSync();
      told.putSync("nothing");
    } catch (error) {
      told.putSync(String(error));
    }
    queue.putSync(new SharedArrayBuffer(24));
    told.putSync("put");
  };
  const thread = new Thread({ target }).start();
  assert.match(told.getSync({ timeout: 30_000 }), /RuntimeError: Cannot /);
  assert.equal(told.getSync({ timeout: 30_000 }), "put");
  assert.throws(() => queue.getSync(), { name: "RuntimeError", message: /no longer there|it has ended/ });
  assert.equal((queue.getSync() as SharedArrayBuffer).byteLength, 24);
  await thread.join();
  queue.putNowait("others pass");
  assert.equal(queue.getNowait(), "others pass");
});
