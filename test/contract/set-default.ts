/** SharedDict.setDefault: computed once among all threads, the others wait. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DeadlockError, RuntimeError, Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";

export function setDefaultContract({ RLock, SharedDict, Value, realm }: Classes): void {
  const turn = (): Promise<void> => new Promise(setImmediate);

  describe("setDefault", () => {
    test("computes what is not there, once; what is there stays", async () => {
      const dict = new SharedDict<unknown>([["there", 1]]);
      assert.equal(await dict.setDefault("there", () => assert.fail()), 1);
      assert.equal(
        dict.setDefaultSync("there", () => assert.fail()),
        1,
      );
      assert.deepEqual(await dict.setDefault("a", async () => ({ n: 1 })), { n: 1 });
      assert.deepEqual(
        dict.setDefaultSync("b", () => [2]),
        [2],
      );
      assert.equal(
        dict.setDefaultSync("nothing", () => undefined),
        undefined,
      );
      assert.equal(
        dict.setDefaultSync("nothing", () => assert.fail()),
        undefined,
      );
      assert.deepEqual(dict.keys(), ["there", "a", "b", "nothing"]);
    });

    for (const way of ["sync", "async"] as const) {
      test(`of eight threads one computes each value (${way})`, async () => {
        const dict = new SharedDict<number, string | number>();
        const [computed, ready] = [new Value("i32"), new Value("i32")];
        const slow = (key: number): number => {
          computed.add(1);
          const end = performance.now() + 2;
          while (performance.now() < end);
          return key * 10;
        };
        const all = async (sync: boolean): Promise<number> => {
          ready.add(1);
          while (ready.value < 8);
          let sum = 0;
          for (let key = 0; key < 20; key++) {
            sum += sync ? dict.setDefaultSync(key, () => slow(key)) : await dict.setDefault(key, async () => slow(key));
          }
          return sum;
        };
        const threads = Array.from({ length: 8 }, () => new Thread({ target: all, args: [way === "sync"] }).start());
        for (const thread of threads) assert.equal(await thread.result(), 1900);
        assert.equal(computed.value, 20);
        assert.deepEqual(
          dict.values(),
          Array.from({ length: 20 }, (_, key) => key * 10),
        );
      });
    }

    test("many at once in one thread: one computes, the others wait", async () => {
      const dict = new SharedDict<number>();
      let computed = 0;
      const make = async (): Promise<number> => {
        await turn();
        return ++computed;
      };
      assert.deepEqual(
        await Promise.all(Array.from({ length: 50 }, () => dict.setDefault("k", make))),
        Array(50).fill(1),
      );
    });

    test("an error goes to its caller; one of those who wait computes", async () => {
      const dict = new SharedDict<number>();
      let calls = 0;
      const make = async (): Promise<number> => {
        await turn();
        if (++calls < 3) throw new RangeError(`no ${calls}`);
        return calls;
      };
      const settled = await Promise.allSettled([1, 2, 3, 4].map(() => dict.setDefault("k", make)));
      const errors = settled
        .filter((each) => each.status === "rejected")
        .map(({ reason }) => (reason as Error).message);
      assert.deepEqual(errors.sort(), ["no 1", "no 2"]);
      assert.equal(dict.get("k"), 3);
      assert.throws(() => dict.setDefaultSync("other", () => ({ f: (function* () {})() }) as never), {
        name: "PickleError",
      });
      assert.equal(
        dict.setDefaultSync("other", () => 5),
        5,
        "the claim is over",
      );
    });

    for (const asleep of [true, false]) {
      test(`when the thread that computes is terminated ${asleep ? "asleep" : "busy"}, another computes`, async () => {
        const dict = new SharedDict<string>();
        const computing = new Value("bool");
        const forever = (asleep: boolean): string => {
          computing.value = true;
          const cell = new Int32Array(new SharedArrayBuffer(4));
          if (asleep) Atomics.wait(cell, 0, 0);
          while (Atomics.load(cell, 0) === 0);
          return "never";
        };
        const doomed = new Thread({ target: () => dict.setDefaultSync("k", () => forever(asleep)) }).start();
        while (!computing.value) await turn();
        const waiters = ["a", "b"].map((name) =>
          new Thread({ target: () => dict.setDefaultSync("k", () => name) }).start(),
        );
        const here = dict.setDefault("k", () => "here");
        await doomed.terminate();
        const value = await here;
        for (const waiter of waiters) assert.equal(await waiter.result(), value);
        assert.notEqual(value, "never");
        await assert.rejects(doomed.result());
      });
    }

    test("its own key is refused inside, other keys are not", async () => {
      const dict = new SharedDict<number>();
      const uses: readonly (() => unknown)[] = [
        () => dict.set("k", 1),
        () => dict.setDefaultSync("k", () => 1),
        () => dict.update("k", () => 1),
        () => dict.delete("k"),
        () => dict.clear(),
      ];
      const refused = (error: unknown): boolean =>
        error instanceof RuntimeError &&
        /inside the function of SharedDict.setDefault(Sync)?\("k"\)/.test(error.message);
      for (const use of uses) {
        assert.throws(() => dict.setDefaultSync("k", () => (use(), 1)), refused);
        await assert.rejects(
          dict.setDefault("k", async () => (await turn(), use(), 1)),
          refused,
        );
      }
      const nested = async (): Promise<number> => {
        await turn();
        return new RLock().withLock(async () => dict.setDefault("k", () => 1));
      };
      await assert.rejects(dict.setDefault("k", nested), refused);
      assert.equal(dict.has("k"), false);
      const other = async (): Promise<number> =>
        (await dict.setDefault("other", async () => 20)) + dict.setDefaultSync("more", () => 1);
      assert.equal(await dict.setDefault("k", other), 21);
      assert.deepEqual(dict.keys(), ["other", "more", "k"]);
    });

    test("code that make left behind is none of it", async () => {
      const dict = new SharedDict<number>();
      let left: Promise<unknown> | undefined;
      await dict.setDefault("k", () => {
        left = turn()
          .then(turn)
          .then(() => dict.set("k", 7));
        return 1;
      });
      await left;
      assert.equal(dict.get("k"), 7);
    });

    test("a timeout and a signal end the waiting, not the computing", async () => {
      const dict = new SharedDict<number>();
      let finish = (_: number): void => {};
      const first = dict.setDefault("k", () => new Promise<number>((resolve) => (finish = resolve)));
      const begin = performance.now();
      await assert.rejects(
        dict.setDefault("k", () => 2, { timeout: 30 }),
        { name: "TimeoutError", message: /"k".*30 ms/ },
      );
      assert.ok(performance.now() - begin >= 29);
      const abort = new AbortController();
      const aborted = dict.setDefault("k", () => 3, { signal: abort.signal });
      abort.abort();
      await assert.rejects(aborted, { name: "AbortError" });
      finish(1);
      assert.equal(await first, 1);
      assert.equal(await dict.setDefault("k", () => 4), 1);
    });

    test("blocking the thread in which the value is computed is refused", async () => {
      const dict = new SharedDict<number>();
      const first = dict.setDefault("k", async () => (await turn(), 1));
      assert.throws(
        () => dict.setDefaultSync("k", () => 2),
        (error) => error instanceof DeadlockError && /await setDefault/.test(error.message),
      );
      assert.equal(await first, 1);
    });

    test("threads whose keys cross end at their timeouts", async () => {
      const dict = new SharedDict<number>();
      const inside = new Value("i32");
      const cross = (mine: string, theirs: string): string => {
        try {
          dict.setDefaultSync(mine, () => {
            inside.add(1);
            while (inside.value < 2);
            return dict.setDefaultSync(theirs, () => 1, { timeout: 50 });
          });
          return "done";
        } catch (error) {
          return (error as Error).name;
        }
      };
      const threads = ["ab", "ba"].map((keys) => new Thread({ target: cross, args: [keys[0]!, keys[1]!] }).start());
      const ends = await Promise.all(threads.map((thread) => thread.result()));
      assert.ok(ends.includes("TimeoutError"), ends.join());
    });

    test("what another stores meanwhile stays", async () => {
      const dict = new SharedDict<number>();
      const value = dict.setDefault("k", async () => (await turn(), 1));
      dict.set("k", 2);
      assert.equal(await value, 2);
    });

    test("wrong arguments are refused, an async make by the blocking form", async () => {
      const dict = new SharedDict<unknown>();
      await assert.rejects(dict.setDefault("k", 5 as never), { name: "TypeError", message: /make must be a function/ });
      await assert.rejects(
        dict.setDefault({} as never, () => 1),
        { name: "TypeError", message: /key/ },
      );
      await assert.rejects(
        dict.setDefault("k", () => 1, { timeout: -1 }),
        { name: "RangeError" },
      );
      assert.throws(() => dict.setDefaultSync("k", () => 1, { signal: 1 } as never), { name: "TypeError" });
      assert.throws(() => dict.setDefaultSync("k", async () => 1), {
        name: "TypeError",
        message: /make must be synchronous/,
      });
      assert.equal(dict.has("k"), false);
    });

    test("who waits looks after the maker between the slices of the sleep, not at every try", async (t) => {
      const dict = new SharedDict<number>();
      const [computing, over] = [new Value("bool"), new Value("bool")];
      const hold = (): number => {
        computing.value = true;
        while (!over.value);
        return 1;
      };
      const maker = new Thread({ target: () => dict.setDefaultSync("k", hold) }).start();
      while (!computing.value) await turn();
      const look = t.mock.method(realm().owners, "look");
      const waiters = Array.from({ length: 20 }, () => dict.setDefault("k", () => 2));
      // Each that is computed wakes all who wait: they try again.
      for (let i = 0; i < 20; i++) await dict.setDefault(`other ${i}`, async () => (await turn(), i));
      over.value = true;
      assert.deepEqual(new Set(await Promise.all(waiters)), new Set([1]));
      await maker.join();
      for (const call of look.mock.calls)
        assert.ok(Number(call.arguments[1]) > 0, "what another has seen lately will do");
    });

    test("nothing is left behind", async () => {
      const used = (): number => realm().allocator.statistics().used;
      const round = async (): Promise<void> => {
        const dict = new SharedDict<string>();
        for (let i = 0; i < 50; i++) dict.setDefaultSync(`key ${i}`, () => "text");
        await dict.setDefault("failed", () => Promise.reject(new Error("no"))).catch(() => {});
        dict.dispose();
      };
      await round();
      const before = used();
      for (let i = 0; i < 20; i++) await round();
      assert.equal(used(), before);
    });
  });
}
