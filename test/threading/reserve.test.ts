/** The warm reserve: what is used again, what retires, and that it costs a program nothing that it does not ask for. */
import assert from "node:assert/strict";
import nodeFs from "node:fs";
import { after, afterEach, test } from "node:test";
import { Queue } from "heddle/queue";
import {
  activeCount,
  currentThread,
  Event,
  enumerate,
  getIdent,
  getNativeId,
  Lock,
  setThreadReserve,
  Thread,
  ThreadLocal,
} from "heddle/threading";
import { runProgram } from "./program.js";

afterEach(() => setThreadReserve({ size: 0 }));

/** Two threads, one after the other. @returns true if the second one ran in the worker of the first */
function isReused(first: () => unknown): boolean {
  setThreadReserve({ size: 2 });
  const before = new Thread({ target: first }).start();
  before.joinSync();
  const native = before.nativeId;
  const after = new Thread({ target: () => getNativeId() }).start();
  return after.resultSync() === native;
}

const onLinux = { skip: process.platform !== "linux" };

for (const [what, leave] of [
  ["a global", () => Object.assign(globalThis, { left: 1 })],
  ["a changed global", () => Object.assign(globalThis, { structuredClone: 1 })],
  ["a timer", () => void setTimeout(() => {}, 60_000)],
  ["a listener of the process", () => process.on("SIGUSR2", () => {})],
  ["a module", () => import("./program.js")],
  ["a thread of its own", () => new Thread({ target: () => {} }).start().joinSync()],
] as const) {
  test(`a thread that leaves ${what} takes its worker with it`, onLinux, () => {
    assert.equal(isReused(leave), false);
  });
}

/** Each leaves something that its text may reach and that no list of Node's shows. */
const hidden: Record<string, () => unknown> = {
  "a method of the console": () => {
    console.log = () => {};
  },
  "a method of the console, by another name": () => {
    const { console: printer } = globalThis;
    printer.info = () => {};
  },
  "an indented console": () => console.group(),
  "a counter of the console": () => console.count("mine"),
  "a patched stdout": () => {
    process.stdout.write = () => true;
  },
  "an argument of the program": () => process.argv.push("more"),
  "other arguments of the program": () => {
    process.argv = ["others"];
  },
  "Math.random": () => {
    Math.random = () => 4;
  },
  "Math.random, captured": () => {
    math.random = () => 4;
  },
  "Date.now": () => {
    Date.now = () => 0;
  },
  "the depth of stacks": () => {
    Error.stackTraceLimit = 1;
  },
  "how stacks are made": () => {
    Error.prepareStackTrace = () => "none";
  },
  "a property of all objects": () => Object.assign(Object.prototype, { polluted: 1 }),
  "a property of all objects, by a computed name": () => {
    (({}) as never as Record<string, { polluted: number }>)[computed]!.polluted = 1;
  },
  "a hidden method of all arrays": () => Object.defineProperty(Array.prototype, "last", { value: () => 1 }),
  "a getter of all maps": () => Object.defineProperty(Map.prototype, "size", { get: () => 7 }),
  "a static of a class of the language": () => {
    (Promise as unknown as { mine: number }).mine = 1;
  },
  "a built-in object that gets no more properties": () => Object.preventExtensions(Math),
  "a built-in object whose parent is another one": () => Object.setPrototypeOf(Map.prototype, { mine: 1 }),
  "another parent of the global object": () => Object.setPrototypeOf(globalThis, { mine: 1 }),
  "a global object that gets no more properties": () => Object.preventExtensions(globalThis),
  "a function of a function of process": () => {
    process.hrtime.bigint = () => 0n;
  },
  "another function of a function of process": () => {
    process.memoryUsage.rss = () => 0;
  },
  "a property of a method": () => {
    (Array.prototype.push as unknown as { mine: number }).mine = 1;
  },
  "a property of a method, captured": () => {
    (push as unknown as { mine: number }).mine = 1;
  },
  "a property of a method of Intl": () => {
    (Intl.DateTimeFormat.prototype.formatToParts as unknown as { mine: number }).mine = 1;
  },
  "a property of a method of the console": () => Object.assign(console.log, { mine: 2 }),
  "a property of a static": () => {
    (Promise.all as unknown as { mine: number }).mine = 1;
  },
  "a method that gets no more properties": () => Object.freeze(Array.prototype.map),
  "an iterator's method": () => {
    Object.getPrototypeOf([].values()).next = () => ({ done: true });
  },
  "a replaced function of node:fs": () => {
    fs.readFileSync = (() => "") as never;
  },
  "a replaced function, by another way to the module": () => {
    process.getBuiltinModule("node:os").cpus = () => [];
  },
  "a deleted global, by the `this` of a sloppy function": new Function("delete this.TextEncoder") as () => unknown,
  "a timer without a reference": () => setTimeout(() => {}, 60_000).unref(),
  "a signal that will be aborted": () => void AbortSignal.timeout(60_000),
  "a sleeper on shared memory": () => void Reflect.get(Atomics, "waitAsync")(cells, 0, 0),
  "what is called when memory is freed": () => new FinalizationRegistry(() => {}).register({}, 0),
  "a mark of the performance": () => performance.mark("mine"),
  "a context of async code": () => {
    const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
    new AsyncLocalStorage<number>().enterWith(1);
  },
  "a listener of the process, and none of the old": () => process.once("beforeExit", () => {}),
  "a replaced method of a lazy global": () => {
    Reflect.set(Response.prototype, "json", () => 1);
  },
  "code in a text": () => new Function("console.log = () => {}")(),
};
const math = Math;
const { push } = Array.prototype;
const computed = "__proto__";
const cells = new Int32Array(new SharedArrayBuffer(4));
const fs = nodeFs;

