import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import {
  allTasks,
  CancelledError,
  createTask,
  currentTask,
  InvalidStateError,
  run,
  setExceptionHandler,
  sleep,
  Task,
} from "heddle/asyncio";
import { RuntimeError } from "#heddle/platform/errors/errors.js";
import { deferred, LONG, rejection } from "./rejection.js";

test("createTask: starts in the next microtask, in the order of creation", async () => {
  const order: string[] = [];
  const first = createTask(() => order.push("first"));
  const second = createTask(() => order.push("second"));
  order.push("creator");
  await Promise.all([first, second]);
  assert.deepEqual(order, ["creator", "first", "second"]);
});

test("createTask: eager runs up to the first await inside the call", async () => {
  const order: string[] = [];
  const gate = deferred();
  const task = createTask(
    async () => {
      order.push("begin");
      await gate.promise;
      order.push("end");
    },
    { eager: true },
  );
  order.push("creator");
  gate.resolve();
  await task;
  assert.deepEqual(order, ["begin", "creator", "end"]);
});

test("createTask: keeps the async context of each creator, also of tasks started in one batch", async () => {
  const user = new AsyncLocalStorage<string>();
  const seen = (): string | undefined => user.getStore();
  const tasks = ["ann", "bob"].map((name) => user.run(name, () => createTask(seen)));
  assert.deepEqual(await Promise.all([...tasks, createTask(seen)]), ["ann", "bob", undefined]);
  const snapshot = user.run("eve", () => AsyncLocalStorage.snapshot());
  assert.equal(await createTask(seen, { context: (body) => snapshot(body) }), "eve");
});

test("createTask: refuses a promise, saying what to write; and generator functions", () => {
  const promise = Promise.resolve() as unknown as () => void;
  assert.throws(() => createTask(promise), {
    name: "TypeError",
    message: /createTask takes a function: createTask\(\(\) => work\(\)\)/,
  });
  assert.throws(() => createTask(async function* () {}), /body of a function|body of the function|would not run/);
  assert.throws(() => createTask(undefined as never), TypeError);
});

test("createTask: refuses unknown options and wrong types", () => {
  const body = (): void => {};
  assert.throws(() => createTask(body, { nam: "x" } as never), /unknown option "nam"/);
  assert.throws(() => createTask(body, { name: 1 } as never), /name must be a string, got 1/);
  assert.throws(() => createTask(body, { eager: 1 } as never), TypeError);
  assert.throws(() => createTask(body, { context: 1 } as never), TypeError);
});

test("Task: names, ids and instanceof", async () => {
  const task = createTask(() => {});
  assert.ok(task instanceof Task);
  assert.equal(task.name, `Task-${task.id}`);
  task.name = "päckchen";
  assert.equal(task.name, "päckchen");
  assert.throws(() => {
    task.name = Symbol("x") as never;
  }, TypeError);
  await task;
});

test("Task: result and exception, while pending and in each end state", async () => {
  const gate = deferred<number>();
  const task = createTask(() => gate.promise);
  assert.throws(() => task.result(), InvalidStateError);
  assert.throws(() => task.exception(), InvalidStateError);
  gate.resolve(7);
  assert.equal(await task, 7);
  assert.equal(task.result(), 7);
  assert.equal(task.exception(), undefined);

  const error = new RangeError("no");
  const failing = createTask(() => {
    throw error;
  });
  assert.equal(await rejection(failing), error);
  assert.equal(failing.exception(), error);
  assert.throws(() => failing.result(), error);
  assert.ok(failing.done && !failing.cancelled);

  const cancelled = createTask(() => sleep(LONG));
  cancelled.cancel("why");
  await rejection(cancelled);
  assert.ok(cancelled.done && cancelled.cancelled);
  assert.throws(() => cancelled.exception(), CancelledError);
});

test("Task: takes any thrown value: undefined, a string, a frozen object", async () => {
  for (const thrown of [undefined, "text", Object.freeze({})]) {
    assert.equal(
      await rejection(
        createTask(() => {
          throw thrown;
        }),
      ),
      thrown,
    );
  }
});

test("Task.cancel before the first step: the body never runs", async () => {
  const task = createTask(() => assert.fail("ran"));
  assert.equal(task.cancel("early"), true);
  const error = await rejection(task);
  assert.ok(error instanceof CancelledError);
  assert.equal(error.reason, "early");
  assert.ok(task.cancelled);
});

