/**
 * A thread whose `run` is over may still work, at what it left in its event loop or gives back; terminated there, it is
 * survived as at any other instant: whoever comes next gets the locks of the library that it held. HEDDLE_SOAK: five
 * times how many threads are terminated at random. The seed is printed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedDict, Value } from "heddle/shared";
import { Lock, Thread } from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";
import { ThreadState } from "#heddle/memory/thread-state.js";
import { chance } from "../stress/chance.js";
import { SEED, watchMemory } from "./termination-rig.js";

/** Runs `work` in a thread whose `run` is over, and terminates it when it stores something in the heap for the `nth` time. */
async function terminateAtStore(nth: number, work: () => void): Promise<Thread<[], void>> {
  const isInside = new Value("bool");
  const target = () => {
    new Value("i32").dispose(); // the thread's place in the ledger
    setImmediate(() => {
      const { heap, threads, me } = processRealm();
      if (threads.state(me) !== ThreadState.FINISHED) throw new Error("its run is not over");
      let stores = 0;
      heap.i32 = new Proxy(heap.i32, {
        get: (views, index) => Reflect.get(views, index, views),
        set: (views, index, value) => {
          isInside.value = ++stores === nth;
          while (isInside.value);
          return Reflect.set(views, index, value, views);
        },
      });
      work();
    });
  };
  const thread = new Thread({ target, daemon: true }).start();
  await thread.result();
  while (!isInside.value) await new Promise((resolve) => setImmediate(resolve));
  await thread.terminate();
  isInside.dispose();
  return thread;
}

test("after run: terminated inside a dictionary", async () => {
  const dict = new SharedDict<number>([["a", 1]]);
  await terminateAtStore(2, () => dict.delete("a"));
  assert.deepEqual([dict.size, dict.get("a"), dict.delete("a"), dict.has("a")], [1, 1, true, false]);
  dict.dispose();
});

test("after run: terminated inside the allocator, which all share", async () => {
  await terminateAtStore(1, () => void new Value("i32"));
  const value = new Value("i32", 7);
  assert.equal(value.value, 7);
  value.dispose();
});

test("after run: a Lock that it left locked stays locked, whatever happens to its worker", async () => {
  const [lock, isHeld] = [new Lock(), new Value("bool")];
  const target = () => {
    lock.acquireSync();
    setImmediate(() => {
      isHeld.value = true;
      while (isHeld.value);
    });
  };
  const thread = new Thread({ target, daemon: true }).start();
  await thread.result();
  while (!isHeld.value) await new Promise((resolve) => setImmediate(resolve));
  await thread.terminate();
  assert.equal(lock.tryAcquire(), null);
  lock.release();
  assert.equal(lock.tryAcquire()?.ownerDied, false);
  for (const shared of [lock, isHeld]) shared.dispose();
});

/** So many that giving them back takes longer than `terminate` waits for a thread that has finished. */
const HELD = 40_000;
const ROUNDS = Math.ceil(Number(process.env["HEDDLE_SOAK"] ?? 40) / 5);

test(`${ROUNDS} threads terminated while they make objects, or give them back after their run`, async (t) => {
  const made = new Value("i32");
  const target = () => Array.from({ length: HELD }, () => [new Value("i32"), made.add(1)]).length;
  const start = () => new Thread({ target, daemon: true }).start();
  // The ledger grows, and stays as large.
  assert.equal(await start().result(), HELD);
  t.diagnostic(`HEDDLE_SEED=${SEED}`);
  const random = chance(SEED);
  const demandNothingLost = watchMemory();
  for (let round = 0; round < ROUNDS; round++) {
    made.value = 0;
    const thread = start();
    if (random() < 0.5) await thread.result();
    const goal = random() * HELD;
    while (made.value < goal) await new Promise((resolve) => setImmediate(resolve));
    await thread.terminate();
  }
  demandNothingLost(ROUNDS);
});
