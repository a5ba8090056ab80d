/** Threads that compute values from each other's: one is told, and the others go on. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SharedDict, Value } from "heddle/shared";
import { DeadlockError, Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";

type Dict = SharedDict<string>;

export function setDefaultCirclesContract({ SharedDict, Value }: Classes): void {
  /** Computes the first value from the second, once all threads are inside. @returns the value, or what was thrown */
  const cross = (
    inside: Value<"i32">,
    all: number,
    [here, mine]: [Dict, string],
    [there, theirs]: [Dict, string],
  ): string => {
    try {
      return here.setDefaultSync(mine, () => {
        inside.add(1);
        while (inside.value < all);
        return `${mine}(${there.setDefaultSync(theirs, () => `${theirs} alone`)})`;
      });
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  };

  describe("setDefaultSync of keys that cross", () => {
    for (const count of [2, 3, 5])
      for (const apart of [false, true])
        test(`${count} threads${apart ? ", a dictionary each" : ""}: exactly one is told, the others get values`, async () => {
          const one: Dict = new SharedDict();
          const slots = Array.from({ length: count }, (_, i): [Dict, string] => [
            apart ? new SharedDict() : one,
            `k${i}`,
          ]);
          const inside = new Value("i32");
          const threads = slots.map((slot, i) =>
            new Thread({ target: cross, args: [inside, count, slot, slots[(i + 1) % count]!] }).start(),
          );
          const ends = await Promise.all(threads.map((thread) => thread.result()));
          const told = ends.filter((end) => end.startsWith("DeadlockError"));
          assert.equal(told.length, 1, ends.join("\n"));
          assert.match(told[0]!, /setDefaultSync\("k\d"\) would wait for ever: .* same order/);
          const i = ends.indexOf(told[0]!);
          assert.equal(ends[(i + count - 1) % count], `k${(i + count - 1) % count}(k${i} alone)`);
        });

    test("main and a thread: who closes the circle is told, within its timeout", async () => {
      const dict: Dict = new SharedDict();
      const [inside, over] = [new Value("i32"), new Value("bool")];
      const target = (): string => {
        const value = dict.setDefaultSync("a", () => {
          inside.value = 1;
          return `a(${dict.setDefaultSync("b", () => "b alone")})`;
        });
        over.value = true;
        return value;
      };
      const thread = new Thread({ target });
      let told: unknown;
      try {
        dict.setDefaultSync("b", () => {
          thread.start();
          while (inside.value === 0);
          return dict.setDefaultSync("a", () => "a alone", { timeout: 600_000 });
        });
      } catch (error) {
        told = error;
      }
      assert.ok(told instanceof DeadlockError);
      assert.equal(await thread.result(), "a(b alone)");
      assert.deepEqual([...dict].sort(), [
        ["a", "a(b alone)"],
        ["b", "b alone"],
      ]);
    });

    test("a circle is gone when one of its threads is terminated: the other goes on", async () => {
      const dict: Dict = new SharedDict();
      const inside = new Value("i32");
      const wait = (mine: string, theirs: string): string =>
        dict.setDefaultSync(mine, () => {
          inside.add(1);
          while (inside.value < 2);
          // The other one waits for this one, which waits for nobody.
          if (mine === "a") for (;;);
          return `b(${dict.setDefaultSync(theirs, () => "a alone")})`;
        });
      const [doomed, other] = ["ab", "ba"].map((keys) =>
        new Thread({ target: wait, args: [keys[0]!, keys[1]!] }).start(),
      );
      while (inside.value < 2) await new Promise((resolve) => setImmediate(resolve));
      await doomed!.terminate();
      assert.equal(await other!.result(), "b(a alone)");
    });

    test("values that are asked for in one order never meet: nobody is told", async () => {
      const dict = new SharedDict<number>();
      const work = (seed: number): number => {
        const value = (level: number, salt: number): number =>
          level === 0 ? 1 : dict.setDefaultSync(`${level}/${salt % 3}`, () => value(level - 1, salt * 7 + 1) + 1);
        for (let round = 0; round < 40; round++) {
          for (let salt = 0; salt < 3; salt++) value(6, salt + seed);
          if (round % 4 === seed % 4) dict.clear();
        }
        return value(6, seed);
      };
      const threads = [1, 2, 3, 4].map((seed) => new Thread({ target: work, args: [seed] }).start());
      assert.deepEqual(await Promise.all(threads.map((thread) => thread.result())), [7, 7, 7, 7]);
    });

    test("values that are asked for in any order: every thread goes on", async () => {
      const dict = new SharedDict<number, number>();
      const told = new Value("i32");
      const work = (seed: number): string => {
        let state = seed;
        const random = (n: number): number => (state = (state * 48271) % 2147483647) % n;
        const value = (level: number): number => {
          try {
            return dict.setDefaultSync(random(4), () => (level === 0 ? 1 : value(level - 1)));
          } catch (error) {
            if (error instanceof DeadlockError) told.add(1);
            else if ((error as Error).name !== "RuntimeError") throw error; // its own key, inside
            return 0;
          }
        };
        for (let round = 0; round < 200; round++) {
          value(3);
          if (random(2) === 0) for (let key = 0; key < 4; key++) dict.delete(key);
        }
        return "done";
      };
      const threads = [11, 22, 33].map((seed) => new Thread({ target: work, args: [seed] }).start());
      assert.deepEqual(await Promise.all(threads.map((thread) => thread.result())), ["done", "done", "done"]);
    });
  });
}