test("Task.cancel twice: false, and the first reason stays; on a done task: false", async () => {
  const task = createTask(() => sleep(LONG));
  assert.equal(task.cancelling, false);
  assert.equal(task.cancel("first"), true);
  assert.equal(task.cancel("second"), false);
  assert.equal(task.cancelling, true);
  assert.equal(((await rejection(task)) as CancelledError).reason, "first");
  assert.equal(task.cancel(), false);
  const done = createTask(() => 1);
  await done;
  assert.equal(done.cancel(), false);
  assert.equal(done.cancelling, false);
});

test("Task awaited by a cancelled waiter: only the waiting ends; other waiters are unaffected", async () => {
  const gate = deferred<string>();
  const shared = createTask(() => gate.promise);
  const impatient = createTask(async () => shared, { eager: true });
  const patient = createTask(async () => shared, { eager: true });
  await null;
  impatient.cancel();
  assert.ok((await rejection(impatient)) instanceof CancelledError);
  assert.ok(!shared.done && !shared.cancelling);
  gate.resolve("value");
  assert.equal(await patient, "value");
});

test("Task left with the CancelledError of another task: is cancelled itself", async () => {
  const other = createTask(() => sleep(LONG));
  const task = createTask(async () => other);
  other.cancel();
  assert.ok((await rejection(task)) instanceof CancelledError);
  assert.ok(task.cancelled && !task.cancelling);
});

test("Task cannot wait for itself, in any way", async () => {
  const errors = await createTask(async () => {
    const self = currentTask()!;
    return [await rejection(self), await rejection(() => self.cancelAndWait())];
  });
  for (const error of errors) {
    assert.ok(error instanceof RuntimeError);
    assert.match(error.message, /cannot wait for itself/);
  }
});

test("Task.cancelAndWait and await using: wait for the cleanup, also in a cancelled task", async () => {
  const log: string[] = [];
  const gate = deferred();
  const worker = createTask(
    async () => {
      try {
        await sleep(LONG);
      } finally {
        await gate.promise;
        log.push("clean");
      }
    },
    { eager: true },
  );
  const manager = createTask(async () => {
    currentTask()!.cancel();
    await worker[Symbol.asyncDispose]();
    log.push("disposed");
  });
  gate.resolve();
  await manager;
  await worker.cancelAndWait();
  assert.deepEqual(log, ["clean", "disposed"]);
});

test("Task.promise: native, one object, not ended by a cancellation of who waits for it", async () => {
  const gate = deferred<number>();
  const shared = createTask(() => gate.promise);
  assert.ok(shared.promise instanceof Promise);
  assert.equal(shared.promise, shared.promise);
  const waiter = createTask(async () => shared.promise, { eager: true });
  waiter.cancel();
  gate.resolve(5);
  assert.equal(await waiter, 5);
  assert.ok(waiter.cancelling && !waiter.cancelled);
});

test("Task.addDoneCallback: called once with the task, also when it is done; removed ones are not", async () => {
  const calls: unknown[] = [];
  const task = createTask(() => 1);
  const removed = (): void => assert.fail("removed");
  const add = (each: Task<number>): void => void calls.push(each);
  task.addDoneCallback(removed);
  task.addDoneCallback(add);
  task.removeDoneCallback(removed);
  await task;
  task.addDoneCallback(add);
  await null;
  await null;
  assert.deepEqual(calls, [task, task]);
  assert.throws(() => task.addDoneCallback(1 as never), TypeError);
});

test("Task.addDoneCallback: what a callback throws goes to the exception handler; the others still run", async (t) => {
  t.after(() => setExceptionHandler(undefined));
  const error = new Error("callback");
  const reported = deferred<unknown>();
  setExceptionHandler(({ exception }) => reported.resolve(exception));
  const other = deferred();
  const task = createTask(() => {});
  task.addDoneCallback(() => {
    throw error;
  });
  task.addDoneCallback(() => other.resolve());
  await other.promise;
  assert.equal(await reported.promise, error);
});

test("currentTask and allTasks: null outside; inside, the task and all that are not done", async () => {
  assert.equal(currentTask(), null);
  await run(async () => {
    const main = currentTask()!;
    assert.equal(main.name, "main");
    const other = createTask(() => sleep(LONG), { name: "other" });
    assert.deepEqual([...allTasks()], [main, other]);
    await other.cancelAndWait();
    assert.deepEqual([...allTasks()], [main]);
  });
  assert.equal(allTasks().size, 0);
});

test("createTask outside run: belongs to the process, and is listed there", async () => {
  const gate = deferred();
  const task = createTask(() => gate.promise);
  assert.deepEqual([...allTasks()], [task]);
  gate.resolve();
  await task;
});
