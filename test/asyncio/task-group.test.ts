import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, createTask, ExceptionGroup, shield, sleep, type Task, TaskGroup } from "heddle/asyncio";
import { RuntimeError } from "#heddle/platform/errors/errors.js";
import { deferred, LONG, rejection } from "./rejection.js";

const fail = (error: unknown) => (): never => {
  throw error;
};

test("TaskGroup.run: waits for all tasks, and returns the value of the body", async () => {
  const log: string[] = [];
  const value = await TaskGroup.run((group) => {
    group.createTask(() => sleep(2).then(() => log.push("slow")));
    group.createTask(() => log.push("fast"));
    return "value";
  });
  assert.equal(value, "value");
  assert.deepEqual(log, ["fast", "slow"]);
});

test("TaskGroup.run: a failing task cancels the others and the body; always an ExceptionGroup", async () => {
  const error = new RangeError("no");
  let sibling: Task<void> | undefined;
  let body: unknown;
  const thrown = await rejection(
    TaskGroup.run(
      async (group) => {
        sibling = group.createTask(() => sleep(LONG));
        group.createTask(fail(error));
        body = await rejection(sleep(LONG));
      },
      { name: "fetchers" },
    ),
  );
  assert.ok(thrown instanceof ExceptionGroup && thrown instanceof AggregateError);
  assert.deepEqual(thrown.errors, [error]);
  assert.match(thrown.message, /TaskGroup fetchers \(1 sub-exception\)/);
  assert.ok(sibling?.cancelled && body instanceof CancelledError);
  assert.equal(body.cause, error);
});

test("TaskGroup.run: collects several failures in the order of time, eager and lazy ones too", async () => {
  const errors = [new Error("first"), new Error("second")];
  const gate = deferred();
  const failLate = (error: unknown) => async (): Promise<never> => {
    await gate.promise;
    throw error;
  };
  const thrown = await rejection(
    TaskGroup.run((group) => {
      group.createTask(failLate(errors[0]), { eager: true });
      group.createTask(failLate(errors[1]), { eager: true });
      group.createTask(() => assert.fail("ran in a cancelled group"));
      group.createTask(fail(errors[0]), { eager: true });
      gate.resolve();
    }),
  );
  assert.deepEqual((thrown as ExceptionGroup).errors, [errors[0], errors[0], errors[1]]);
});

test("TaskGroup.run: a failure during the cleanup after another failure is collected", async () => {
  const errors = [new Error("first"), new Error("cleanup")];
  const started = deferred();
  const thrown = await rejection(
    TaskGroup.run((group) => {
      group.createTask(async () => {
        started.resolve();
        await sleep(LONG).catch(fail(errors[1]));
      });
      group.createTask(async () => {
        await started.promise;
        throw errors[0];
      });
    }),
  );
  assert.deepEqual((thrown as ExceptionGroup).errors, errors);
});

test("TaskGroup.run: a failing body cancels the tasks, its error is inside the group", async () => {
  const error = new Error("body");
  let child: Task<void> | undefined;
  const thrown = await rejection(
    TaskGroup.run((group) => {
      child = group.createTask(() => sleep(LONG));
      throw error;
    }),
  );
  assert.deepEqual((thrown as ExceptionGroup).errors, [error]);
  assert.ok(child?.cancelled);
});

test("TaskGroup: an outer cancel reaches the tasks, and comes out as CancelledError", async () => {
  let child: Task<void> | undefined;
  const task = createTask(
    () =>
      TaskGroup.run((group) => {
        child = group.createTask(() => sleep(LONG));
      }),
    { eager: true },
  );
  task.cancel("outer");
  assert.equal(((await rejection(task)) as CancelledError).reason, "outer");
  assert.ok(child?.cancelled);
});

test("TaskGroup: outer cancel and a failing task: the group is thrown, and the next wait throws", async () => {
  const log: unknown[] = [];
  const started = deferred();
  const task = createTask(async () => {
    log.push(
      await rejection(
        TaskGroup.run((group) => {
          group.createTask(async () => {
            started.resolve();
            await sleep(LONG).catch(fail(new Error("cleanup")));
          });
        }),
      ),
    );
    await sleep(0);
  });
  await started.promise;
  task.cancel();
  assert.ok((await rejection(task)) instanceof CancelledError);
  assert.ok(log[0] instanceof ExceptionGroup);
});

test("TaskGroup: a task cancelled alone is no error", async () => {
  await TaskGroup.run((group) => {
    group.createTask(() => sleep(LONG)).cancel();
    group.createTask(() => sleep(1));
  });
});

test("TaskGroup.cancel: quiet exit; a body it interrupts gives undefined, one that returns its value", async () => {
  let child: Task<void> | undefined;
  const interrupted = await TaskGroup.run(
    async (group) => {
      child = group.createTask(() => sleep(LONG));
      assert.equal(group.cancel("enough"), true);
      assert.equal(group.cancel(), false);
      await sleep(LONG);
      return "never";
    },
    { cancellable: true },
  );
  assert.equal(interrupted, undefined);
  assert.ok(child?.cancelled);
  const returning = (group: TaskGroup): string => {
    group.cancel();
    return "value";
  };
  assert.equal(await TaskGroup.run(returning), "value");
});

