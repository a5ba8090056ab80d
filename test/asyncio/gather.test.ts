import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, createTask, currentTask, gather, shield, sleep, type Task } from "heddle/asyncio";
import { monotonic } from "heddle/time";
import { deferred, LONG, later, rejection } from "./rejection.js";

test("gather: results in the order of the operations: functions, tasks and promises mixed", async () => {
  const task = createTask(() => later(2, "task"));
  const results = await gather([() => later(3, 1), () => "plain", task, Promise.resolve(true), task]);
  const typed: [number, string, string, boolean, string] = results;
  assert.deepEqual(typed, [1, "plain", "task", true, "task"]);
  assert.deepEqual(await gather([]), []);
});

test("gather: the delays overlap", async () => {
  const begin = monotonic();
  await gather([() => sleep(100), () => sleep(100), () => sleep(100)]);
  assert.ok(monotonic() - begin < 290);
});

test("gather: the first error comes bare, owned siblings are cancelled and awaited", async () => {
  const error = new RangeError("no");
  const log: string[] = [];
  const thrown = await rejection(
    gather([
      async () => {
        try {
          await sleep(LONG);
        } finally {
          await Promise.resolve();
          log.push("cleaned");
        }
      },
      async () => {
        await sleep(0);
        throw error;
      },
    ]),
  );
  assert.equal(thrown, error);
  assert.deepEqual(log, ["cleaned"]);
});

test("gather: given tasks are not cancelled when another operation fails", async () => {
  const gate = deferred<number>();
  const task = createTask(() => gate.promise);
  const error = new Error("no");
  assert.equal(await rejection(gather([task, () => Promise.reject(error)])), error);
  assert.ok(!task.cancelling);
  gate.resolve(3);
  assert.equal(await task, 3);
});

test("gather: a given promise that rejects cancels the functions", async () => {
  const error = new Error("given");
  let owned: Task<unknown> | null = null;
  const gate = deferred();
  const gathered = gather([
    () => {
      owned = currentTask();
      gate.reject(error);
      return sleep(LONG);
    },
    gate.promise,
  ]);
  assert.equal(await rejection(gathered), error);
  assert.ok((owned as Task<unknown> | null)?.cancelled);
});

test("gather: a function that ends as cancelled ends it, as in Python", async () => {
  const other = createTask(() => sleep(LONG));
  other.cancel("other");
  const error = await rejection(gather([async () => other, () => sleep(LONG)]));
  assert.equal((error as CancelledError).reason, "other");
});

test("gather cancelled: owned functions are cancelled and awaited, also one that shields; given ones live on", async () => {
  const gate = deferred();
  const given = createTask(() => gate.promise);
  const inside = deferred();
  const log: string[] = [];
  const task = createTask(() =>
    gather([
      given,
      () => sleep(LONG),
      () =>
        shield(async () => {
          inside.resolve();
          await sleep(2);
          log.push("shielded");
        }),
    ]),
  );
  await inside.promise;
  task.cancel("why");
  assert.equal(((await rejection(task)) as CancelledError).reason, "why");
  assert.deepEqual(log, ["shielded"]);
  assert.ok(!given.cancelling);
  gate.resolve();
  await given;
});

test("gather cancelled: an error of a function's cleanup is thrown, not hidden by the cancelled wait for a promise", async () => {
  const error = new Error("cleanup");
  const task = createTask(
    () =>
      gather([
        new Promise(() => {}),
        async () => {
          await sleep(LONG).catch(() => {
            throw error;
          });
        },
      ]),
    { eager: true },
  );
  await sleep(0);
  task.cancel();
  assert.equal(await rejection(task), error);
});

test("gather with returnExceptions: errors and cancellations stand among the results, nothing is cancelled", async () => {
  const error = new Error("no");
  const results = await gather(
    [
      () => Promise.reject(error),
      () => later(2, "slow"),
      async () => {
        currentTask()!.cancel("self");
        await sleep(0);
      },
      Promise.reject("given"),
    ],
    { returnExceptions: true },
  );
  assert.equal(results[0], error);
  assert.equal(results[1], "slow");
  assert.equal((results[2] as unknown as CancelledError).reason, "self");
  assert.equal(results[3], "given");
});

test("gather with returnExceptions, cancelled: CancelledError, not results", async () => {
  const task = createTask(() => gather([() => sleep(LONG), Promise.resolve(1)], { returnExceptions: true }), {
    eager: true,
  });
  task.cancel();
  assert.ok((await rejection(task)) instanceof CancelledError);
});

test("gather: refuses what it cannot run or wait for, naming the place", async () => {
  assert.match(String(await rejection(gather([() => 1, 5 as never]))), /operations\[1\] must be a function, a task/);
  assert.ok((await rejection(gather((() => 1) as never))) instanceof TypeError);
  assert.ok((await rejection(gather(new Array(2) as never))) instanceof TypeError);
  assert.match(String(await rejection(gather([], { x: 1 } as never))), /unknown option "x"/);
  assert.ok((await rejection(gather([], { returnExceptions: 1 } as never))) instanceof TypeError);
});
