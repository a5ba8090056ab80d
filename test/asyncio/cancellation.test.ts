import assert from "node:assert/strict";
import { EventEmitter, getEventListeners, once } from "node:events";
import { test } from "node:test";
import {
  CancelledError,
  cancellable,
  createTask,
  currentSignal,
  currentTask,
  isCancelled,
  run,
  shield,
  sleep,
  TimeoutError,
  throwIfCancelled,
  timeout,
} from "heddle/asyncio";
import { sleep as timeSleep } from "heddle/time";
import { deferred, LONG, later, rejection } from "./rejection.js";

/** Cancels `body` once it waits for something; @returns the ended task */
async function cancelled<T>(body: () => Promise<T>, reason?: unknown): Promise<unknown> {
  const task = createTask(body, { eager: true });
  task.cancel(reason);
  return task.then(
    (value) => ({ value }),
    (error) => error,
  );
}

test("sleep of heddle/time: ends with CancelledError when its task is cancelled", async () => {
  const error = await cancelled(() => timeSleep(LONG), "enough");
  assert.ok(error instanceof CancelledError);
  assert.equal(error.reason, "enough");
  assert.equal(timeSleep, sleep);
});

test("sleep(0): ends with CancelledError when its task is cancelled", async () => {
  assert.ok((await cancelled(() => sleep(0))) instanceof CancelledError);
});

test("sleep(0): gives the event loop a turn", async () => {
  const io = deferred();
  setImmediate(() => io.resolve());
  let turned = false;
  void io.promise.then(() => {
    turned = true;
  });
  await sleep(0);
  await sleep(0);
  assert.ok(turned);
});

test("cancel: reaches through plain async functions, and finally blocks run", async () => {
  const log: string[] = [];
  const inner = (): Promise<void> => sleep(LONG);
  const middle = async (): Promise<void> => {
    try {
      await inner();
    } finally {
      log.push("middle");
    }
  };
  const error = await cancelled(async () => {
    await middle();
    log.push("never");
  });
  assert.ok(error instanceof CancelledError);
  assert.deepEqual(log, ["middle"]);
});

test("cancel: is a level: a swallowed one is thrown again by the next wait", async () => {
  let swallowed = 0;
  const error = await cancelled(async () => {
    while (swallowed < 3) {
      try {
        await sleep(LONG);
      } catch {
        swallowed++;
      }
    }
    await sleep(1);
  });
  assert.equal(swallowed, 3);
  assert.ok(error instanceof CancelledError);
});

test("cancel: a task that swallows it and returns is done with its value; cancelling stays true", async () => {
  const task = createTask(
    async () => {
      await sleep(LONG).catch(() => {});
      return "value";
    },
    { eager: true },
  );
  task.cancel();
  assert.equal(await task, "value");
  assert.ok(!task.cancelled && task.cancelling);
});

test("cancel: reaches all strands of a task, and later ones too", async () => {
  const ends: unknown[] = [];
  const error = await cancelled(async () => {
    const strands = [sleep(LONG), timeSleep(LONG), createTask(() => sleep(1)).promise.then(() => sleep(LONG))];
    ends.push(...(await Promise.allSettled(strands)));
  });
  assert.deepEqual(error, { value: undefined });
  for (const end of ends) assert.ok((end as PromiseRejectedResult).reason instanceof CancelledError);
  assert.equal(ends.length, 3);
});

test("cancel: a zombie strand of a cancelled task stops at its next wait", async () => {
  const gate = deferred();
  let strand: Promise<void> | undefined;
  await cancelled(async () => {
    strand = gate.promise.then(() => sleep(LONG));
    await sleep(LONG);
  });
  gate.resolve();
  assert.ok((await rejection(strand!)) instanceof CancelledError);
});

test("cancel by the task itself: the next wait throws", async () => {
  const task = createTask(async () => {
    currentTask()!.cancel();
    await sleep(0);
    assert.fail("went on");
  });
  assert.ok((await rejection(task)) instanceof CancelledError);
});

test("cancel while a foreign promise is awaited: waits it out; then the next wait throws", async () => {
  const gate = deferred<string>();
  const seen: string[] = [];
  const task = createTask(
    async () => {
      seen.push(await gate.promise);
      await sleep(0);
    },
    { eager: true },
  );
  task.cancel();
  assert.ok(!task.done);
  gate.resolve("foreign");
  assert.ok((await rejection(task)) instanceof CancelledError);
  assert.deepEqual(seen, ["foreign"]);
});

test("cleanup after cancel: foreign promises can be awaited, heddle waits only in a shield", async () => {
  const log: unknown[] = [];
  await cancelled(async () => {
    try {
      await sleep(LONG);
    } finally {
      await Promise.resolve();
      log.push("foreign");
      log.push((await rejection(sleep(1))) instanceof CancelledError);
      log.push(await shield(() => later(1, "shielded")));
    }
  });
  assert.deepEqual(log, ["foreign", true, "shielded"]);
});

