/** What a newcomer does wrong, and that the message says what to do instead. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Process, ThreadPool } from "heddle/multiprocessing";
import { Queue } from "heddle/queue";
import { Condition, Lock, RLock, RuntimeError, RWLock, Semaphore, Thread, WorkerLostError } from "heddle/threading";
import { PickleError } from "#heddle/pickle/errors.js";

/** The code of the tests is compiled: the type checker would refuse most of this. */
const anyOptions = (options: object): never => options as never;

for (const Class of [Thread, Process] as const) {
  const noun = Class === Thread ? "thread" : "process";
  describe(`${Class.name}: wrong use`, () => {
    test("start twice is refused, and the first start goes on", async () => {
      const activity = new Class({ target: () => 5, name: "once" });
      activity.start();
      assert.throws(() => activity.start(), {
        name: "RuntimeError",
        message: `Cannot start ${noun} "once": it was started before; make a new one`,
      });
      assert.equal(await activity.result(), 5);
    });

    test("join before start is refused with the remedy", async () => {
      const activity = new Class({ target: () => 5, name: "idle" });
      const message = `Cannot join ${noun} "idle": it has not been started; call start() first`;
      await assert.rejects(activity.join(), { name: "RuntimeError", message });
      await assert.rejects(activity.result(), RuntimeError);
    });

    test("an unknown option is refused with the known ones", () => {
      assert.throws(() => new Class(anyOptions({ tarject: () => 1 })), {
        name: "TypeError",
        message: new RegExp(`^${Class.name}: unknown option "tarject"; known options are target, args, name, daemon`),
      });
    });

    test("options of a wrong type are refused by name", () => {
      const wrong: [object, RegExp][] = [
        [{ target: "work" }, /target must be a function, got "work"/],
        [{ target: () => 1, args: "abc" }, /args must be an array of arguments such as \["abc"\], got "abc"/],
        [{ args: [1] }, /args need a target/],
        [{ name: 5 }, /name must be a string, got 5/],
        [{ daemon: "yes" }, /daemon must be true or false, got "yes"/],
      ];
      for (const [options, message] of wrong) {
        assert.throws(() => new Class(anyOptions(options)), { name: "TypeError", message });
      }
      assert.throws(() => new Class(anyOptions(5 as never)), {
        name: "TypeError",
        message: /options must be an object/,
      });
    });

    test("args that cannot travel are refused at start with their path, and nothing is started", () => {
      const activity = new Class({ target: (x: unknown) => x, args: [{ cache: [new WeakMap() as unknown] }] });
      assert.throws(() => activity.start(), {
        name: "PickleError",
        message: /args\[0\]\.cache\[0\]: it is a WeakMap/,
      });
      assert.equal(activity.isAlive, false);
    });

    test("assignment to a captured variable is refused with variable, place and remedy", () => {
      let count = 0;
      const activity = new Class({
        target: () => {
          count++;
        },
      });
      assert.throws(
        () => activity.start(),
        (error) => {
          assert.ok(error instanceof PickleError);
          assert.match(error.message, /assigns to the captured variable 'count' \(.*bad-input\.test\.[jt]s:\d+:\d+\)/);
          const remedy =
            noun === "thread"
              ? /Threads do not.*Value from heddle\/shared.*Queue.*return the result/
              : /Processes do not.*Return the result/;
          assert.match(error.message, remedy);
          return true;
        },
      );
      assert.equal(count, 0);
    });

    test("name and daemon are fixed once it is started", async () => {
      const activity = new Class({ target: () => 1, name: "fixed" }).start();
      assert.throws(() => {
        activity.name = "other";
      }, RuntimeError);
      assert.throws(() => {
        activity.daemon = true;
      }, RuntimeError);
      await activity.join();
    });

    test("process.exit inside ends it without a result", async () => {
      const activity = new Class({ target: () => process.exit(7), name: "leaver" }).start();
      assert.equal(await activity.join(), true);
      await assert.rejects(activity.result(), (error) => {
        assert.ok(error instanceof WorkerLostError);
        assert.equal(error.worker, "leaver");
        assert.equal(error.exitcode, 7);
        assert.match(error.message, /ended with exit code 7 before run\(\) was over/);
        return true;
      });
    });

    test("a result that cannot travel is an error of result, not of the activity", async () => {
      const activity = new Class({ target: () => new WeakMap() }).start();
      assert.equal(await activity.join(), true);
      await assert.rejects(activity.result(), {
        name: "PickleError",
        message: /the result of run\(\): it is a WeakMap/,
      });
    });
  });
}

test("Thread: a thread that waits for what can no longer happen fails instead of hanging", async () => {
  const stuck = new Thread({ target: () => new Promise<never>(() => {}), name: "stuck" });
  await assert.rejects(stuck.start().result(), {
    name: "RuntimeError",
    message: /nothing is left in the thread's event loop/,
  });
});

test("Thread: joining oneself is refused", async () => {
  const { currentThread } = await import("heddle/threading");
  const selfish = new Thread({
    target: () => {
      try {
        currentThread().joinSync();
        return "joined";
      } catch (error) {
        return String(error);
      }
    },
    name: "selfish",
  });
  assert.match(String(await selfish.start().result()), /RuntimeError: Cannot join thread "selfish".*wait for itself/);
});

