/** Items 1 to 23 of the conformance list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { enumerate } from "heddle/threading";
import { lockContract } from "../contract/lock.js";
import type { Classes } from "../rig/realms.js";
import { inThread } from "../rig/threads.js";

export function lockAloneContract({ Lock }: Classes): void {
  lockContract("Lock", () => new Lock());

  test("#014 Lock: acquiring it twice in one thread waits until somebody releases it", async () => {
    const lock = new Lock();
    lock.acquireSync();
    assert.equal(lock.acquireSync({ timeout: 20 }), null);
    const second = lock.acquire();
    await inThread(() => lock.release());
    (await second)[Symbol.dispose]();
    assert.equal(lock.locked, false);
  });

  test("#015 Lock: another thread than the owner may release it", async () => {
    const lock = new Lock();
    await inThread(() => {
      lock.acquireSync();
    });
    assert.equal(lock.locked, true);
    lock.release();
    assert.equal(lock.locked, false);
  });

  test("#018 Lock: usable from a worker that heddle did not start, which leaves no thread behind", async () => {
    const before = enumerate();
    const url = import.meta.resolve("heddle/threading");
    const code = `import(${JSON.stringify(url)}).then(({ Lock }) => new Lock().withLockSync(() => {}))`;
    const worker = new Worker(code, { eval: true });
    const code0 = await new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
    assert.equal(code0, 0);
    assert.deepEqual(enumerate(), before);
  });

  test("Lock.statistics: names the owner", async () => {
    const lock = new Lock();
    assert.deepEqual(lock.statistics(), { locked: false, owner: null, contended: false });
    const owner = await inThread(() => {
      lock.acquireSync();
      return lock.statistics().owner;
    });
    assert.deepEqual(lock.statistics(), { locked: true, owner, contended: false });
    assert.notEqual(owner, null);
  });
}
