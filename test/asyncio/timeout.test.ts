import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CancelledError,
  CancelScope,
  createTask,
  moveOnAfter,
  sleep,
  TaskGroup,
  type Timeout,
  TimeoutError,
  timeout,
  timeoutAt,
} from "heddle/asyncio";
import { monotonic, sleepSync } from "heddle/time";
import { RuntimeError } from "#heddle/platform/errors/errors.js";
import { LONG, later, rejection } from "./rejection.js";

test("timeout: raises TimeoutError with the CancelledError as cause, and leaves the task alive", async () => {
  await createTask(async () => {
    const begin = monotonic();
    const error = await rejection(timeout(5, () => sleep(LONG)));
    assert.ok(monotonic() - begin >= 5);
    assert.ok(error instanceof TimeoutError && error.cause instanceof CancelledError);
    assert.match(error.message, /5 ms/);
    await sleep(1);
  });
});

test("timeout: gives the value of a body that ends in time; null and Infinity never expire", async () => {
  for (const ms of [LONG, null, Infinity, 2 ** 31 + 5]) assert.equal(await timeout(ms, () => later(1, 7)), 7);
});

test("timeout: works outside of any task", async () => {
  assert.ok((await rejection(timeout(1, () => sleep(LONG)))) instanceof TimeoutError);
});

test("timeout in timeout: the inner one fires alone", async () => {
  const outer = await timeout(LONG, async () => {
    const inner = await rejection(timeout(1, () => sleep(LONG)));
    await sleep(1);
    return inner;
  });
  assert.ok(outer instanceof TimeoutError);
});

test("timeout in timeout: the outer one fires through the inner", async () => {
  let inner: unknown;
  const outer = await rejection(
    timeout(1, async () => {
      inner = await rejection(timeout(LONG, () => sleep(LONG)));
      throw inner;
    }),
  );
  assert.ok(inner instanceof CancelledError);
  assert.ok(outer instanceof TimeoutError);
});

test("timeout in timeout: if both deadlines pass at once, the outer one wins", async () => {
  const at = monotonic() + 2;
  let inner: unknown;
  const outer = await rejection(
    timeoutAt(at, async () => {
      try {
        await timeoutAt(at, async () => {
          sleepSync(5);
          await sleep(LONG);
        });
      } catch (error) {
        inner = error;
        await sleep(LONG);
      }
    }),
  );
  assert.ok(outer instanceof TimeoutError);
  assert.ok(inner instanceof TimeoutError || inner instanceof CancelledError);
});

test("timeout(0) and a deadline in the past: the body runs up to its first wait", async () => {
  for (const expire of [
    (body: () => Promise<void>) => timeout(0, body),
    (body: () => Promise<void>) => timeoutAt(monotonic() - 5, body),
  ]) {
    let began = false;
    const error = await rejection(
      expire(async () => {
        began = true;
        await sleep(0);
        assert.fail("went on");
      }),
    );
    assert.ok(began && error instanceof TimeoutError);
  }
});

test("timeout: a body that returns late gives its value, and expired() says so by the clock", async () => {
  let handle: Timeout | undefined;
  const value = await timeout(1, (each) => {
    handle = each;
    assert.equal(each.expired(), false);
    sleepSync(2);
    return "late";
  });
  assert.equal(value, "late");
  assert.equal(handle?.expired(), true);
});

test("timeout: expired() of a body that ended in time stays false", async () => {
  let handle: Timeout | undefined;
  const at = monotonic() + 20;
  await timeoutAt(at, (each) => {
    handle = each;
  });
  sleepSync(25);
  assert.equal(handle?.expired(), false);
});

test("timeout: the user's own error passes, also after the expiry", async () => {
  const own = new Error("own");
  assert.equal(await rejection(timeout(LONG, () => Promise.reject(own))), own);
  const error = await rejection(
    timeout(0, async () => {
      await sleep(1).catch(() => {});
      throw own;
    }),
  );
  assert.equal(error, own);
});

test("timeout: an outer cancel during it is a CancelledError", async () => {
  const task = createTask(() => timeout(LONG, () => sleep(LONG)), { eager: true });
  task.cancel("outer");
  const error = await rejection(task);
  assert.ok(error instanceof CancelledError && error.reason === "outer");
});

test("timeout: reschedule extends, shortens and disarms; refused after expiry and after the end", async () => {
  let handle: Timeout | undefined;
  await timeout(5, async (each) => {
    handle = each;
    each.reschedule(LONG);
    assert.ok(each.when()! > monotonic() + LONG / 2);
    await sleep(10);
    each.reschedule(null);
    assert.equal(each.when(), null);
  });
  assert.throws(() => handle!.reschedule(5), RuntimeError);
  const error = await rejection(
    timeout(LONG, async (each) => {
      each.rescheduleAt(monotonic() - 1);
      assert.throws(() => each.reschedule(5), RuntimeError);
      await sleep(LONG);
    }),
  );
  assert.ok(error instanceof TimeoutError);
  await timeout(LONG, (each) => {
    assert.throws(() => each.reschedule(-1), RangeError);
    assert.throws(() => each.reschedule(undefined as never), TypeError);
  });
});

