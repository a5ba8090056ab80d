/** A Lock barges (memory/patience.ts): whoever comes while it is free takes it. All the same nobody starves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "heddle/shared";
import { Barrier, Lock, RLock, Thread } from "heddle/threading";

const TURNS = 1_000_000;
/** Two that block, and one that awaits: who is woken through its event loop comes late to every race. */
const THREADS = 3;
const FEW = 10;

/** What one thread got. */
interface Share {
  readonly turns: number;
  /** How many turns others had while it waited for one. */
  readonly passedOver: number;
}

for (const LockClass of [Lock, RLock]) {
  test(`${LockClass.name}: nobody starves in 1,000,000 turns`, { timeout: 240_000 }, async (t) => {
    const [lock, taken, start] = [new LockClass(), new Value("i32"), new Barrier(THREADS)];
    const blocking = (): Share => {
      let [turns, passedOver] = [0, 0];
      start.waitSync();
      for (let asked = 0; (asked = taken.value) < TURNS; turns++) {
        const held = lock.acquireSync();
        passedOver = Math.max(passedOver, taken.add(1) - asked);
        held[Symbol.dispose]();
      }
      return { turns, passedOver };
    };
    const awaiting = async (): Promise<Share> => {
      let [turns, passedOver] = [0, 0];
      await start.wait();
      for (let asked = 0; (asked = taken.value) < TURNS; turns++) {
        const held = await lock.acquire();
        passedOver = Math.max(passedOver, taken.add(1) - asked);
        held[Symbol.dispose]();
      }
      return { turns, passedOver };
    };
    const threads = [blocking, blocking, awaiting].map((target) => new Thread({ target }).start());
    const shares = (await Promise.all(threads.map((thread) => thread.result()))) as Share[];
    t.diagnostic(JSON.stringify(shares));
    assert.ok(taken.value >= TURNS);
    for (const { turns, passedOver } of shares) {
      assert.ok(turns >= FEW, `a thread got ${turns} of ${taken.value} turns`);
      assert.ok(passedOver < TURNS, `a thread was passed over ${passedOver} times`);
    }
  });
}
