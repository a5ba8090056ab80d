/** Items 60 to 77 of the conformance list (items about processes apart). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Classes } from "../rig/realms.js";
import { inThreads, timed, until } from "../rig/threads.js";

export function semaphoreContract({ BoundedSemaphore, Semaphore, Value }: Classes): void {
  for (const SemaphoreClass of [Semaphore, BoundedSemaphore]) {
    const { name } = SemaphoreClass;

    test(`#060 #061 ${name}: the initial value is 1, and never negative`, () => {
      assert.equal(new SemaphoreClass().value, 1);
      assert.throws(() => new SemaphoreClass(-1), RangeError);
      assert.throws(() => new SemaphoreClass(1.5), RangeError);
      assert.throws(() => new SemaphoreClass("1" as unknown as number), TypeError);
    });

    test(`#062 #066 #072 ${name}: value n lets n in`, async () => {
      const semaphore = new SemaphoreClass(2);
      const first = semaphore.acquireSync();
      await semaphore.acquire();
      assert.equal(semaphore.value, 0);
      assert.equal(semaphore.tryAcquire(), null);
      semaphore.release();
      assert.equal(semaphore.value, 1);
      first[Symbol.dispose]();
      first[Symbol.dispose]();
      assert.equal(semaphore.value, 2);
    });

    test(`#063 ${name}: 7 permits, one held, ten threads that take two each`, async () => {
      const semaphore = new SemaphoreClass(7);
      const first = new Value("i32");
      const second = new Value("i32");
      const waiting = new Value("i32");
      semaphore.acquireSync();
      const threads = inThreads(10, () => {
        for (const passed of [first, second]) {
          waiting.add(1);
          semaphore.acquireSync();
          waiting.sub(1);
          passed.add(1);
        }
      });
      const all = (): number => first.value + second.value;
      for (const [release, expected] of [
        [0, 6],
        [7, 13],
        [6, 19],
      ] as const) {
        for (let i = 0; i < release; i++) semaphore.release();
        await until(() => all() === expected, `${expected} through, ${all()}`);
        assert.equal(semaphore.value, 0);
      }
      semaphore.release();
      await threads;
      assert.equal(all(), 20);
      assert.equal(semaphore.statistics().waiting, 0);
    });

    test(`#064 #065 ${name}.release(n): gives n back at once`, async () => {
      const semaphore = new SemaphoreClass(3);
      for (let i = 0; i < 3; i++) semaphore.acquireSync();
      const waiters = Array.from({ length: 3 }, () => semaphore.acquire());
      semaphore.release(3);
      assert.equal((await Promise.all(waiters)).length, 3);
      assert.equal(semaphore.value, 0);
      for (const wrong of [0, -1, 0.5]) assert.throws(() => semaphore.release(wrong), RangeError);
    });

    test(`#067 ${name}: value 4, one held, five threads try twice: 3 of 10 succeed`, async () => {
      const semaphore = new SemaphoreClass(4);
      semaphore.acquireSync();
      const tries = await inThreads(5, () => [semaphore.tryAcquire() !== null, semaphore.tryAcquire() !== null]);
      assert.equal(tries.flat().filter((taken) => taken).length, 3);
    });

    test(`#068 #069 #077 ${name}: a timeout needs a wait, and ends it with null`, async () => {
      const semaphore = new SemaphoreClass(0);
      await assert.rejects(semaphore.acquire({ blocking: false, timeout: 1 }), TypeError);
      assert.throws(() => semaphore.acquireSync({ blocking: false, timeout: 1 }), TypeError);
      assert.ok((await timed(() => assert.equal(semaphore.acquireSync({ timeout: 50 }), null))) >= 30);
      assert.ok((await timed(async () => assert.equal(await semaphore.acquire({ timeout: 50 }), null))) >= 30);
      assert.equal(semaphore.statistics().waiting, 0);
    });

    test(`#070 ${name}: a permit's disposal restores the value, once`, () => {
      const semaphore = new SemaphoreClass(1);
      const permit = semaphore.acquireSync();
      try {
        assert.equal(semaphore.value, 0);
      } finally {
        permit[Symbol.dispose]();
      }
      assert.equal(semaphore.value, 1);
    });
  }

  test("#071 Semaphore.release: beyond the initial value is allowed", () => {
    const semaphore = new Semaphore(1);
    semaphore.release();
    assert.equal(semaphore.value, 2);
  });

  test("#073 BoundedSemaphore.release: beyond the initial value is refused", () => {
    const semaphore = new BoundedSemaphore(2);
    assert.throws(() => semaphore.release(), RangeError);
    semaphore.acquireSync();
    assert.throws(() => semaphore.release(2), RangeError);
    semaphore.release();
    assert.deepEqual(semaphore.statistics(), { value: 2, bound: 2, waiting: 0 });
  });

  test("#074 BoundedSemaphore: the bound holds in every thread", async () => {
    for (const limit of [1, 5, 9]) {
      const semaphore = new BoundedSemaphore(limit);
      for (let i = 0; i < limit; i++) semaphore.acquireSync();
      const refused = await inThreads(2, (index) => {
        for (let i = 0; i < limit; i++) {
          if (i % 2 === index) semaphore.release();
        }
        return semaphore instanceof BoundedSemaphore;
      });
      assert.deepEqual(refused, [true, true]);
      const [name] = await inThreads(1, () => {
        try {
          semaphore.release();
          return "released";
        } catch (error) {
          return (error as Error).name;
        }
      });
      assert.equal(name, "RangeError");
    }
  });
}
