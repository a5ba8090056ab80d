/** SharedDict: a Map that threads share, driven beside a real Map; atomic updates; what is refused. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";

export function sharedDictContract({ Lock, SharedDict, SharedList, Value, realm }: Classes): void {
  const used = (): number => realm().allocator.statistics().used;

  describe("SharedDict", () => {
    test("does what a Map does", () => {
      const dict = new SharedDict<unknown>([
        ["a", 1],
        ["b", 2],
      ]);
      assert.equal(dict.set("c", 3).set("a", "one"), dict);
      assert.deepEqual([dict.get("a"), dict.get("b"), dict.get("x"), dict.size], ["one", 2, undefined, 3]);
      assert.deepEqual([dict.has("c"), dict.has("x"), dict.delete("b"), dict.delete("b")], [true, false, true, false]);
      assert.deepEqual(
        [...dict],
        [
          ["a", "one"],
          ["c", 3],
        ],
      );
      dict.clear();
      assert.deepEqual([dict.size, dict.keys()], [0, []]);
    });

    test("keys: any string and any number, told apart as in a Map", () => {
      const keys = [
        "",
        "1",
        1,
        -0,
        1.5,
        Number.NaN,
        Infinity,
        -1,
        2 ** 31,
        "é",
        "ÿ",
        "Ā",
        "\ud800",
        "__proto__",
        "a\0b",
        "x".repeat(10_000),
      ];
      const dict = new SharedDict<number, string | number>(keys.map((key, place) => [key, place]));
      const map = new Map(keys.map((key, place) => [key, place]));
      assert.deepEqual(dict.entries(), [...map]);
      for (const key of keys) assert.equal(dict.get(key), map.get(key));
      assert.equal(dict.get(0), 3, "0 is -0");
      assert.equal(dict.get("Ă"), undefined);
    });

    test("wrong keys, functions and values are refused by name", () => {
      const dict = new SharedDict();
      assert.throws(() => dict.get({} as never), {
        name: "TypeError",
        message: /key must be a string or a number, got an ob/,
      });
      assert.throws(() => dict.set("a", Promise.resolve()), { name: "PickleError", message: /Promise/ });
      assert.throws(() => dict.update("a", 5 as never), {
        name: "TypeError",
        message: /change must be a function, got 5/,
      });
      assert.throws(() => dict.set("a", "text").add("a", 1 as never), {
        name: "TypeError",
        message: /"a": its value is "text"/,
      });
      assert.throws(() => dict.add("a", "1" as never), { name: "TypeError", message: /delta must be a number/ });
      assert.deepEqual(dict.entries(), [["a", "text"]]);
      dict.dispose();
      dict.dispose();
      for (const use of [() => dict.get("a"), () => dict.size, () => dict.clear(), () => dict.keys()]) {
        assert.throws(use, { name: "RuntimeError", message: /SharedDict: it has been disposed/ });
      }
    });

    test("values are copies: instances, functions, cycles, shared objects by reference", () => {
      class Point {
        readonly x: number;
        readonly y: number;
        constructor(x: number, y: number) {
          this.x = x;
          this.y = y;
        }
        get norm(): number {
          return Math.hypot(this.x, this.y);
        }
      }
      const dict = new SharedDict<unknown>();
      const hits = new Value("i32");
      const lock = new Lock();
      const cycle: { self?: unknown } = {};
      cycle.self = cycle;
      const values: Record<string, unknown> = {
        point: new Point(3, 4),
        add: (a: number) => a + 1,
        cycle,
        hits,
        lock,
        dict,
        undefined,
        nan: Number.NaN,
        big: 2n ** 80n,
      };
      for (const [key, value] of Object.entries(values)) dict.set(key, value);
      assert.equal((dict.get("point") as Point).norm, 5);
      assert.equal((dict.get("add") as (a: number) => number)(1), 2);
      const copy = dict.get("cycle") as { self: unknown };
      assert.equal(copy.self, copy);
      assert.equal(dict.get("hits"), hits);
      assert.equal(dict.get("lock"), lock);
      assert.equal(dict.get("dict"), dict);
      assert.equal(dict.has("undefined"), true);
      assert.deepEqual([dict.get("undefined"), dict.get("nan"), dict.get("big")], [undefined, Number.NaN, 2n ** 80n]);
    });

    test("10,000 random operations leave what a Map has, in its order", () => {
      const dict = new SharedDict<unknown, string | number>();
      const map = new Map<string | number, unknown>();
      let seed = 42;
      const next = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
      for (let i = 0; i < 10_000; i++) {
        const key = next(2) === 0 ? next(150) : `key ${next(150)}`;
        const value = [next(1000), "v".repeat(next(60)), { n: next(9) }, -next(9) / 7][next(4)];
        const action = next(12);
        if (action < 7) {
          dict.set(key, value);
          map.set(key, value);
        } else if (action < 10) {
          assert.equal(dict.delete(key), map.delete(key));
        } else if (action === 10) {
          assert.deepEqual(dict.get(key), map.get(key));
        } else if (next(200) === 0) {
          dict.clear();
          map.clear();
        }
      }
      assert.equal(dict.size, map.size);
      assert.deepEqual(dict.entries(), [...map]);
    });

    test("getOrInsert gives what is there, else what it puts there", () => {
      const dict = new SharedDict<number[]>();
      assert.deepEqual(dict.getOrInsert("a", [1]), [1]);
      assert.deepEqual(dict.getOrInsert("a", [2]), [1]);
      assert.deepEqual(dict.get("a"), [1]);
    });

    test("add counts exactly between threads, through every kind of number", async () => {
      const dict = new SharedDict<number>();
      dict.set("near the end of int32", 2 ** 31 - 500);
      const threads = [1, 2, 3].map(() =>
        new Thread({
          target: () => {
            for (let i = 0; i < 1000; i++) {
              dict.add("hits", 1);
              dict.add("half", 0.5);
              dict.add("near the end of int32", 1);
            }
          },
        }).start(),
      );
      for (const thread of threads) await thread.join();
      assert.deepEqual(dict.entries().sort(), [
        ["half", 1500],
        ["hits", 3000],
        ["near the end of int32", 2 ** 31 + 2500],
      ]);
      assert.equal(dict.add("hits", -1), 3000);
    });

    test("update loses nothing between threads, may use the dictionary, and may throw", async () => {
      const dict = new SharedDict<{ n: number; by: string[] }>();
      const threads = ["a", "b", "c"].map((name) =>
        new Thread({
          target: () => {
            for (let i = 0; i < 300; i++) {
              dict.update("shared", (old = { n: 0, by: [] }) => {
                dict.getOrInsert(`other ${i % 5}`, { n: i, by: [] });
                return { n: old.n + 1, by: [...new Set([...old.by, name])] };
              });
            }
          },
        }).start(),
      );
      for (const thread of threads) await thread.join();
      const shared = dict.get("shared")!;
      assert.equal(shared.n, 900);
      assert.deepEqual(shared.by.sort(), ["a", "b", "c"]);
      const failing = (): never => {
        throw new Error("no");
      };
      assert.throws(() => dict.update("shared", failing), { message: "no" });
      assert.equal(dict.get("shared")!.n, 900);
    });

    test("model: threads that own keys drive a SharedDict and a Map side by side", async () => {
      const dict = new SharedDict<unknown>();
      const drive = (owner: number): [string, unknown][] => {
        const map = new Map<string, unknown>();
        let seed = owner * 7919 + 1;
        const next = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
        for (let i = 0; i < 4000; i++) {
          const key = `${owner}/${next(80)}`;
          const action = next(10);
          if (action < 6) {
            const value = [next(99), "x".repeat(next(99)), [next(9)]][next(3)];
            dict.set(key, value);
            map.set(key, value);
          } else if (action < 8) {
            if (dict.delete(key) !== map.delete(key)) throw new Error(`delete of ${key}`);
          } else if (JSON.stringify(dict.get(key)) !== JSON.stringify(map.get(key))) throw new Error(`get of ${key}`);
        }
        return [...map];
      };
      const threads = [1, 2, 3, 4].map((owner) => new Thread({ target: drive, args: [owner] }).start());
      const owned = await Promise.all(threads.map((thread) => thread.result()));
      for (const [place, entries] of owned.entries()) {
        const mine = dict.entries().filter(([key]) => key.startsWith(`${place + 1}/`));
        assert.deepEqual(mine, entries);
      }
      assert.equal(dict.size, owned.flat().length);
    });

    test("iteration shows one moment: pairs that are moved together are seen together", async () => {
      const dict = new SharedDict<number>([
        ["left", 500],
        ["right", 500],
      ]);
      const stop = new Value("bool");
      const thread = new Thread({
        target: () => {
          for (let i = 0; !stop.value; i++) dict.set(`noise ${i % 300}`, i);
        },
      }).start();
      for (let i = 0; i < 200; i++) {
        const keys = dict.keys();
        assert.deepEqual(keys.slice(0, 2), ["left", "right"]);
        assert.equal(new Set(keys).size, keys.length);
      }
      stop.value = true;
      await thread.join();
    });

    test("a terminated writer leaves a dictionary that others use", async () => {
      const dict = new SharedDict<string>();
      for (let round = 0; round < 5; round++) {
        const started = new Value("i32");
        const thread = new Thread({
          daemon: true,
          target: () => {
            for (let i = 0; ; i++) {
              dict.set(`key ${i % 400}`, `${i % 10}`.repeat(1 + (i % 300)));
              if (i % 3 === 0) dict.delete(`key ${(i * 7) % 400}`);
              started.add(1);
            }
          },
        }).start();
        while (started.value < 2000) await new Promise(setImmediate);
        await thread.terminate();
        for (const [key, value] of dict) assert.match(value, /^(\d)\1*$/, key);
        assert.equal(dict.size, dict.keys().length);
        dict.clear();
        assert.equal(dict.size, 0);
      }
    });

    test("dispose gives back everything at once", () => {
      const warm = new SharedDict<unknown>([["a", 1]]);
      warm.dispose();
      const before = used();
      const dict = new SharedDict<unknown>();
      for (let i = 0; i < 500; i++) dict.set(`key ${i}`, "x".repeat(i));
      assert.ok(used() > before + 50_000);
      dict.dispose();
      assert.equal(used(), before);
    });
  });

  describe("SharedList", () => {
    test("does what an array does", () => {
      const list = new SharedList<unknown>([1, "two"]);
      assert.equal(list.append({ three: 3 }), 3);
      list.insert(1, 1.5);
      list.insert(-1, "before the last");
      list.insert(5, "end");
      assert.deepEqual([...list], [1, 1.5, "two", "before the last", { three: 3 }, "end"]);
      assert.deepEqual([list.at(-1), list.at(0), list.at(6), list.at(-7)], ["end", 1, undefined, undefined]);
      assert.deepEqual([list.remove(1), list.remove(-2), list.pop()], [1.5, { three: 3 }, "end"]);
      list.set(-1, "last");
      assert.deepEqual(list.slice(), [1, "two", "last"]);
      assert.deepEqual(list.slice(-2, -1), ["two"]);
      assert.equal(
        list.update(0, (n) => (n as number) + 1),
        2,
      );
      list.clear();
      assert.deepEqual([list.length, list.pop(), [...list]], [0, undefined, []]);
    });

    test("wrong indices are refused by name", () => {
      const list = new SharedList<number>([1, 2]);
      assert.throws(() => list.set(2, 0), {
        name: "RangeError",
        message: /set: index must be an integer, from -2 to 1, got 2/,
      });
      assert.throws(() => list.insert(3, 0), { name: "RangeError", message: /from -2 to 2, got 3/ });
      assert.throws(() => list.remove(0.5), { name: "RangeError" });
      assert.throws(() => list.update("0" as never, (n) => n), { name: "TypeError" });
      assert.throws(() => new SharedList().remove(0), { name: "RangeError", message: /the list is empty/ });
      assert.deepEqual([...list], [1, 2]);
    });

    test("5,000 random operations leave what an array has", () => {
      const list = new SharedList<unknown>();
      const array: unknown[] = [];
      let seed = 11;
      const next = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
      for (let i = 0; i < 5000; i++) {
        const value = [next(99), "x".repeat(next(50)), { n: next(9) }][next(3)];
        const place = next(array.length + 1);
        const action = next(8);
        if (action < 3) assert.equal(list.append(value), array.push(value));
        else if (action === 3) {
          list.insert(place, value);
          array.splice(place, 0, value);
        } else if (action === 4) assert.deepEqual(list.pop(), array.pop());
        else if (place < array.length && action === 5) assert.deepEqual(list.remove(place), array.splice(place, 1)[0]);
        else if (place < array.length) {
          list.set(place, value);
          array[place] = value;
        }
      }
      assert.deepEqual([...list], array);
    });

    test("appends and updates of several threads are all there", async () => {
      const list = new SharedList<number>([0]);
      const threads = [1, 2, 3].map((by) =>
        new Thread({
          target: () => {
            for (let i = 0; i < 500; i++) {
              list.append(by);
              list.update(0, (n) => n + by);
            }
          },
        }).start(),
      );
      for (const thread of threads) await thread.join();
      const [first, ...rest] = list;
      assert.equal(first, 3000);
      for (const by of [1, 2, 3]) assert.equal(rest.filter((item) => item === by).length, 500);
    });

    test("dispose gives back everything at once", () => {
      const before = used();
      const list = new SharedList<string>();
      for (let i = 0; i < 500; i++) list.append("x".repeat(i));
      list.dispose();
      assert.equal(used(), before);
      assert.throws(() => list.length, { name: "RuntimeError" });
    });
  });
}