test("shield: a second cancel does not interrupt it; the wait after it throws", async () => {
  const inside = deferred();
  const gate = deferred();
  const log: string[] = [];
  const task = createTask(async () => {
    await shield(async () => {
      inside.resolve();
      await cancellable(gate.promise);
      await sleep(0);
      log.push("shielded");
    });
    log.push("after");
    await sleep(0);
  });
  await inside.promise;
  task.cancel();
  task.cancel();
  gate.resolve();
  assert.ok((await rejection(task)) instanceof CancelledError);
  assert.deepEqual(log, ["shielded", "after"]);
});

test("shield with timeout: rejects with TimeoutError; a timeout inside a shield of a cancelled task works", async () => {
  const errors: unknown[] = [];
  await cancelled(async () => {
    await sleep(LONG).catch(() => {});
    errors.push(await rejection(shield(() => sleep(LONG), { timeout: 1 })));
    errors.push(await rejection(shield(() => timeout(1, () => sleep(LONG)))));
  });
  assert.equal(errors.length, 2);
  for (const error of errors) assert.ok(error instanceof TimeoutError);
});

test("shield and cancellable: refuse what they cannot wait for", async () => {
  assert.ok((await rejection(shield(5 as never))) instanceof TypeError);
  assert.ok((await rejection(shield(() => 1, { timeout: -1 }))) instanceof RangeError);
  assert.ok((await rejection(shield(() => 1, { timeout: Number.NaN }))) instanceof RangeError);
  assert.match(String(await rejection(shield(() => 1, { time: 1 } as never))), /unknown option "time"/);
  assert.ok((await rejection(cancellable((() => {}) as never))) instanceof TypeError);
});

test("cancellable and shield(promise): stop waiting at once; the promise goes on, its late error is dropped", async () => {
  for (const give of [cancellable, shield] as (<T>(promise: PromiseLike<T>) => Promise<T>)[]) {
    const gate = deferred();
    assert.ok((await cancelled(() => give(gate.promise))) instanceof CancelledError);
    gate.reject(new Error("late"));
    assert.equal(await give(Promise.resolve(1)), 1);
    assert.equal(await run(() => give(Promise.resolve(2))), 2);
    assert.match(String(await rejection(run(() => give(Promise.reject(new RangeError("own")))))), /RangeError: own/);
  }
});

test("cancellable in a cancelled task: refused, and a later error of the promise is no unhandled rejection", async () => {
  await cancelled(async () => {
    await sleep(LONG).catch(() => {});
    assert.ok((await rejection(cancellable(Promise.reject(new Error("unseen"))))) instanceof CancelledError);
  });
});

test("throwIfCancelled: silent outside and in live tasks, throws in cancelled ones", async () => {
  throwIfCancelled();
  const error = await cancelled(async () => {
    throwIfCancelled();
    await sleep(LONG).catch(() => {});
    throwIfCancelled();
  });
  assert.ok(error instanceof CancelledError);
});

test("currentSignal: aborts with the CancelledError, which isCancelled sees through an AbortError", async () => {
  const emitter = new EventEmitter();
  let reason: unknown;
  const error = await cancelled(async () => {
    const signal = currentSignal();
    assert.equal(currentSignal(), signal);
    signal.addEventListener("abort", () => {
      reason = signal.reason;
    });
    await once(emitter, "never", { signal });
  }, "why");
  assert.equal((error as Error).name, "AbortError");
  assert.ok(isCancelled(error));
  assert.ok(isCancelled(reason) && (reason as CancelledError).reason === "why");
  assert.ok(!isCancelled(new Error("other")) && !isCancelled(undefined));
  assert.equal(emitter.listenerCount("never"), 0);
  assert.ok(!currentSignal().aborted);
});

test("currentSignal in a timeout: a Node wait that takes it ends in TimeoutError", async () => {
  const error = await rejection(timeout(1, () => once(new EventEmitter(), "never", { signal: currentSignal() })));
  assert.ok(error instanceof TimeoutError);
});

test("sleep: its signal option works in a task, and leaves no listener behind", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = (): number => getEventListeners(signal, "abort").length;
  assert.ok((await cancelled(() => sleep(LONG, { signal }))) instanceof CancelledError);
  await sleep(1, { signal });
  assert.equal(listeners(), 0);
  const stopped = sleep(LONG, { signal });
  controller.abort("stop");
  assert.equal(await rejection(stopped), "stop");
  assert.equal(await rejection(sleep(0, { signal })), "stop");
  assert.equal(listeners(), 0);
});

test("sleep: refuses what is no duration, by rejecting", async () => {
  for (const ms of [-1, Number.NaN]) assert.ok((await rejection(sleep(ms))) instanceof RangeError);
  for (const ms of [undefined, "5", null]) assert.ok((await rejection(sleep(ms as never))) instanceof TypeError);
});

test("50,000 sleepers are cancelled at once", async () => {
  const task = createTask(() => Promise.all(Array.from({ length: 50_000 }, () => sleep(LONG))), { eager: true });
  task.cancel();
  assert.ok((await rejection(task)) instanceof CancelledError);
});
