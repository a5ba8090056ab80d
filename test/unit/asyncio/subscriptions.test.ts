import assert from "node:assert/strict";
import { test } from "node:test";
import { cancellable, createTask, sleep } from "heddle/asyncio";
import { Runner } from "#heddle/asyncio/runner.js";
import { Scope } from "#heddle/asyncio/scope.js";

/** Counts who is subscribed at the moment. */
class CountingScope extends Scope {
  live = 0;
  total = 0;

  override subscribe(onCancel: Parameters<Scope["subscribe"]>[0]): () => void {
    this.live++;
    this.total++;
    const unsubscribe = super.subscribe(onCancel);
    return () => {
      this.live--;
      unsubscribe();
    };
  }
}

test("waits in a long-lived scope leave no subscription behind when they end by themselves", async () => {
  const waits: (() => PromiseLike<unknown>)[] = [
    () => createTask(() => sleep(0)),
    () => createTask(() => Promise.reject(new Error("fails"))).then(null, () => {}),
    () => cancellable(new Promise((resolve) => setImmediate(resolve))),
    () => sleep(1),
  ];
  for (const wait of waits) {
    const scope = new CountingScope(new Runner(undefined).scope);
    await scope.run(async () => {
      await wait();
      // The end of a wait and its leaving may be some microtasks apart.
      await new Promise((resolve) => setImmediate(resolve));
    });
    assert.deepEqual([scope.total, scope.live], [1, 0], String(wait));
  }
});
