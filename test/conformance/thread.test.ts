/** Behaviour of Python's Thread, numbered as in the list taken from CPython's own tests. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { Value } from "heddle/shared";
import {
  activeCount,
  Barrier,
  BoundedSemaphore,
  currentThread,
  Event,
  enumerate,
  getIdent,
  getNativeId,
  Lock,
  mainThread,
  RuntimeError,
  setExcepthook,
  Thread,
  type ThreadError,
} from "heddle/threading";

const resolver = createRequire(import.meta.url);
const onLinux = process.platform === "linux";

describe("Thread: construction, names, attributes", () => {
  test("T106 name is kept", () => {
    assert.equal(new Thread({ name: "hello" }).name, "hello");
  });

  test("T107 the default name is Thread-N, with a target Thread-N (its name); an empty name counts as none", () => {
    assert.match(new Thread().name, /^Thread-\d+$/);
    const named = (): void => {};
    assert.match(new Thread({ target: named }).name, /^Thread-\d+ \(named\)$/);
    assert.match(new Thread({ target: named, name: "" }).name, /^Thread-\d+ \(named\)$/);
  });

  test("T108 args reach the target unchanged, nested ones too", async () => {
    const args: [number, number[], { k: string }] = [1, [2, 3], { k: "v" }];
    const thread = new Thread({ target: (...got: typeof args) => got, args }).start();
    assert.deepEqual(await thread.result(), args);
  });

  test("T109 without a target a thread does nothing and ends", async () => {
    const thread = new Thread().start();
    assert.equal(await thread.join(), true);
    assert.equal(await thread.result(), undefined);
  });

  test("T111 ident and nativeId are undefined before start, set while it runs, kept after the end", async () => {
    const running = new Event();
    const go = new Event();
    const thread = new Thread({
      target: () => {
        running.set();
        go.waitSync();
        return [getIdent(), getNativeId()] as const;
      },
    });
    assert.equal(thread.ident, undefined);
    assert.equal(thread.nativeId, undefined);
    thread.start();
    await running.wait();
    const [ident, nativeId] = [thread.ident, thread.nativeId];
    go.set();
    assert.deepEqual(await thread.result(), [ident, nativeId]);
    assert.ok(Number(ident) > 0);
    assert.equal(nativeId !== undefined, onLinux);
    assert.deepEqual([thread.ident, thread.nativeId], [ident, nativeId]);
  });

  test("T112 native ids of threads that live together and of main are all different", { skip: !onLinux }, async () => {
    const go = new Event();
    const threads = Array.from({ length: 4 }, () =>
      new Thread({
        target: () => {
          go.waitSync();
          return getNativeId();
        },
      }).start(),
    );
    go.set();
    const ids = [getNativeId(), ...(await Promise.all(threads.map((thread) => thread.result())))];
    assert.equal(new Set(ids).size, 5);
  });

  test("T113 isAlive is false before start, true while running, false after join", async () => {
    const go = new Event();
    const thread = new Thread({ target: () => go.waitSync() });
    assert.equal(thread.isAlive, false);
    thread.start();
    assert.equal(thread.isAlive, true);
    go.set();
    await thread.join();
    assert.equal(thread.isAlive, false);
  });

  test("T114 inspect shows name, state, ident and daemon", async () => {
    const go = new Event();
    const thread = new Thread({ name: "Th 1", target: () => go.waitSync(), daemon: true });
    assert.equal(inspect(thread), "Thread(Th 1, initial, daemon)");
    thread.start();
    assert.equal(inspect(thread), `Thread(Th 1, started ${thread.ident}, daemon)`);
    go.set();
    await thread.join();
    assert.equal(inspect(thread), `Thread(Th 1, stopped ${thread.ident}, daemon)`);
    assert.equal(inspect(mainThread()), `Thread(MainThread, started ${mainThread().ident})`);
  });

  test("T115 the end is visible without join", async () => {
    const thread = new Thread({ target: () => {} }).start();
    while (thread.isAlive) await new Promise(setImmediate);
    assert.match(inspect(thread), /stopped/);
  });

  test("T116 name may be changed until start, and the thread sees it; afterwards it is refused", async () => {
    const thread = new Thread({ target: () => currentThread().name });
    thread.name = "renamed";
    assert.equal(await thread.start().result(), "renamed");
    assert.throws(() => {
      thread.name = "late";
    }, RuntimeError);
  });

  test("T117 daemon is false in the main thread unless given", () => {
    assert.equal(new Thread().daemon, false);
    assert.equal(new Thread({ daemon: true }).daemon, true);
    assert.equal(new Thread({ daemon: false }).daemon, false);
  });

  test("T118 daemon is inherited from the thread that makes the thread", async () => {
    const daemon = new Thread({
      daemon: true,
      target: () => [new Thread().daemon, new Thread({ daemon: false }).daemon],
    });
    assert.deepEqual(await daemon.start().result(), [true, false]);
  });

  test("T119 setting daemon of a started thread throws", async () => {
    const thread = new Thread({ target: () => {} }).start();
    assert.throws(() => {
      thread.daemon = true;
    }, RuntimeError);
    await thread.join();
  });

  test("T122 stackSizeMb decides how deep a thread may recurse", async () => {
    const depth = (): number => {
      const down = (n: number): number => {
        try {
          return down(n + 1);
        } catch {
          return n;
        }
      };
      return down(0);
    };
    const [small, large] = await Promise.all(
      [1, 8].map((stackSizeMb) => new Thread({ target: depth, resourceLimits: { stackSizeMb } }).start().result()),
    );
    assert.ok((large as number) > 2 * (small as number), `${large} against ${small}`);
  });

  test("T123 no more than 3 of 6 threads are inside a BoundedSemaphore(3) at any time", async () => {
    const gate = new BoundedSemaphore(3);
    const inside = new Value("i32", 0);
    // All at once, and often: without the gate there would be more inside.
    const start = new Barrier(6);
    const visit = (): number => {
      start.waitSync();
      let most = 0;
      for (let i = 0; i < 500; i++) {
        const permit = gate.acquireSync();
        most = Math.max(most, inside.add(1) + 1);
        inside.sub(1);
        permit[Symbol.dispose]();
      }
      return most;
    };
    const threads = Array.from({ length: 6 }, () => new Thread({ target: visit }).start());
    const seen = await Promise.all(threads.map((thread) => thread.result()));
    assert.ok(
      seen.every((count) => count >= 1 && count <= 3),
      String(seen),
    );
  });
});

describe("Thread: start and join", () => {
  test("T124 start twice throws", async () => {
    const thread = new Thread().start();
    assert.throws(() => thread.start(), RuntimeError);
    await thread.join();
  });

  test("T125 join before start throws", async () => {
    await assert.rejects(new Thread().join(), RuntimeError);
    assert.throws(() => new Thread().joinSync(), RuntimeError);
  });

  test("T126 a thread that joins itself throws", async () => {
    const thread = new Thread({ target: () => currentThread().joinSync(), name: "selfish" });
    setExcepthook(() => {});
    await assert.rejects(thread.start().result(), { name: "RuntimeError", message: /"selfish".*calling thread/ });
    setExcepthook(undefined);
    await assert.rejects(mainThread().join(), RuntimeError);
  });

  test("T127 join waits for the end; joining again returns at once", async () => {
    const thread = new Thread({ target: () => {} }).start();
    assert.equal(await thread.join(), true);
    assert.equal(await thread.join(), true);
    assert.equal(thread.joinSync(), true);
  });

  test("T128 join with a timeout returns false if that came first", async () => {
    const go = new Event();
    const thread = new Thread({ target: () => go.waitSync() }).start();
    assert.equal(await thread.join({ timeout: 1 }), false);
    assert.equal(thread.joinSync({ timeout: 1 }), false);
    assert.equal(thread.isAlive, true);
    go.set();
    assert.equal(await thread.join({ timeout: 60_000 }), true);
  });

  test("T129 a negative timeout is refused", async () => {
    const thread = new Thread().start();
    await assert.rejects(thread.join({ timeout: -1 }), RangeError);
    await thread.join();
  });

  test("T130 several threads may join the same one", async () => {
    const go = new Event();
    const target = new Thread({ target: () => go.waitSync() }).start();
    const joiners = Array.from({ length: 4 }, () => new Thread({ target: () => target.joinSync() }).start());
    go.set();
    assert.deepEqual(await Promise.all(joiners.map((joiner) => joiner.result())), [true, true, true, true]);
    await target.join();
  });

  test("T131 after join a thread is not listed", async () => {
    const thread = new Thread().start();
    await thread.join();
    assert.ok(!enumerate().includes(thread));
  });

  test("T133 a start that fails leaves nothing behind and may be repeated", () => {
    const before = activeCount();
    const thread = new Thread({ target: (value: unknown) => value, args: [Promise.resolve() as unknown] });
    for (const _ of [1, 2]) assert.throws(() => thread.start(), { name: "PickleError" });
    assert.equal(thread.ident, undefined);
    assert.equal(activeCount(), before);
  });
});

describe("Thread: module functions", () => {
  test("T136 main is MainThread; inside a thread currentThread is another", async () => {
    assert.equal(mainThread().name, "MainThread");
    assert.equal(currentThread(), mainThread());
    assert.equal(getIdent(), mainThread().ident);
    const inside = new Thread({
      name: "inner",
      target: () => [currentThread().name, currentThread() === mainThread(), mainThread().name],
    });
    assert.deepEqual(await inside.start().result(), ["inner", false, "MainThread"]);
  });

  test("T137 T138 in a thread that the library has not started currentThread is a daemon, listed until that ends", async () => {
    const source = `const { parentPort } = require("node:worker_threads");
      const { currentThread } = require(${JSON.stringify(resolver.resolve("heddle/threading"))});
      const me = currentThread();
      parentPort.once("message", () => process.exit());
      parentPort.postMessage([me.name, me.daemon, me.isAlive]);`;
    const worker = new Worker(source, { eval: true });
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    const [name, daemon, alive] = await new Promise<unknown[]>((resolve) => worker.once("message", resolve));
    assert.match(String(name), /^Dummy-\d+$/);
    assert.deepEqual([daemon, alive], [true, true]);
    assert.ok(enumerate().some((thread) => thread.name === name));
    worker.postMessage("end");
    await gone;
    // T138: the placeholder disappears with its thread.
    assert.ok(!enumerate().some((thread) => thread.name === name));
  });

  test("T139 enumerate has all that are alive, main and daemons included; activeCount is its length", async () => {
    const go = new Event();
    const unstarted = new Thread();
    const threads = [true, false].map((daemon) => new Thread({ daemon, target: () => go.waitSync() }).start());
    const listed = enumerate();
    assert.equal(activeCount(), listed.length);
    for (const thread of [mainThread(), ...threads]) assert.ok(listed.includes(thread as Thread<never>));
    assert.ok(!listed.includes(unstarted as Thread<never>));
    go.set();
    for (const thread of threads) await thread.join();
    for (const thread of threads) assert.ok(!enumerate().includes(thread as Thread<never>));
  });

  test("T140 getIdent in a thread equals its ident", async () => {
    const thread = new Thread({ target: () => getIdent() === currentThread().ident && getIdent() }).start();
    assert.equal(await thread.result(), thread.ident);
  });

  test("T145 a tight loop in a thread sees a value set by main", async () => {
    const stop = new Value("i32", 0);
    const running = new Event();
    const thread = new Thread({
      target: () => {
        running.set();
        let turns = 0;
        do turns++;
        while (stop.value === 0);
        return turns > 0;
      },
    }).start();
    await running.wait();
    stop.value = 1;
    assert.equal(await thread.result(), true);
  });

  test("T147 a stack overflow ends the thread with a RangeError, not the program", async () => {
    const errors: ThreadError[] = [];
    setExcepthook((info) => errors.push(info));
    const deeper = (): number => 1 + deeper();
    const thread = new Thread({ target: () => deeper() }).start();
    await thread.join();
    setExcepthook(undefined);
    assert.equal(errors.length, 1);
    await assert.rejects(thread.result(), RangeError);
  });
});

describe("Thread: exceptions", () => {
  test("T149 join of a failed thread does not throw, result does", async () => {
    setExcepthook(() => {});
    const thread = new Thread({
      target: () => {
        throw new RangeError("too far");
      },
    }).start();
    assert.equal(await thread.join(), true);
    await assert.rejects(thread.result(), { name: "RangeError", message: "too far" });
    setExcepthook(undefined);
  });

  test("T150 the excepthook is told error and thread, before join resolves", async () => {
    const told: ThreadError[] = [];
    setExcepthook((info) => told.push(info));
    const thread = new Thread({
      target: () => {
        throw new TypeError("bad");
      },
    }).start();
    await thread.join();
    setExcepthook(undefined);
    assert.equal(told.length, 1);
    assert.equal(told[0]?.thread, thread);
    assert.ok(told[0]?.error instanceof TypeError);
  });

  test("T154 the excepthook is told a thread, with its name, also of one that is not known here", async () => {
    const told: ThreadError[] = [];
    setExcepthook((info) => told.push(info));
    const outer = new Thread({
      target: () => {
        new Thread({
          name: "unknown here",
          target: () => {
            throw new Error("deep");
          },
        }).start();
      },
    });
    await outer.start().join();
    while (told.length === 0) await new Promise(setImmediate);
    setExcepthook(undefined);
    assert.ok(told[0]?.thread instanceof Thread);
    assert.deepEqual([told[0].thread.name, told[0].thread === outer], ["unknown here", false]);
  });

  test("T150 the hook of main also hears of threads that threads have started", async () => {
    const told: string[] = [];
    setExcepthook(({ error, thread }) => told.push(`${thread.name}: ${(error as Error).message}`));
    const outer = new Thread({
      target: async () => {
        const inner = new Thread({
          name: "inner",
          target: () => {
            throw new Error("deep");
          },
        });
        await inner.start().join();
      },
    });
    await outer.start().join();
    // The report of the inner thread goes through the outer one, which lives until that has been sent.
    while (told.length === 0) await new Promise(setImmediate);
    setExcepthook(undefined);
    assert.deepEqual(told, ["inner: deep"]);
  });

  test("T161 threads that each write a file and format a stack raise nothing", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "threads-"));
    const write = (file: string): string => {
      writeFileSync(file, "text");
      return (new Error("here").stack ?? "").split("\n")[0] ?? "";
    };
    const files = Array.from({ length: 10 }, (_, i) => path.join(folder, `file-${i}`));
    const threads = files.map((file) => new Thread({ target: write, args: [file] }).start());
    for (const thread of threads) assert.equal(await thread.result(), "Error: here");
    for (const file of files) assert.equal(readFileSync(file, "utf8"), "text");
    rmSync(folder, { recursive: true });
  });
});

describe("Thread: beyond Python", () => {
  test("terminate: ends a thread that ignores everything", async () => {
    const running = new Event();
    const thread = new Thread({
      target: () => {
        running.set();
        for (;;);
      },
    }).start();
    await running.wait();
    await thread.terminate();
    assert.equal(thread.isAlive, false);
    await assert.rejects(thread.result(), { name: "WorkerLostError" });
    await thread.terminate();
  });

  test("terminate: ends a thread that blocks in a lock; the lock it held passes on, ownerDied", async () => {
    const [held, wanted] = [new Lock(), new Lock()];
    wanted.acquireSync();
    const running = new Event();
    const thread = new Thread({
      target: () => {
        held.acquireSync();
        running.set();
        wanted.acquireSync();
      },
    }).start();
    await running.wait();
    await thread.terminate();
    assert.equal((await held.acquire()).ownerDied, true);
    wanted.release();
    assert.ok(wanted.tryAcquire());
  });

  test("terminate: ends the threads that it started, and their joiners are told", async () => {
    const running = new Event();
    const inner = new Value("i32", 0);
    const thread = new Thread({
      target: () => {
        const child = new Thread({
          target: () => {
            running.set();
            for (;;);
          },
        }).start();
        inner.value = child.ident as number;
        child.joinSync();
      },
    }).start();
    await running.wait();
    const child = enumerate().find((each) => each.ident === inner.value);
    await thread.terminate();
    assert.equal(await child?.join(), true);
    assert.equal(child?.isAlive, false);
    assert.deepEqual(enumerate(), [mainThread()]);
  });

  test("terminate with grace: the signal is aborted in the thread, which may end by itself", async () => {
    const running = new Event();
    const thread = new Thread({
      target: async () => {
        const { signal } = currentThread();
        running.set();
        await new Promise((resolve) => {
          const hold = setInterval(() => {}, 1000);
          signal.addEventListener("abort", () => {
            clearInterval(hold);
            resolve(undefined);
          });
        });
        return String(signal.reason.name);
      },
    }).start();
    await running.wait();
    assert.equal(thread.signal.aborted, false);
    await thread.terminate({ grace: 60_000 });
    assert.equal(thread.signal.aborted, true);
    assert.equal(await thread.result(), "CancelledError");
  });

  test("a thread outlives the function that made it, and a sibling may join its handle", async () => {
    const go = new Event();
    const make = (): Thread => new Thread({ name: "made", target: () => go.waitSync() }).start() as Thread;
    const made = make();
    const sibling = new Thread({
      target: () => {
        const same = made === enumerate().find((each) => each.name === "made");
        go.set();
        made.joinSync();
        return [made.name, made.isAlive, same];
      },
    }).start();
    assert.deepEqual(await sibling.result(), ["made", false, true]);
  });

  test("an error in a field of a subclass reaches the one who makes it", () => {
    class Careless extends Thread {
      readonly field = ((): never => {
        throw new RangeError("in a field");
      })();
    }
    assert.throws(() => new Careless(), { name: "RangeError", message: "in a field" });
  });
});
