/** What the program does to stacks never crashes it, and no error is lost for it. */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { run } from "heddle/asyncio";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { dumps, loads } from "heddle/pickle";
import { Thread } from "heddle/threading";

const Stacks = Error as { prepareStackTrace?: unknown; stackTraceLimit?: unknown };
const before = Object.getOwnPropertyDescriptors(Stacks);

const odd: Record<string, () => void> = {
  "prepareStackTrace that throws": () => {
    Stacks.prepareStackTrace = () => {
      throw Symbol.for("no stack");
    };
  },
  "prepareStackTrace that gives frames": () => {
    Stacks.prepareStackTrace = (_: unknown, frames: unknown) => frames;
  },
  "prepareStackTrace that gives a number": () => {
    Stacks.prepareStackTrace = () => 7;
  },
  "no stackTraceLimit": () => {
    delete Stacks.stackTraceLimit;
  },
  "a stackTraceLimit of 0": () => {
    Stacks.stackTraceLimit = 0;
  },
};

/** @returns the message of what it rejects with */
const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (error: unknown) => (error as Error).message,
  );

for (const [name, spoil] of Object.entries(odd)) {
  describe(name, () => {
    afterEach(() => {
      delete Stacks.prepareStackTrace;
      Object.defineProperties(Stacks, before);
    });

    test("errors of threads, processes, pools and tasks come home", async () => {
      const fails = (): never => {
        throw new RangeError("too far");
      };
      spoil();
      const messages = [
        await messageOf(new Thread({ target: fails }).start().result()),
        await messageOf(new Process({ target: fails }).start().result()),
        await messageOf(run(async () => fails())),
      ];
      for (const Kind of [Pool, ThreadPool]) {
        const pool = new Kind(1);
        messages.push(await messageOf(pool.map(fails, [1])));
        await pool.terminate();
      }
      const copied = (loads(dumps(new RangeError("too far"))) as Error).message;
      assert.deepEqual([...messages, copied], new Array(6).fill("too far"));
    });
  });
}

test("an error whose stack is no string, or cannot be read, comes home", async () => {
  const targets = [
    () => {
      throw Object.assign(new RangeError("too far"), { stack: 7 });
    },
    () => {
      throw Object.defineProperty(new RangeError("too far"), "stack", { value: undefined });
    },
    () => {
      const error = new RangeError("too far");
      Object.defineProperty(error, "stack", {
        get(): never {
          throw new Error("no stack");
        },
      });
      throw error;
    },
  ];
  for (const target of targets)
    for (const Kind of [Thread, Process]) {
      const activity = new Kind({ target });
      activity.start();
      assert.equal(await messageOf(activity.result()), "too far");
    }
});
