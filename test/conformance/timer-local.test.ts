/** Behaviour of Python's Timer and local, numbered as in the list taken from CPython's own tests. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Thread, ThreadLocal, Timer } from "heddle/threading";

/** Longer than any test takes: whoever waits for it has failed. */
const FOREVER = 10 * 60_000;

describe("Timer", () => {
  test("T094 calls the function once, after the interval, with its arguments", async () => {
    const begin = performance.now();
    const timer = new Timer(30, (a: number, b: number) => [a + b, 1], { args: [2, 3] }).start();
    assert.deepEqual(await timer.result(), [5, 1]);
    assert.ok(performance.now() - begin >= 29);
    assert.equal(timer.finished.isSet, true);
  });

  test("T095 timers do not share their arguments", async () => {
    const change = (list: number[]): number => list.push(1);
    const list: number[] = [];
    const timers = [0, 0].map((ms) => new Timer(ms, change, { args: [list] }).start());
    for (const timer of timers) assert.equal(await timer.result(), 1);
  });

  test("T096 cancel before the end of the interval: the function is never called, the thread ends", async () => {
    const timer = new Timer(FOREVER, () => "called").start();
    timer.cancel();
    assert.equal(await timer.result(), undefined);
  });

  test("T096 a timer may be cancelled before start, and by another thread", async () => {
    const before = new Timer(FOREVER, () => "called");
    before.cancel();
    assert.equal(await before.start().result(), undefined);
    const other = new Timer(FOREVER, () => "called").start();
    await new Thread({ target: () => other.cancel() }).start().join();
    assert.equal(await other.result(), undefined);
  });

  test("T097 cancel after the call has no effect", async () => {
    const timer = new Timer(0, () => "called").start();
    assert.equal(await timer.result(), "called");
    timer.cancel();
    assert.equal(await timer.result(), "called");
  });

  test("T098 a Timer is a Thread: join, name, isAlive, daemon", async () => {
    const timer = new Timer(FOREVER, () => {}, { name: "late", daemon: true });
    assert.ok(timer instanceof Thread);
    assert.deepEqual([timer.name, timer.daemon, timer.isAlive], ["late", true, false]);
    timer.start();
    assert.equal(timer.isAlive, true);
    timer.cancel();
    assert.equal(await timer.join(), true);
    assert.match(new Timer(0, () => {}).name, /^Thread-\d+$/);
  });

  test("a wrong interval or target is refused by name", () => {
    assert.throws(() => new Timer(-1, () => {}), { name: "RangeError", message: /Timer: interval/ });
    assert.throws(() => new Timer("5" as never, () => {}), { name: "TypeError", message: /Timer: interval/ });
    assert.throws(() => new Timer(5, 7 as never), { name: "TypeError", message: /Timer: target/ });
  });
});

describe("ThreadLocal", () => {
  test("T099 what one thread sets is absent in another", async () => {
    const local = new ThreadLocal<number>();
    local.value = 1;
    const other = new Thread({
      target: () => {
        try {
          return local.value;
        } catch (error) {
          local.value = 2;
          return `${(error as Error).name}, then ${local.value}`;
        }
      },
    }).start();
    assert.equal(await other.result(), "RuntimeError, then 2");
    assert.equal(local.value, 1);
  });

  test("T100 delete affects the calling thread only", async () => {
    const local = new ThreadLocal(() => 0);
    local.value = 1;
    await new Thread({
      target: () => {
        local.value = 5;
        local.delete();
      },
    })
      .start()
      .join();
    assert.equal(local.value, 1);
    local.delete();
    assert.equal(local.value, 0);
  });

  test("T101 init runs once per thread that reads before it sets", async () => {
    const local = new ThreadLocal(() => ({ calls: Math.random() }));
    const use = (): boolean => {
      const { value } = local;
      return value === local.value;
    };
    assert.equal(use(), true);
    assert.equal(await new Thread({ target: use }).start().result(), true);
  });

  test("one that arrives twice in a thread is one object there", async () => {
    const local = new ThreadLocal<string>();
    const set = (): void => {
      local.value = "set";
    };
    const get = (): string => local.value;
    const same = new Thread({
      target: (first: () => void, second: () => string) => {
        first();
        return second();
      },
      args: [set, get],
    });
    assert.equal(await same.start().result(), "set");
  });

  test("an init that is no function is refused by name", () => {
    assert.throws(() => new ThreadLocal(5 as never), { name: "TypeError", message: /ThreadLocal: init/ });
  });
});