test("TaskGroup: waits for a task that shields itself from the cancel", async () => {
  const log: string[] = [];
  const inside = deferred();
  await TaskGroup.run(async (group) => {
    group.createTask(() =>
      shield(async () => {
        inside.resolve();
        await sleep(2);
        log.push("finished");
      }),
    );
    await inside.promise;
    group.cancel();
  });
  assert.deepEqual(log, ["finished"]);
});

test("TaskGroup.createTask: in a cancelled group the body never runs; after the end RuntimeError", async () => {
  let kept: TaskGroup | undefined;
  await TaskGroup.run((group) => {
    kept = group;
    group.cancel();
    group.createTask(() => assert.fail("ran"));
  });
  assert.throws(() => kept!.createTask(() => 1), RuntimeError);
});

test("TaskGroup.createTask: from a task, while the body waits for the end", async () => {
  const log: string[] = [];
  await TaskGroup.run((group) => {
    group.createTask(async () => {
      await sleep(0);
      group.createTask(() => log.push("grandchild"));
    });
  });
  assert.deepEqual(log, ["grandchild"]);
});

test("TaskGroup: the error of a nested group comes as a nested group, once", async () => {
  const error = new Error("deep");
  const nest = (depth: number): Promise<void> =>
    TaskGroup.run((group) => void group.createTask(depth === 0 ? fail(error) : () => nest(depth - 1)));
  const thrown = (await rejection(nest(9))) as ExceptionGroup;
  assert.deepEqual(thrown.leaves(), [error]);
  let depth = 0;
  for (let each: unknown = thrown; each instanceof ExceptionGroup; each = each.errors[0]) depth++;
  assert.equal(depth, 10);
});

test("TaskGroup: the CancelledError of a foreign task in the body passes", async () => {
  const foreign = createTask(() => sleep(LONG));
  foreign.cancel("foreign");
  const error = await rejection(TaskGroup.run(() => foreign));
  assert.equal((error as CancelledError).reason, "foreign");
});

test("TaskGroup: takes any thrown value of a task", async () => {
  for (const thrown of [undefined, "text", Object.freeze({}), new DOMException("dom")]) {
    const group = await rejection(TaskGroup.run((each) => void each.createTask(fail(thrown))));
    assert.deepEqual((group as ExceptionGroup).errors, [thrown]);
  }
});

test("TaskGroup: 10,000 tasks failing at once make one group", async () => {
  const gate = deferred();
  const thrown = await rejection(
    TaskGroup.run((group) => {
      for (let n = 0; n < 10_000; n++) {
        group.createTask(
          async () => {
            await gate.promise;
            throw n;
          },
          { eager: true },
        );
      }
      gate.resolve();
    }),
  );
  assert.equal((thrown as ExceptionGroup).errors.length, 10_000);
});

test("TaskGroup.open: join waits and reports; twice at once is fine", async () => {
  const group = TaskGroup.open();
  let done = false;
  group.createTask(async () => {
    await sleep(1);
    done = true;
  });
  await Promise.all([group.join(), group.join()]);
  assert.ok(done);
  const failing = TaskGroup.open({ name: "uploads" });
  const error = new Error("no");
  failing.createTask(fail(error));
  const thrown = await rejection(failing.join());
  assert.deepEqual((thrown as ExceptionGroup).errors, [error]);
  await failing[Symbol.asyncDispose]();
});

test("TaskGroup.open: left without join its tasks are cancelled and awaited, errors are not lost", async () => {
  const group = TaskGroup.open();
  const task = group.createTask(() => sleep(LONG));
  await group[Symbol.asyncDispose]();
  await group[Symbol.asyncDispose]();
  assert.ok(task.cancelled);
  const failing = TaskGroup.open();
  failing.createTask(fail(new Error("no")), { eager: true });
  assert.ok((await rejection(failing[Symbol.asyncDispose]())) instanceof ExceptionGroup);
});

test("TaskGroup: refuses wrong arguments", async () => {
  assert.ok((await rejection(TaskGroup.run(1 as never))) instanceof TypeError);
  assert.match(String(await rejection(TaskGroup.run(() => 1, { nam: "" } as never))), /unknown option "nam"/);
  assert.throws(() => TaskGroup.open({ name: 1 as never }), TypeError);
  await TaskGroup.run((group) => {
    assert.throws(() => group.createTask(Promise.resolve() as never), /createTask takes a function/);
    assert.throws(() => group.createTask(() => 1, { x: 1 } as never), /unknown option/);
  });
});

test("ExceptionGroup: split, subgroup, leaves and derive keep the nesting", () => {
  const [type, range, text] = [new TypeError("t"), new RangeError("r"), "text"];
  const cause = new Error("cause");
  const group = new ExceptionGroup("outer", [type, new ExceptionGroup("inner", [range, text])], { cause });
  assert.deepEqual(group.leaves(), [type, range, text]);
  const [matching, rest] = group.split(RangeError);
  assert.deepEqual(matching?.leaves(), [range]);
  assert.ok(matching?.errors[0] instanceof ExceptionGroup);
  assert.deepEqual(rest?.leaves(), [type, text]);
  assert.equal(rest?.cause, cause);
  assert.match(rest!.message, /^outer \(2 sub-exceptions\)$/);
  assert.equal(group.subgroup(SyntaxError), null);
  assert.deepEqual(group.subgroup((error) => error === text)?.leaves(), [text]);
  assert.deepEqual(group.split(Error)[1]?.leaves(), [text]);
  assert.throws(() => new ExceptionGroup("none", []), RangeError);
  assert.throws(() => group.split(5 as never), TypeError);
});
