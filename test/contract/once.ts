/** What a Once does, in both faces; what becomes of it when its runner dies is in recovery.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Classes } from "../rig/realms.js";
import { inThread, inThreads, timed } from "../rig/threads.js";

export function onceContract({ Event, Once, Value }: Classes): void {
  for (const face of ["run", "runSync"] as const) {
    test(`Once.${face}: of four threads one runs the body, and no other goes on before that is over`, async () => {
      const once = new Once();
      const [runs, over] = [new Value("i32"), new Value("i32")];
      const ran = await inThreads(4, async () => {
        const mine = await once[face](() => {
          runs.add(1);
          over.add(1);
        });
        return [mine, over.value];
      });
      assert.equal(ran.filter(([mine]) => mine).length, 1);
      assert.ok(ran.every(([, seen]) => seen === 1));
      assert.equal(runs.value, 1);
      assert.deepEqual(once.statistics(), { isDone: true, runner: null });
    });

    test(`Once.${face}: after a body that throws the next one tries, and the error is its caller's`, async () => {
      const once = new Once();
      const fails = async (): Promise<unknown> =>
        once[face](() => {
          throw new RangeError("far");
        });
      await assert.rejects(fails(), { name: "RangeError", message: "far" });
      assert.equal(once.isDone, false);
      assert.equal(await once[face](() => {}), true);
      assert.equal(await fails(), false);
    });
  }

  test("Once: who waits for another's run is told when the time is up, and goes on when it is over", async () => {
    const once = new Once();
    const [isAtIt, end] = [new Event(), new Event()];
    const runner = inThread(() =>
      once.runSync(() => {
        isAtIt.set();
        end.waitSync();
      }),
    );
    await isAtIt.wait();
    assert.equal(once.isDone, false);
    assert.notEqual(once.statistics().runner, null);
    const late = { name: "TimeoutError" };
    assert.throws(() => once.runSync(() => {}, { timeout: 0 }), late);
    assert.ok(
      (await timed(() =>
        assert.rejects(
          once.run(() => {}, { timeout: 50 }),
          late,
        ),
      )) >= 30,
    );
    const abort = new AbortController();
    const aborted = once.run(() => {}, { signal: abort.signal });
    const reason = new Error("enough");
    abort.abort(reason);
    await assert.rejects(aborted, (error) => error === reason);
    const patient = once.run(() => assert.fail("it was done"));
    end.set();
    assert.deepEqual(await Promise.all([runner, patient]), [true, false]);
  });

  test("Once.runSync: a thread that is at it is not let wait for itself", async () => {
    const once = new Once();
    const within = once.run(() => assert.throws(() => once.runSync(() => {}), { name: "DeadlockError" }));
    assert.equal(await within, true);
  });

  test("Once.run: the runner's event loop goes on meanwhile, and others of its thread wait", async () => {
    const once = new Once();
    const order: string[] = [];
    const [isAtIt, end] = [new Event(), new Event()];
    const first = once.run(() => (isAtIt.set(), end.wait())).then(() => order.push("first"));
    await isAtIt.wait();
    const second = once.run(() => order.push("never")).then((ran) => order.push(`second ${ran}`));
    end.set();
    await Promise.all([first, second]);
    assert.deepEqual(order, ["first", "second false"]);
  });
}