for (const [what, leave] of Object.entries(hidden)) {
  test(`nor does the next one see ${what}`, onLinux, () => {
    assert.equal(isReused(leave), false);
  });
}

/** What many threads do, and leaves nothing. */
const harmless: Record<string, () => unknown> = {
  nothing: () => 1,
  "moving memory": () => queue.putSync(1, { transfer: [new ArrayBuffer(8)] }),
  "computed members": () => {
    const table: Record<string, number> = {};
    for (const word of ["warp", "weft"]) table[word] = word.length;
    return table;
  },
  "the language's own functions": () =>
    Object.entries({ a: 1 }).map(([key, n]) => JSON.stringify([key, Math.max(n, 2)])),
  "reading what the process is like": () => [process.argv.length, process.pid, process.env["PATH"]],
  printing: () => console.error(""),
  "node:fs": () => fs.existsSync("/"),
  "a class": () =>
    new (class Point {
      x = 1;
    })().x,
  time: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return performance.now();
  },
};
/** Two at a time use all that rest. */
async function isUsedAgain(run: () => unknown): Promise<boolean> {
  setThreadReserve({ size: 2 });
  const before = new Thread({ target: run }).start();
  await before.join();
  while (nodeFs.existsSync(`/proc/self/task/${before.nativeId}`)) {
    const later = [1, 2].map(() => new Thread({ target: () => getNativeId() }).start());
    for (const thread of later) if ((await thread.result()) === before.nativeId) return true;
  }
  return false;
}
const queue = new Queue<number>();
after(() => queue.dispose());
for (const [what, run] of Object.entries(harmless)) {
  test(`a worker is used again after ${what}`, onLinux, async () => {
    // On a busy machine it comes to rest late, when others have taken the places: then it goes, used or not, as it should.
    for (let tries = 0; tries < 30; tries++) if (await isUsedAgain(run)) return;
    assert.fail("it is not");
  });
}

test("a thread that fails takes its worker with it", onLinux, async () => {
  setThreadReserve({ size: 2 });
  const failed = new Thread({
    target: () => {
      process.exit(1);
    },
  }).start();
  failed.joinSync();
  const next = new Thread({ target: () => getNativeId() }).start();
  assert.notEqual(next.resultSync(), failed.nativeId);
});

