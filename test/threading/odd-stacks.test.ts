/** What the program does to stacks never crashes it, and no error is lost for it. */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { format } from "node:util";
import { runInNewContext } from "node:vm";
import { run } from "heddle/asyncio";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { dumps, loads } from "heddle/pickle";
import { Thread } from "heddle/threading";
import { reportException } from "#heddle/asyncio/exception-handler.js";
import { CallSite } from "#heddle/platform/stacks/call-site.js";
import { displayThrown } from "#heddle/platform/words/display.js";

const Stacks = Error as { prepareStackTrace?: unknown; stackTraceLimit?: unknown };
const before = Object.getOwnPropertyDescriptors(Stacks);

const odd: Record<string, () => void> = {
  "prepareStackTrace that throws": () => {
    Stacks.prepareStackTrace = () => {
      throw new Error("no stack");
    };
  },
  "prepareStackTrace that gives frames": () => {
    Stacks.prepareStackTrace = (_: unknown, frames: unknown) => frames;
  },
  "prepareStackTrace that gives an empty text": () => {
    Stacks.prepareStackTrace = () => "";
  },
  "prepareStackTrace that cannot be read": () => {
    Object.defineProperty(Stacks, "prepareStackTrace", {
      configurable: true,
      get(): never {
        throw new Error("no stack");
      },
    });
  },
  "prepareStackTrace that gives a number": () => {
    Stacks.prepareStackTrace = () => 7;
  },
  "a stackTraceLimit that cannot be read": () => {
    Object.defineProperty(Stacks, "stackTraceLimit", {
      configurable: true,
      get(): never {
        throw new Error("no limit");
      },
    });
  },
  "a captureStackTrace that throws": () => {
    Error.captureStackTrace = () => {
      throw new Error("not now");
    };
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

/** Node reads the stacks of errors of streams by itself, in the middle of its own work. */
test("a pipe that breaks while prepareStackTrace throws ends no program", async () => {
  odd["prepareStackTrace that throws"]?.();
  try {
    // Its first message is never read.
    const killed = new Process({ target: () => {} });
    killed.start();
    killed.kill();
    assert.equal(await killed.join(), true);
    assert.equal(killed.exitcode, -9);
  } finally {
    delete Stacks.prepareStackTrace;
  }
});

test("an error is named where it is printed and where it is delivered, whatever its stack is", () => {
  for (const stack of [7, "", null, ["one", "two"], "elsewhere", Symbol("no stack")]) {
    const error = Object.assign(new RangeError("too far"), { stack });
    assert.match(displayThrown(error), /^RangeError: too far/);
    assert.match(`${new CallSite(test).appendTo(error).stack}`, /^(RangeError: too far|elsewhere)/);
  }
  const framed = Object.assign(new RangeError("too far"), { stack: ["one", "two"] });
  assert.equal(displayThrown(framed), "RangeError: too far\n    at one\n    at two");
  const foreign: unknown = runInNewContext('Object.assign(new RangeError("too far"), { stack: 7 })');
  assert.equal(displayThrown(foreign), "RangeError: too far");
});

test("an asyncio failure nobody received is printed if its stack cannot be read", () => {
  const error = new RangeError("too far");
  Reflect.deleteProperty(error, "stack");
  Object.defineProperty(error, "stack", {
    get(): never {
      throw new Error("no stack");
    },
  });
  const printed: string[] = [];
  const { mock } = test.mock.method(console, "error", (...words: unknown[]) => {
    printed.push(format(...words)); // throws on Node 20, where the next call has it in words
  });
  try {
    reportException("Nobody received this", error);
  } finally {
    mock.restore();
  }
  assert.equal(printed.length, 1);
  assert.match(printed[0]!, /^Nobody received this\n *\[?RangeError: too far/);
});

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
    () => {
      throw Object.freeze(new RangeError("too far"));
    },
    () => {
      Error.prepareStackTrace = () => {
        throw new Error("no stack");
      };
      throw new RangeError("too far");
    },
  ];
  for (const target of targets)
    for (const Kind of [Thread, Process]) {
      const activity = new Kind({ target });
      activity.start();
      assert.equal(await messageOf(activity.result()), "too far");
    }
});
