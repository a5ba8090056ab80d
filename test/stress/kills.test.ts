/**
 * Threads killed at random instants of every primitive, on more threads than cores: whoever is left goes on, nobody
 * hangs, and never two are inside. HEDDLE_SOAK is the number of kills per primitive (`npm run test:soak`); the seed of
 * a round that failed is printed, and HEDDLE_SEED begins with it.
 *
 * The waits have no timeouts, so that one who is left asleep is a hang. But sleeps end in slices, which heal what the dead
 * take along: so each scene is played once more where nobody dies and slices do not end.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "heddle/shared";
import {
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  Condition,
  Event,
  Latch,
  Lock,
  Once,
  OwnerDiedError,
  RLock,
  RWLock,
  Semaphore,
} from "heddle/threading";
import { killing, type Scene, unsliced, VICTIMS } from "./rounds.js";

const KILLS = Number(process.env["HEDDLE_SOAK"] ?? 4);
const SEED = Number(process.env["HEDDLE_SEED"] ?? Date.now() % 1_000_000);

/** Counts who is inside; a dead owner may have left its count there. */
function visit(inside: Value<"i32">, afterDeath: boolean): void {
  if (afterDeath) inside.value = 0;
  if (inside.add(1) !== 0) throw new Error("two are inside");
  inside.sub(1);
}

function survives(what: string, stage: () => Scene): void {
  test(what, () => killing(stage, KILLS, SEED));
  test(`${what.slice(0, what.indexOf(":"))}: no wake-up is lost`, () => unsliced(stage, Math.ceil(KILLS / 20), SEED));
}

survives("Lock: survives its owners", () => {
  const [lock, inside] = [new Lock(), new Value("i32")];
  return {
    step: () => {
      const held = lock.acquireSync();
      visit(inside, held.ownerDied);
      held.markRecovered();
      held[Symbol.dispose]();
    },
    after: () => assert.equal(lock.locked, false),
  };
});

survives("RLock: survives its owners at every depth", () => {
  const [lock, inside] = [new RLock(), new Value("i32")];
  return {
    step: () => {
      const outer = lock.acquireSync();
      const inner = lock.acquireSync();
      visit(inside, outer.ownerDied);
      outer.markRecovered();
      inner[Symbol.dispose]();
      outer[Symbol.dispose]();
    },
    after: () => assert.equal(lock.locked, false),
  };
});

survives("RWLock: survives readers and writers", () => {
  const [lock, inside] = [new RWLock(), new Value("i32")];
  return {
    step: () => {
      const reading = lock.acquireReadSync();
      if (!reading.ownerDied && inside.value !== 0) throw new Error("a writer is inside");
      reading[Symbol.dispose]();
      const writing = lock.acquireWriteSync();
      visit(inside, writing.ownerDied);
      writing.markRecovered();
      writing[Symbol.dispose]();
    },
    after: () => assert.deepEqual(lock.statistics(), { readers: [], writer: null, waiting: 0 }),
  };
});

survives("Condition: survives waiters and notifiers", () => {
  const [condition, inside] = [new Condition(), new Value("i32")];
  return {
    step: () => {
      const held = condition.acquireSync();
      visit(inside, held.ownerDied);
      held.markRecovered();
      condition.notify();
      try {
        condition.waitSync();
        visit(inside, false);
      } catch (error) {
        // The last owner was killed: what it left is repaired here, where the lock is held again.
        if (!(error instanceof OwnerDiedError)) throw error;
        inside.value = 0;
        held.markRecovered();
      }
      held[Symbol.dispose]();
    },
    // All may wait at the same time: whoever notified them has come to wait as well.
    nudge: () => {
      const held = condition.tryAcquire();
      if (held === null) return;
      if (held.ownerDied) inside.value = 0;
      held.markRecovered();
      condition.notifyAll();
      held[Symbol.dispose]();
    },
    after: () => assert.equal(condition.locked, false),
  };
});

for (const SemaphoreClass of [Semaphore, BoundedSemaphore]) {
  survives(`${SemaphoreClass.name}: survives holders and waiters; the permits of the dead stay taken`, () => {
    const most = VICTIMS + 1;
    const semaphore = new SemaphoreClass(most);
    return {
      step: () => {
        semaphore.acquireSync();
        semaphore.release();
      },
      after: () => {
        assert.ok(semaphore.value >= 1 && semaphore.value <= most, `${semaphore.value} of ${most} permits`);
      },
    };
  });
}

survives("Event: survives setters and waiters", () => {
  const event = new Event();
  return {
    step: () => {
      event.waitSync();
      event.clear();
    },
    nudge: () => {
      event.set();
      event.set();
      event.clear();
    },
  };
});

survives("Barrier: parties that die break it, and a reset mends it", () => {
  const barrier = new Barrier(2);
  return {
    step: () => {
      try {
        barrier.waitSync();
      } catch (error) {
        if (!(error instanceof BrokenBarrierError)) throw error;
        barrier.reset();
      }
    },
    nudge: (stopping) => {
      if (stopping) barrier.abort();
    },
  };
});

survives("Once: the next one takes the turn of a runner that died", () => {
  const [once, inside] = [new Once(), new Value("i32")];
  return {
    step: () => {
      try {
        once.runSync(() => {
          inside.value = 1;
          throw new RangeError("try again");
        });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    },
    after: () => {
      assert.equal(inside.value, 1);
      assert.equal(
        once.runSync(() => {}),
        true,
      );
      assert.deepEqual(once.statistics(), { isDone: true, runner: null });
    },
  };
});

/** Each opens at the second step; one that is open stays so, hence many. */
const LATCHES = 300;

survives("Latch: survives those who count and wait", () => {
  const [latches, turn] = [Array.from({ length: LATCHES }, () => new Latch(2)), new Value("i32")];
  const open = (latch: Latch | undefined, steps = 1): void => {
    try {
      latch?.countDown(steps);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // others have opened it
    }
  };
  return {
    step: () => {
      const at = turn.value;
      open(latches[at]);
      latches[at]?.waitSync();
      turn.compareExchange(at, at + 1);
    },
    // The last survivor has nobody to meet.
    nudge: (stopping) => {
      if (stopping) for (const latch of latches) if (latch.count > 0) open(latch);
    },
    after: () => assert.ok(turn.value > 0),
  };
});