test("a thread with resource limits never comes from the reserve, nor goes there", onLinux, () => {
  setThreadReserve({ size: 2 });
  const native = (resourceLimits?: { stackSizeMb: number }): number | undefined =>
    new Thread({ target: () => getNativeId(), ...(resourceLimits ? { resourceLimits } : {}) }).start().resultSync();
  const first = native();
  const limited = native({ stackSizeMb: 2 });
  assert.notEqual(limited, first);
  // Not necessarily the first one: on a busy machine that may be late to rest, and then a new one is started.
  assert.notEqual(native(), limited);
});

test("a worker that is used again has a new ident, its own current thread and no value of the last run", () => {
  setThreadReserve({ size: 2 });
  const local = new ThreadLocal(() => "fresh");
  const lock = new Lock();
  const look = (): unknown[] => {
    const seen = [currentThread().name, getIdent() === currentThread().ident, local.value];
    local.value = "used";
    const held = lock.acquireSync();
    held[Symbol.dispose]();
    return [...seen, lock.locked];
  };
  const idents = new Set<number | undefined>();
  for (const name of ["one", "two", "three"]) {
    const thread = new Thread({ target: look, name }).start();
    assert.deepEqual(thread.resultSync(), [name, true, "fresh", false]);
    idents.add(thread.ident);
  }
  assert.equal(idents.size, 3);
});

test("a lock that a reused worker holds when it is terminated reports ownerDied", async () => {
  setThreadReserve({ size: 2 });
  new Thread({ target: () => {} }).start().joinSync();
  const [lock, running] = [new Lock(), new Event()];
  const thread = new Thread({
    target: () => {
      lock.acquireSync();
      running.set();
      for (;;);
    },
  }).start();
  await running.wait();
  await thread.terminate();
  assert.equal((await lock.acquire()).ownerDied, true);
});

test("terminate of a thread that is over leaves the worker's next thread alone", async () => {
  setThreadReserve({ size: 2 });
  const first = new Thread({ target: () => 1 }).start();
  first.joinSync();
  const go = new Event();
  const second = new Thread({
    target: () => {
      go.waitSync();
      return 2;
    },
  }).start();
  await first.terminate();
  go.set();
  assert.equal(await second.result(), 2);
});

test("a thousand threads, one after the other, each end with their own result", async () => {
  setThreadReserve({ size: 2 });
  const square = (n: number): number => n * n;
  for (let n = 0; n < 1000; n++) {
    const thread = new Thread({ target: square, args: [n] }).start();
    assert.equal(n % 2 === 0 ? thread.resultSync() : await thread.result(), n * n);
  }
});

test("resting workers are not listed", async () => {
  setThreadReserve({ size: 4 });
  const threads = Array.from({ length: 4 }, () => new Thread({ target: () => {} }).start());
  for (const thread of threads) await thread.join();
  assert.equal(activeCount(), 1);
  assert.equal(enumerate().length, 1);
});

test("resting workers do not keep the program alive", async () => {
  const ended = await runProgram(`import { setThreadReserve, Thread } from "heddle/threading";
    setThreadReserve({ size: 4, idle: Infinity });
    const threads = [1, 2, 3].map(() => new Thread({ target: () => {} }).start());
    for (const thread of threads) await thread.join();
    console.log("over");`);
  assert.deepEqual(ended, { stdout: "over\n", stderr: "", code: 0, signal: null });
});

test("a worker that rests longer than idle is stopped", async () => {
  const gone = new Promise<void>((resolve) => {
    process.once("worker", (worker) => worker.once("exit", () => resolve()));
  });
  setThreadReserve({ size: 1, idle: 1 });
  await new Thread({ target: () => {} }).start().join();
  // Idle workers do not hold the event loop: somebody who waits for their end must.
  const hold = setInterval(() => {}, 1000);
  await gone;
  clearInterval(hold);
  setThreadReserve({ idle: 10_000 });
});

test("wrong options are refused by name", () => {
  assert.throws(() => setThreadReserve({ size: -1 }), { name: "RangeError", message: /setThreadReserve: size/ });
  assert.throws(() => setThreadReserve({ idle: "1" as never }), {
    name: "TypeError",
    message: /setThreadReserve: idle/,
  });
  assert.throws(() => setThreadReserve({ many: 1 } as never), { name: "TypeError", message: /unknown option "many"/ });
});
