/** An AsyncLocalStorage of the program holds in every function that is called for a caller, whenever that is. */
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, test } from "node:test";
import { createTask, currentTask, run, setExceptionHandler } from "heddle/asyncio";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { Barrier, Condition, Event, setExcepthook, Thread } from "heddle/threading";

const storage = new AsyncLocalStorage<string>();
/** Where each function ran. */
const seen = new Map<string, Set<string | undefined>>();
const see = (what: string): void => void seen.set(what, (seen.get(what) ?? new Set()).add(storage.getStore()));
const check = (expected: Record<string, string>): void =>
  assert.deepEqual(Object.fromEntries([...seen].map(([what, stores]) => [what, [...stores].join()])), expected);
afterEach(() => seen.clear());

function* counted(name: string, upTo: number): Generator<number> {
  try {
    for (let n = 0; n < upTo; n++) {
      see(`${name} next`);
      yield n;
    }
  } finally {
    see(`${name} return`);
  }
}

async function* slowly(name: string, upTo: number): AsyncGenerator<number> {
  for (const n of counted(name, upTo)) {
    await new Promise(setImmediate);
    yield n;
  }
}

for (const Kind of [Pool, ThreadPool]) {
  describe(Kind.name, () => {
    test("the input and onProgress of maps at one time, each in its own caller's", async () => {
      await using pool = new Kind(2);
      const map = (name: string, input: typeof counted | typeof slowly): Promise<number[]> =>
        storage.run(name, () =>
          pool.map((x: number) => x + 1, input(name, 40), {
            chunkSize: 1,
            bufferSize: 2,
            onProgress: () => see(`${name} progress`),
          }),
        );
      await Promise.all([map("one", counted), map("two", slowly)]);
      const all = ["one", "two"].flatMap((name) => ["next", "return", "progress"].map((of) => [`${name} ${of}`, name]));
      check(Object.fromEntries(all));
    });

    test("an input that is given up is told so in its caller's", async () => {
      const pool = new Kind(1);
      const input = (name: string): Iterable<number> & AsyncIterable<number> =>
        (name === "sync" ? counted(name, 1000) : slowly(name, 1000)) as never;
      const maps = ["sync", "async"].map((name) =>
        storage.run(name, () => pool.map(() => new Promise(() => {}), input(name), { bufferSize: 1 })),
      );
      const failed = Promise.allSettled(maps);
      await new Promise(setImmediate);
      await storage.run("terminator", () => pool.terminate());
      await failed;
      assert.deepEqual(seen.get("sync return"), new Set(["sync"]));
    });
  });
}

test("an excepthook runs where it was set", async () => {
  const heard = new Event();
  storage.run("setter", () =>
    setExcepthook(() => {
      see("hook");
      heard.set();
    }),
  );
  try {
    const bad = new Thread({
      target: () => {
        throw new RangeError("too far");
      },
    });
    await storage.run("starter", () => bad.start().join());
    await heard.wait();
  } finally {
    setExcepthook(undefined);
  }
  check({ hook: "setter" });
});

test("an exception handler runs where it was set, and belongs to no task", async () => {
  const tasks: unknown[] = [];
  await run(async () =>
    storage.run("setter", () =>
      setExceptionHandler(() => {
        see("handler");
        tasks.push(currentTask());
      }),
    ),
  );
  try {
    await storage.run("runner", () =>
      run(async () => {
        createTask(() => {
          throw new RangeError("too far");
        });
      }),
    );
  } finally {
    setExceptionHandler(undefined);
  }
  check({ handler: "setter" });
  assert.deepEqual(tasks, [null]);
});

test("done callbacks, predicates and actions run in the caller's", async () => {
  await run(async () => {
    const task = storage.run("creator", () => createTask(() => see("task")));
    const called = new Promise<void>((resolve) =>
      storage.run("adder", () =>
        task.addDoneCallback(() => {
          see("done callback");
          resolve();
        }),
      ),
    );
    await task;
    await called;
  });
  const condition = new Condition();
  let ready = false;
  const waiting = storage.run("waiter", () =>
    condition.withLock(() =>
      condition.waitFor(() => {
        see("predicate");
        return ready;
      }),
    ),
  );
  ready = true;
  await storage.run("notifier", () => condition.withLock(() => condition.notifyAll()));
  await waiting;
  const barrier = new Barrier(2, { action: () => see("action") });
  await Promise.all(["last", "last"].map((name) => storage.run(name, () => barrier.wait())));
  check({ task: "creator", "done callback": "adder", predicate: "waiter", action: "last" });
});

test("what a process sends is heard where the listener was given", async () => {
  const child = storage.run(
    "giver",
    () => new Process({ target: () => void process.send?.("hello"), onMessage: () => see("message") }),
  );
  await storage.run("starter", () => child.start().join());
  check({ message: "giver" });
});
