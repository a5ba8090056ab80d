/** After an owner died: everybody is told, until one has recovered. One rule for all locks, in all their faces. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedArray, type Value } from "heddle/shared";
import {
  type Condition,
  type Held,
  type Lock,
  type Once,
  OwnerDiedError,
  type RLock,
  RuntimeError,
  type RWLock,
  Thread,
} from "heddle/threading";
import type { Classes } from "../rig/realms.js";
import { inThread, until } from "../rig/threads.js";

export function recoveryContract({ Condition, Event, Lock, Once, RLock, RWLock, Value }: Classes): void {
  type Options = { recover?: boolean };
  interface Faces {
    acquire(): Promise<Held>;
    acquireSync(): Held;
    with(body: () => unknown, options?: Options): Promise<unknown>;
    withSync(body: () => unknown, options?: Options): unknown;
  }

  const facesOf = (lock: Lock | RLock | Condition): Faces => ({
    acquire: () => lock.acquire(),
    acquireSync: () => lock.acquireSync(),
    with: (body, options) => lock.withLock(body, options),
    withSync: (body, options) => lock.withLockSync(body, options),
  });
  const facesOfShared = (shared: Value<"i32"> | SharedArray<"i32">): Faces => ({
    acquire: () => shared.lock.acquire(),
    acquireSync: () => shared.lock.acquireSync(),
    with: (body, options) => shared.withLock(body, options),
    withSync: (body, options) => shared.withLockSync(body, options),
  });
  const writing = (lock: RWLock): Faces => ({
    acquire: () => lock.acquireWrite(),
    acquireSync: () => lock.acquireWriteSync(),
    with: (body, options) => lock.withWrite(body, options),
    withSync: (body, options) => lock.withWriteSync(body, options),
  });
  const reading = (lock: RWLock): Faces => ({
    acquire: () => lock.acquireRead(),
    acquireSync: () => lock.acquireReadSync(),
    with: (body, options) => lock.withRead(body, options),
    withSync: (body, options) => lock.withReadSync(body, options),
  });

  /** Faces of one lock: those that one holds alone, and all that are told of a death. */
  interface Kind {
    readonly alone: Faces;
    readonly all: readonly Faces[];
  }
  const single = (faces: Faces): Kind => ({ alone: faces, all: [faces] });

  const kinds: readonly (readonly [string, () => Kind])[] = [
    ["Lock", () => single(facesOf(new Lock()))],
    ["RLock", () => single(facesOf(new RLock()))],
    ["Condition(Lock)", () => single(facesOf(new Condition(new Lock())))],
    ["Condition(RLock)", () => single(facesOf(new Condition()))],
    ["Value", () => single(facesOfShared(new Value("i32")))],
    ["SharedArray", () => single(facesOfShared(new SharedArray("i32", 4)))],
    [
      "RWLock",
      () => {
        const lock = new RWLock();
        return { alone: writing(lock), all: [reading(lock), writing(lock)] };
      },
    ],
  ];

  /** Starts a thread that does `enter` and then nothing any more. @returns it, once it is inside */
  async function stuckAfter(enter: () => unknown): Promise<Thread> {
    const inside = new Event();
    const stuck = new Thread({
      target: () => {
        enter();
        inside.set();
        new Event().waitSync();
      },
    }).start() as Thread;
    await inside.wait();
    return stuck;
  }

  async function dieAfter(enter: () => unknown): Promise<void> {
    await (await stuckAfter(enter)).terminate();
  }

  /** @returns for each face whether it tells */
  async function toldBy({ acquire, acquireSync, with: run, withSync }: Faces): Promise<boolean[]> {
    const told = (error: unknown): boolean => {
      if (error instanceof OwnerDiedError) return true;
      throw error;
    };
    const end = (held: Held): boolean => {
      held[Symbol.dispose]();
      return held.ownerDied;
    };
    const blocking = [end(acquireSync()), end(await acquire())];
    const refusedSync = (): boolean => {
      try {
        return Boolean(withSync(() => false));
      } catch (error) {
        return told(error);
      }
    };
    return [...blocking, refusedSync(), (await run(() => false).catch(told)) === true];
  }

  /** Asks two times here and once in another thread. */
  async function assertTold(kind: Kind, expected: boolean, when: string): Promise<void> {
    const answers = [];
    for (const faces of kind.all) {
      answers.push(await toldBy(faces), await toldBy(faces), await inThread(() => toldBy(faces)));
    }
    assert.deepEqual(new Set(answers.flat()), new Set([expected]), when);
  }

  for (const [name, make] of kinds) {
    test(`${name}: all are told of a death, until a body that may recover has returned`, async () => {
      for (const face of ["with", "withSync"] as const) {
        const kind = make();
        const { alone } = kind;
        await assertTold(kind, false, "nobody has died");
        await dieAfter(() => alone.acquireSync());
        await assertTold(kind, true, "after the death");
        const fails = (): never => {
          throw new RangeError("not to be repaired");
        };
        await assert.rejects(async () => alone[face](fails, { recover: true }), RangeError);
        await assertTold(kind, true, "after a body that threw");
        assert.equal(await alone[face](() => "repaired", { recover: true }), "repaired");
        await assertTold(kind, false, "after the repair");
      }
    });

    test(`${name}: a guard marks it as recovered; what it says of its acquisition stays`, async () => {
      const kind = make();
      const { alone } = kind;
      for (const acquire of [() => alone.acquireSync(), () => alone.acquire()]) {
        await dieAfter(() => alone.acquireSync());
        const held = await acquire();
        held.markRecovered();
        held.markRecovered();
        assert.equal(held.ownerDied, true);
        held[Symbol.dispose]();
        await assertTold(kind, false, "after the repair");
        assert.throws(() => held.markRecovered(), RuntimeError);
      }
      await dieAfter(() => alone.acquireSync());
      alone.acquireSync()[Symbol.dispose]();
      await assertTold(kind, true, "who only releases has not recovered");
    });

    test(`${name}: a guard of before marks nothing`, async () => {
      const kind = make();
      const { alone } = kind;
      const stale = alone.acquireSync();
      stale[Symbol.dispose]();
      await dieAfter(() => alone.acquireSync());
      const held = alone.acquireSync();
      assert.throws(() => stale.markRecovered(), { message: /^Cannot mark the lock as recovered/ });
      held[Symbol.dispose]();
      await assertTold(kind, true, "nobody has recovered");
    });

    test(`${name}: who dies while it recovers, or after it has, is told of as well`, async () => {
      const kind = make();
      const { alone } = kind;
      await dieAfter(() => alone.acquireSync());
      await dieAfter(() => alone.acquireSync());
      await assertTold(kind, true, "after a second death");
      // In the body that was to recover.
      const inside = new Event();
      const body = (): void => {
        inside.set();
        new Event().waitSync();
      };
      const recovering = new Thread({ target: () => alone.withSync(body, { recover: true }) }).start() as Thread;
      await inside.wait();
      await recovering.terminate();
      await assertTold(kind, true, "after a death while it recovered");
      await dieAfter(() => alone.acquireSync().markRecovered());
      await assertTold(kind, true, "after a death behind the repair");
      alone.withSync(() => {}, { recover: true });
      await assertTold(kind, false, "after the repair");
    });
  }

  test("RWLock: a reader repairs nothing", async () => {
    const lock = new RWLock();
    const kind = { alone: writing(lock), all: [reading(lock), writing(lock)] };
    await dieAfter(() => lock.acquireWriteSync());
    assert.equal(
      lock.withReadSync(() => 1, { recover: true }),
      1,
    );
    assert.equal(await lock.withRead(() => 2, { recover: true }), 2);
    const held = lock.acquireReadSync();
    assert.throws(() => held.markRecovered(), { name: "RuntimeError", message: /for reading/ });
    held[Symbol.dispose]();
    await assertTold(kind, true, "nobody has recovered");
  });

  test("RWLock: a dead reader is told to nobody", async () => {
    const lock = new RWLock();
    await dieAfter(() => lock.acquireReadSync());
    await assertTold({ alone: writing(lock), all: [reading(lock), writing(lock)] }, false, "only readers died");
  });

  test("RLock: what its holder acquires once more is not refused, and may recover", async () => {
    const lock = new RLock();
    await dieAfter(() => lock.acquireSync());
    const held = lock.acquireSync();
    assert.equal(held.ownerDied, true);
    assert.equal(
      lock.withLockSync(() => lock.recursionCount),
      2,
    );
    lock.withLockSync(() => {}, { recover: true });
    held[Symbol.dispose]();
    await assertTold(single(facesOf(lock)), false, "after the repair at depth 2");
  });

  test("Lock: a body that has released it recovers nothing for the next owner", async () => {
    const lock = new Lock();
    await dieAfter(() => lock.acquireSync());
    const next = lock.withLockSync(
      () => {
        lock.release();
        return lock.acquireSync();
      },
      { recover: true },
    );
    assert.equal(next.ownerDied, true);
    next[Symbol.dispose]();
    await assertTold(single(facesOf(lock)), true, "nobody has recovered");
  });

  for (const run of [async (once: Once) => once.runSync(() => {}), (once: Once) => once.run(() => {})]) {
    test("Once: the next one runs the body from its beginning, and is told nothing", async () => {
      const once = new Once();
      for (let death = 0; death < 2; death++) {
        const inside = new Event();
        const hang = (): void => {
          inside.set();
          new Event().waitSync();
        };
        const doomed = new Thread({ target: () => once.runSync(hang) }).start() as Thread;
        await inside.wait();
        await doomed.terminate();
      }
      assert.equal(await run(once), true);
      assert.deepEqual([await run(once), once.statistics()], [false, { isDone: true, runner: null }]);
    });
  }

  for (const make of [() => new Condition(new Lock()), () => new Condition()]) {
    const name = make().lock.constructor.name;
    const waiting = (condition: Condition): boolean => condition.statistics().waiting === 1;

    test(`Condition(${name}).wait: a death that was known before is not told again, a new one is`, async () => {
      const condition = make();
      await dieAfter(() => condition.acquireSync());
      let isLast = false; // the waits before must be over when the next one dies
      const waiter = condition.withLock(
        async () => {
          assert.equal(condition.waitSync({ timeout: 1 }), false);
          assert.equal(await condition.wait({ timeout: 1 }), false);
          isLast = true;
          await assert.rejects(condition.wait(), OwnerDiedError);
          assert.equal(await condition.wait({ timeout: 1 }), false);
        },
        { recover: true },
      );
      await until(() => isLast && waiting(condition)); // also seen of a torn lock
      const doomed = await stuckAfter(() => {
        assert.equal(condition.acquireSync().ownerDied, true);
        condition.notify();
      });
      await doomed.terminate();
      await waiter;
      await assertTold(single(facesOf(condition)), false, "after the repair");
    });

    test(`Condition(${name}).wait: a death that another one was told of first`, async () => {
      const condition = make();
      // Known: one death, which the waiter has repaired but not said so yet.
      await dieAfter(() => condition.acquireSync());
      const waiter = condition.withLock(() => condition.wait(), { recover: true });
      await until(() => waiting(condition));
      await dieAfter(() => condition.acquireSync());
      const held = condition.acquireSync();
      assert.equal(held.ownerDied, true);
      condition.notify();
      held[Symbol.dispose]();
      await assert.rejects(waiter, OwnerDiedError);
      await assertTold(single(facesOf(condition)), true, "the body threw");
    });

    test(`Condition(${name}).wait: a guard that marks it during a wait is refused`, async () => {
      const condition = make();
      await dieAfter(() => condition.acquireSync());
      const owner = new Thread({
        target: async () => {
          const held = condition.acquireSync();
          const wait = condition.wait({ timeout: 20 });
          let refused = "";
          try {
            held.markRecovered();
          } catch (error) {
            refused = (error as Error).name;
          }
          await wait;
          held.markRecovered();
          held[Symbol.dispose]();
          return refused;
        },
      }).start();
      assert.equal(await owner.result(), "RuntimeError");
      await assertTold(single(facesOf(condition)), false, "after the repair");
    });
  }
}
