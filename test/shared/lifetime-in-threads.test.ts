/** What has become garbage inside a thread that never yields is given back there, too. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SharedArray, Value } from "heddle/shared";
import { Lock, Thread, ThreadLocal, Timer } from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";
import { oneOfEach } from "./shared-classes.js";

/** What the objects that bring a sweep may leave, and what the ledger has grown by. */
const PROBES = 2 * 2048 + 100;
/** More than the probes, also if the thread before gives as much back meanwhile. */
const COUNT = 10_000;

/** Makes many objects and drops them. @returns how many blocks of the heap are left of them */
const dropMany = (make: () => unknown): number => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const blocks = (): number => processRealm().allocator.statistics().blocks;
  const tick = (): void => {
    for (let i = 0; i < 2048; i++) new Value("i8");
  };
  const before = blocks();
  for (let i = 0; i < COUNT; i++) make();
  for (let round = 0; round < 20 && blocks() > before + PROBES; round++) {
    tick();
    collect();
    tick();
    new Lock().dispose();
  }
  return blocks() - before;
};

describe("in a thread that never yields", () => {
  for (const [name, make] of Object.entries({
    ...oneOfEach,
    "Value whose lock was used": () => new Value("i32").withLockSync(() => {}),
    "SharedArray whose lock was used": () => new SharedArray("i32", 1).withLockSync(() => {}),
    "Timer that was never started": () => new Timer(1, () => {}).finished,
    "Thread that was never started": () => new Thread({ target: () => {} }),
    "ThreadLocal with a lock in it": () => new ThreadLocal(() => new Lock()).value,
  }))
    test(`${name}: is given back when it is garbage`, async () => {
      const left = await new Thread({ target: dropMany, args: [make] }).start().result();
      assert.ok(left <= PROBES, `${left} blocks are left`);
    });
});
