/** SharedArray: what it holds, what it refuses, how it travels. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Queue } from "heddle/queue";
import { SharedArray, SharedDict } from "heddle/shared";
import { Thread } from "heddle/threading";

describe("SharedArray", () => {
  test("begins with zeroes, or with the items given", () => {
    assert.deepEqual([...new SharedArray("i32", 3)], [0, 0, 0]);
    assert.deepEqual([...new SharedArray("u64", [1n, 2n])], [1n, 2n]);
    assert.deepEqual([...new SharedArray("bool", new Set([true, false]))], [true, false]);
    assert.equal(new SharedArray("f64", []).length, 0);
  });

  test("index, at and set reach the same element", () => {
    const array = new SharedArray("i16", [10, 20, 30]);
    array[1] = 21;
    array.set(-1, 31);
    assert.deepEqual([array[0], array.at(1), array.at(-1), array[3]], [10, 21, 31, undefined]);
    assert.deepEqual(Object.keys(array), [], "an index is not an own property");
  });

  test("array is live, typed and shows nothing but the elements", () => {
    const shared = new SharedArray("f32", 4);
    shared.array[2] = 1.5;
    assert.equal(shared[2], 1.5);
    assert.ok(shared.array instanceof Float32Array);
    assert.equal(shared.array.buffer.byteLength, 16);
  });

  test("slice copies, fill fills", () => {
    const array = new SharedArray("bool", 4).fill(true, 1, -1);
    const copy = array.slice();
    array.fill(false);
    assert.deepEqual(copy, [false, true, true, false]);
    assert.deepEqual(array.slice(1, 3), [false, false]);
  });

  test("wrong kinds, lengths, items and indices are refused by name", () => {
    assert.throws(() => new SharedArray("i128" as "i32", 1), {
      name: "RangeError",
      message: /SharedArray: kind must be one of i8, .*, got "i128"/,
    });
    assert.throws(() => new SharedArray(7 as never, 1), { name: "TypeError" });
    assert.throws(() => new SharedArray("i32", -1), { name: "RangeError", message: /length must be .* got -1/ });
    assert.throws(() => new SharedArray("i32", {} as never), { name: "TypeError", message: /a length or an iterable/ });
    assert.throws(() => new SharedArray("i64", [1 as never]), { name: "TypeError", message: /a bigint, got 1/ });
    const array = new SharedArray("i32", 2);
    assert.throws(() => (array[2] = 1), { name: "RangeError", message: /index must be .* from -2 to 1, got 2/ });
    assert.throws(() => (array[0] = "1" as never), { name: "TypeError", message: /a number, got "1"/ });
    assert.throws(() => array.fill(true as never), { name: "TypeError" });
  });

  test("is the same memory in a thread, captured or as an argument, and as its result", async () => {
    const captured = new SharedArray("i32", 2);
    const given = new SharedArray("i64", [5n]);
    const thread = new Thread({
      target: (argument: SharedArray<"i64">) => {
        captured[0] = 7;
        argument[0] = (argument[0] ?? 0n) + 1n;
        return { kind: argument.kind, back: argument };
      },
      args: [given],
    }).start();
    const { kind, back } = await thread.result();
    assert.deepEqual([captured[0], given[0], kind], [7, 6n, "i64"]);
    back[0] = 100n;
    assert.equal(given[0], 100n);
  });

  test("a dictionary, whose values are bytes, refuses it", () => {
    const dict = new SharedDict<unknown>();
    assert.throws(() => dict.set("k", { array: new SharedArray("i32", 1) }), { name: "PickleError" });
    dict.dispose();
  });

  test("extends: a subclass travels with its methods", async () => {
    class Histogram extends SharedArray<"u32"> {
      hit(bin: number): void {
        Atomics.add(this.array, bin, 1);
      }
    }
    const histogram = new Histogram("u32", 3);
    const threads = [1, 2].map(() =>
      new Thread({
        target: () => {
          for (let i = 0; i < 999; i++) histogram.hit(i % 3);
        },
      }).start(),
    );
    for (const thread of threads) await thread.join();
    assert.deepEqual([...histogram], [666, 666, 666]);
  });
});

test("SharedArray.lock: is one lock in all threads, and guards changes of several steps", async () => {
  const counts = new SharedArray("i32", 2);
  const rounds = 2000;
  const change = (): void => {
    for (let i = 0; i < rounds; i++) {
      counts.withLockSync(() => {
        counts[0] = counts[0]! + 1;
        counts.withLockSync(() => (counts[1] = counts[0]!)); // it is re-entrant
      });
    }
  };
  const threads = [1, 2, 3].map(() => new Thread({ target: change }).start());
  for (const thread of threads) await thread.join();
  await counts.withLock(() => assert.deepEqual([...counts], [3 * rounds, 3 * rounds]));
});

test("SharedArray.lock: travels with the array, also through a queue, made before or after", async () => {
  for (const isMadeBefore of [true, false]) {
    const [array, queue, locked] = [new SharedArray("u8", 1), new Queue<SharedArray<"u8">>(), new Queue<boolean>()];
    if (isMadeBefore) assert.equal(array.lock, array.lock);
    queue.putNowait(array);
    const hold = (): void => {
      const held = queue.getSync().lock.acquireSync();
      locked.putSync(true);
      locked.joinSync();
      held[Symbol.dispose]();
    };
    const thread = new Thread({ target: hold }).start();
    await locked.get();
    assert.equal(array.lock.tryAcquire(), null);
    assert.equal(array.array.buffer.byteLength, 1);
    locked.taskDone();
    await thread.join();
    assert.equal(array.lock.locked, false);
    array.lock.dispose();
  }
});