test("timeout, timeoutAt, moveOnAfter: refuse negative, NaN and other types", async () => {
  for (const start of [timeout, moveOnAfter]) {
    for (const ms of [-1, Number.NaN]) assert.ok((await rejection(start(ms, () => 1))) instanceof RangeError);
    for (const ms of [undefined, "1"]) assert.ok((await rejection(start(ms as never, () => 1))) instanceof TypeError);
    assert.ok((await rejection(start(1, 1 as never))) instanceof TypeError);
  }
  assert.ok((await rejection(timeoutAt(Number.NaN, () => 1))) instanceof RangeError);
});

test("moveOnAfter: resolves to undefined on expiry, to the value otherwise", async () => {
  assert.equal(await moveOnAfter(1, () => sleep(LONG).then(() => 5)), undefined);
  assert.equal(await moveOnAfter(LONG, () => 5), 5);
});

test("moveOnAfter(0) in a cancelled task: the outer cancellation wins", async () => {
  const task = createTask(
    async () => {
      await sleep(LONG).catch(() => {});
      await moveOnAfter(0, () => sleep(LONG));
      assert.fail("went on");
    },
    { eager: true },
  );
  task.cancel();
  assert.ok((await rejection(task)) instanceof CancelledError);
});

test("TaskGroup inside timeout: the group ends, the error is a TimeoutError", async () => {
  const child: unknown[] = [];
  const error = await rejection(
    timeout(1, () => TaskGroup.run((group) => void group.createTask(() => sleep(LONG).catch((e) => child.push(e))))),
  );
  assert.ok(error instanceof TimeoutError);
  assert.ok(child[0] instanceof CancelledError);
});

test("TaskGroup.cancel inside a timeout with slow shielded cleanup does not swallow the timeout", async () => {
  const error = await rejection(
    timeout(5, async () => {
      await TaskGroup.run(async (group) => {
        group.cancel();
        const { shield } = await import("heddle/asyncio");
        await shield(() => sleep(10));
        await sleep(0);
      });
      await sleep(LONG);
    }),
  );
  assert.ok(error instanceof TimeoutError);
});

test("two scopes in two strands of one task do not mix", async () => {
  await createTask(async () => {
    const [left, right] = await Promise.all([
      moveOnAfter(1, () => sleep(LONG).then(() => "left")),
      timeout(LONG, () => later(5, "right")),
    ]);
    assert.deepEqual([left, right], [undefined, "right"]);
  });
});

test("CancelScope: cancel from outside ends its body, and run resolves to undefined", async () => {
  const scope = new CancelScope();
  const ended = scope.run(() => sleep(LONG).then(() => 1));
  assert.equal(scope.cancel("why"), true);
  assert.equal(scope.cancel("again"), false);
  assert.equal(await ended, undefined);
  assert.ok(scope.cancelCalled && scope.cancelledCaught);
  assert.equal((scope.signal.reason as CancelledError).reason, "why");
  assert.equal(scope.cancel(), false);
});

test("CancelScope: cancelled before run, the body gets to its first wait", async () => {
  const scope = new CancelScope();
  assert.throws(() => scope.signal, RuntimeError);
  scope.cancel("early");
  let began = false;
  await scope.run(async () => {
    began = true;
    await sleep(LONG);
  });
  assert.ok(began && scope.cancelledCaught);
  assert.ok((await rejection(scope.run(() => 1))) instanceof RuntimeError);
});

test("CancelScope: a body that returns is not caught; an outer cancellation is not absorbed", async () => {
  const scope = new CancelScope();
  assert.equal(await scope.run(() => 5), 5);
  assert.ok(!scope.cancelCalled && !scope.cancelledCaught);
  const inner = new CancelScope();
  const task = createTask(() => inner.run(() => sleep(LONG)), { eager: true });
  inner.cancel("inner");
  task.cancel("outer");
  assert.equal(((await rejection(task)) as CancelledError).reason, "outer");
  assert.ok(!inner.cancelledCaught);
});

test("CancelScope: deadline set on a live scope; a shield taken away lets the waiting cancellation in", async () => {
  const scope = new CancelScope({ deadline: monotonic() + LONG });
  const ended = scope.run(() => sleep(LONG));
  scope.deadline = monotonic() - 1;
  await ended;
  assert.ok(scope.cancelledCaught);

  const shielded = new CancelScope({ shield: true });
  const task = createTask(() => shielded.run(() => sleep(LONG)), { eager: true });
  task.cancel();
  assert.ok(shielded.shield && !shielded.signal.aborted);
  shielded.shield = false;
  assert.ok(shielded.signal.aborted);
  assert.ok((await rejection(task)) instanceof CancelledError);
});

test("CancelScope: refuses wrong options", () => {
  assert.throws(() => new CancelScope({ deadline: Number.NaN }), RangeError);
  assert.throws(() => new CancelScope({ deadline: "1" as never }), TypeError);
  assert.throws(() => new CancelScope({ shield: 1 as never }), TypeError);
  assert.throws(() => new CancelScope({ dedline: 1 } as never), /unknown option "dedline"/);
});