test("Thread: an error keeps class, properties and both stacks", async () => {
  class OutOfRange extends RangeError {
    code = 42;
  }
  const failing = new Thread({
    target: function overflow(): never {
      throw new OutOfRange("too far");
    },
  });
  await assert.rejects(failing.start().result(), (error) => {
    assert.ok(error instanceof OutOfRange);
    assert.equal(error.code, 42);
    assert.match(error.stack ?? "", /too far\n.*at .*overflow \(.*bad-input\.test\.[jt]s/);
    assert.match(error.stack ?? "", /was started from ---\n.*bad-input\.test\.[jt]s/s);
    return true;
  });
});

test("ThreadPool: a wrong size is refused", () => {
  for (const size of [0, -1, 1.5])
    assert.throws(() => new ThreadPool(size), { name: "RangeError", message: /1 or more/ });
  assert.throws(() => new ThreadPool("3" as never), {
    name: "TypeError",
    message: /processes must be an integer, got "3"/,
  });
});

describe("Thread: wrong options of its own", () => {
  const wrong: [object, string, string][] = [
    [{ transfer: 5 }, "TypeError", "Thread: transfer must be an array of what is to move, got 5"],
    [{ transfer: [5] }, "TypeError", "Thread: transfer[0] must be an ArrayBuffer, MessagePort or the like, got 5"],
    [{ resourceLimits: 5 }, "TypeError", "Thread: resourceLimits must be an object with limits in megabytes, got 5"],
    [
      { resourceLimits: { foo: 1 } },
      "TypeError",
      'Thread: resourceLimits: unknown option "foo"; known options are ' +
        "maxOldGenerationSizeMb, maxYoungGenerationSizeMb, codeRangeSizeMb, stackSizeMb",
    ],
    [
      { resourceLimits: { stackSizeMb: "1" } },
      "TypeError",
      'Thread: resourceLimits.stackSizeMb must be a number of megabytes, got "1"',
    ],
    [
      { resourceLimits: { stackSizeMb: -1 } },
      "RangeError",
      "Thread: resourceLimits.stackSizeMb must be more than 0 megabytes, got -1",
    ],
  ];
  for (const [options, name, message] of wrong) {
    test(`${inspect(options)} is refused`, () => {
      assert.throws(() => new Thread(anyOptions(options)), { name, message });
    });
  }
});

describe("locks, semaphores and queues: flags and bodies", () => {
  const locks = { Lock: () => new Lock(), RLock: () => new RLock(), Condition: () => new Condition() };
  for (const [name, make] of Object.entries({ ...locks, Semaphore: () => new Semaphore() })) {
    test(`${name}: blocking is true or false`, async () => {
      const lock = make();
      const message = (where: string): object => ({
        name: "TypeError",
        message: `${where}: blocking must be true or false, got "no"`,
      });
      assert.throws(() => lock.acquireSync(anyOptions({ blocking: "no" })), message("acquireSync"));
      await assert.rejects(lock.acquire(anyOptions({ blocking: "no" })), message("acquire"));
    });
  }

  for (const [name, make] of Object.entries(locks)) {
    test(`${name}: withLock looks at its arguments before it waits for the lock`, async () => {
      const lock = make();
      const held = await lock.acquire();
      const body = { name: "TypeError", message: /^withLock(Sync)?: body must be a function, got 5$/ };
      const recover = { name: "TypeError", message: /^withLock(Sync)?: recover must be true or false, got "yes"$/ };
      const never = (): never => assert.fail("the body ran");
      await assert.rejects(lock.withLock(5 as never, { timeout: 0 }), body);
      assert.throws(() => lock.withLockSync(5 as never, { timeout: 0 }), body);
      await assert.rejects(lock.withLock(never, anyOptions({ recover: "yes", timeout: 0 })), recover);
      assert.throws(() => lock.withLockSync(never, anyOptions({ recover: "yes", timeout: 0 })), recover);
      held[Symbol.dispose]();
      assert.equal(lock.locked, false);
    });
  }

  test("RWLock: withRead and withWrite look at their arguments before they wait", async () => {
    const lock = new RWLock();
    const held = lock.acquireWriteSync();
    for (const method of ["withRead", "withWrite"] as const) {
      const body = (name: string): object => ({ message: `${name}: body must be a function, got 5` });
      await assert.rejects(lock[method](5 as never, { timeout: 0 }), body(method));
      assert.throws(() => lock[`${method}Sync`](5 as never, { timeout: 0 }), body(`${method}Sync`));
    }
    held[Symbol.dispose]();
  });

  test("Queue: block is true or false; a negative maxsize is no limit, as in Python", async () => {
    const queue = new Queue<number>(-5);
    const message = (where: string): object => ({
      name: "TypeError",
      message: `${where}: block must be true or false, got 3`,
    });
    assert.throws(() => queue.putSync(1, anyOptions({ block: 3 })), message("putSync"));
    await assert.rejects(queue.put(1, anyOptions({ block: 3 })), message("put"));
    assert.throws(() => queue.getSync(anyOptions({ block: 3 })), message("getSync"));
    await assert.rejects(queue.get(anyOptions({ block: 3 })), message("get"));
    for (let i = 0; i < 10; i++) queue.putNowait(i);
    assert.deepEqual([queue.maxsize, queue.full, queue.qsize], [-5, false, 10]);
    queue.dispose();
  });
});
