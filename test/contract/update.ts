/** What the function of `update` may do: every combination ends in a value or an error. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SharedDict, SharedList } from "heddle/shared";
import { RuntimeError, Thread } from "heddle/threading";
import type { Classes } from "../rig/realms.js";

export function updateContract({ SharedDict, SharedList, Value }: Classes): void {
  describe("SharedDict.update", () => {
    const CHANGES: Readonly<Record<string, (dict: SharedDict<number>) => unknown>> = {
      'set("k")': (dict) => dict.set("k", 5),
      'delete("k")': (dict) => dict.delete("k"),
      'add("k")': (dict) => dict.add("k", 1),
      'getOrInsert("k")': (dict) => dict.getOrInsert("k", 1),
      'update("k")': (dict) => dict.update("k", () => 1),
      "clear()": (dict) => dict.clear(),
      'set("k"), two updates deep': (dict) => dict.update("other", () => (dict.set("k", 5), 1)),
    };
    for (const [name, change] of Object.entries(CHANGES)) {
      for (const start of [[["k", 7]], []] as [string, number][][]) {
        test(`${name} of the own key is refused, ${start.length === 0 ? "not there" : "there"}`, () => {
          const dict = new SharedDict<number>(start);
          const changing = (): unknown => dict.update("k", () => (change(dict), 1));
          assert.throws(
            changing,
            (error) =>
              error instanceof RuntimeError && /inside the function of SharedDict.update\("k"\)/.test(error.message),
          );
          assert.equal(dict.get("k"), start[0]?.[1], "nothing has happened");
          assert.equal(
            dict.update("k", () => 2),
            2,
            "it works again",
          );
          dict.set("k", 3);
        });
      }
    }

    test("the own key may be read, other keys changed", () => {
      const dict = new SharedDict<number, string | number>([
        ["k", 1],
        [1, 10],
        ["1", 20],
      ]);
      const value = dict.update(1, (old) => {
        assert.deepEqual([dict.get(1), dict.has(1), dict.size, dict.keys().length], [10, true, 3, 3]);
        dict.set("1", 21);
        dict.delete("k");
        dict.add("new", 4);
        return dict.update("1", (other) => other! + 1) + old!;
      });
      assert.equal(value, 32);
      assert.deepEqual(dict.entries(), [
        [1, 32],
        ["1", 22],
        ["new", 4],
      ]);
      assert.throws(() => dict.update(Number.NaN, () => (dict.set(Number.NaN, 1), 1)), { name: "RuntimeError" });
    });

    test("add falls back on update, and refuses and is refused alike", () => {
      const dict = new SharedDict<number>([["k", 0.5]]);
      assert.equal(
        dict.update("k", (old) => old! + 1),
        1.5,
      );
      assert.throws(() => dict.update("k", () => (dict.add("k", 0.5), 1)), { message: /SharedDict.add\("k"\) inside/ });
    });

    for (const method of ["clear", "dispose"] as const) {
      test(`${method} inside is refused by its name, and told what to do instead`, async () => {
        const dict = new SharedDict<number>([["k", 1]]);
        const list = new SharedList([1]);
        const refused = (by: string, className: string) => ({
          name: "RuntimeError",
          message: new RegExp(
            `^Cannot call ${className}\\.${method}\\b.* inside the function of ${className}\\.${by}\\(.*; call it afterwards$`,
          ),
        });
        assert.throws(() => dict.update("k", () => (dict[method](), 1)), refused("update", "SharedDict"));
        assert.throws(
          () => dict.setDefaultSync("n", () => (dict[method](), 1)),
          refused("setDefaultSync", "SharedDict"),
        );
        const later = dict.setDefault("n", async () => (dict[method](), 1));
        await assert.rejects(later, refused("setDefault", "SharedDict"));
        assert.throws(() => list.update(0, () => (list[method](), 1)), refused("update", "SharedList"));
        assert.deepEqual([dict.entries(), list.slice()], [[["k", 1]], [1]]);
      });
    }

    test("only what replaces the value is told to return it instead", () => {
      const dict = new SharedDict<number>([["k", 1]]);
      const list = new SharedList([1, 2, 3, 4, 5]);
      const instead = (change: () => unknown): string | undefined => {
        const errors: string[] = [];
        for (const update of [() => dict.update("k", () => (change(), 1)), () => list.update(0, () => (change(), 1))]) {
          try {
            update();
          } catch (error) {
            errors.push((error as Error).message.split("; ")[1]!);
          }
        }
        return errors.join();
      };
      for (const change of [() => dict.set("k", 2), () => dict.add("k", 2), () => list.set(0, 2)])
        assert.equal(instead(change), "return the new value instead");
      for (const change of [() => dict.delete("k"), () => list.pop(), () => list.insert(0, 1), () => list.remove(0)])
        assert.equal(instead(change), "call it afterwards");
    });

    test("another dictionary and back is refused as well", () => {
      const [one, other] = [new SharedDict<number>(), new SharedDict<number>()];
      assert.throws(() => one.update("k", () => other.update("k", () => (one.set("k", 1), 2))), {
        message: /SharedDict.set\("k"\) inside the function of SharedDict.update\("k"\)/,
      });
      assert.equal(
        one.update("k", () => other.update("k", () => 2)),
        2,
      );
    });

    test("two threads whose updates cross come to an end", async () => {
      const dict = new SharedDict<number>();
      const cross = (mine: string, theirs: string): void => {
        for (let i = 0; i < 300; i++) {
          dict.update(mine, (old = 0) => {
            dict.update(theirs, (other = 0) => other + 1);
            return old + 1;
          });
        }
      };
      const threads = [
        ["a", "b"],
        ["b", "a"],
      ].map(([mine, theirs]) => new Thread({ target: cross, args: [mine!, theirs!] }).start());
      for (const thread of threads) await thread.result();
      // Of each update that was begun again, the one inside it was done more often.
      for (const key of ["a", "b"]) assert.ok(dict.get(key)! >= 600, `${key}: ${dict.get(key)}`);
    });

    test("a function that waits for a change by another thread is given up, not repeated for ever", async () => {
      const dict = new SharedDict<number>();
      const [turn, over] = [new Value("i32"), new Value("bool")];
      const changer = new Thread({
        target: () => {
          for (let done = 0; !over.value; ) {
            if (turn.value > done) dict.set("k", ++done);
          }
        },
      }).start();
      const waiting = (): number => {
        const mine = turn.add(1) + 1;
        while (dict.get("k") !== mine);
        return -1;
      };
      assert.throws(() => dict.update("k", waiting), { name: "RuntimeError", message: /given up: each of 1000 times/ });
      over.value = true;
      await changer.join();
    });
  });

  describe("SharedList.update", () => {
    const REFUSED: Readonly<Record<string, (list: SharedList<number>) => unknown>> = {
      set: (list) => list.set(1, 5),
      "set, counted from the end": (list) => list.set(-2, 5),
      update: (list) => list.update(1, () => 5),
      pop: (list) => list.pop(),
      insert: (list) => list.insert(0, 5),
      remove: (list) => list.remove(0),
      clear: (list) => list.clear(),
    };
    for (const [name, change] of Object.entries(REFUSED)) {
      test(`${name} is refused`, () => {
        const list = new SharedList([1, 2, 3]);
        assert.throws(() => list.update(1, () => (change(list), 9)), {
          name: "RuntimeError",
          message: /Cannot call SharedList\.\w+ inside the function of SharedList.update\(1\)/,
        });
        assert.deepEqual(list.slice(), [1, 2, 3]);
        assert.equal(
          list.update(1, (old) => old * 2),
          4,
        );
      });
    }

    test("other items may be changed; append only where it does not move the item", () => {
      const list = new SharedList([1, 2, 3]);
      list.update(1, (old) => {
        list.set(0, 10);
        list.update(2, (last) => last * 2);
        assert.deepEqual([list.at(1), list.length, [...list].length], [2, 3, 3]);
        return old + list.append(4);
      });
      assert.deepEqual(list.slice(), [10, 6, 6, 4]);
      assert.throws(() => list.update(-1, () => list.append(1)), { name: "RuntimeError" });
      assert.equal(list.length, 4);
    });
  });
}
