/** What is let go when a thread has ended, seen by the garbage collector. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { getNativeId, setThreadReserve, Thread, ThreadLocal } from "heddle/threading";

afterEach(() => setThreadReserve({ size: 0 }));

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Collects garbage until nothing holds what `ref` pointed to. @throws {Error} if something still does */
async function untilCollected(ref: WeakRef<object>): Promise<void> {
  for (let turn = 0; turn < 50 && ref.deref() !== undefined; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  assert.equal(ref.deref(), undefined, "somebody still holds it");
}

test("T121 a thread that is over and forgotten leaves neither its target nor its arguments behind", async () => {
  const run = async (): Promise<WeakRef<object>[]> => {
    const [payload, target] = [{ text: "payload" }, ({ text }: { text: string }): string => text];
    const thread = new Thread({ target, args: [payload] }).start();
    assert.equal(await thread.result(), "payload");
    return [new WeakRef(payload), new WeakRef(target), new WeakRef(thread)];
  };
  for (const ref of await run()) await untilCollected(ref);
});

test("T104 the value of a ThreadLocal is released with its thread", {
  skip: process.platform !== "linux",
}, async () => {
  setThreadReserve({ size: 2 });
  // On a busy machine the worker comes to rest late, and another one has taken the second run.
  for (let tries = 0; tries < 30; tries++) if (await isReleasedInSameWorker()) return;
  assert.fail("no worker was used again");
});

const BYTES = 2 ** 26;

/** @returns false if the second run was in another worker */
async function isReleasedInSameWorker(): Promise<boolean> {
  const bytes = BYTES;
  const local = new ThreadLocal(() => new Uint8Array(bytes));
  const first = new Thread({
    target: () => [getNativeId(), local.value.length === bytes && process.memoryUsage().arrayBuffers >= bytes],
  }).start();
  const [native, isCounted] = first.resultSync();
  assert.equal(isCounted, true);
  const second = new Thread({
    target: async () => {
      const { setFlagsFromString } = await import("node:v8");
      const { runInNewContext } = await import("node:vm");
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      for (let turn = 0; turn < 50 && process.memoryUsage().arrayBuffers >= bytes; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        collect();
      }
      return [getNativeId(), process.memoryUsage().arrayBuffers < bytes];
    },
  }).start();
  const [own, isReleased] = await second.result();
  assert.equal(isReleased, true);
  return own === native;
}
