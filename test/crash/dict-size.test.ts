/** The size of a SharedDict is a number of keys that it has had, whatever others do, and whoever has died inside. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedDict, Value } from "heddle/shared";
import { Thread } from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";

/** What `Stripe.delete` stores when it takes a key out: its count comes later. */
const REMOVED = -1;

test("size: a thread that died between taking a key out and counting it leaves the right one", async () => {
  const dict = new SharedDict<number>([
    ["a", 1],
    ["b", 2],
  ]);
  const isInside = new Value("bool");
  const target = () => {
    const { heap } = processRealm();
    heap.i32 = new Proxy(heap.i32, {
      get: (views, index) => Reflect.get(views, index, views),
      set: (views, index, value) => {
        Reflect.set(views, index, value, views);
        isInside.value = value === REMOVED;
        while (isInside.value);
        return true;
      },
    });
    dict.delete("a");
  };
  const thread = new Thread({ target, daemon: true }).start();
  while (!isInside.value) await new Promise((resolve) => setImmediate(resolve));
  await thread.terminate();
  assert.equal(dict.size, 1);
  assert.deepEqual(dict.entries(), [["b", 2]]);
  for (const shared of [dict, isInside]) shared.dispose();
});

test("size: of a key that only moves there is always one, or two", async () => {
  const dict = new SharedDict<number, number>([[0, 0]]);
  const [isOver, moves] = [new Value("bool"), new Value("i32")];
  const target = () => {
    for (let key = 0; !isOver.value; key = (key + 1) % 64) {
      dict.set((key + 1) % 64, key);
      dict.delete(key);
      moves.add(1);
    }
  };
  const thread = new Thread({ target }).start();
  const sizes = new Set<number>();
  while (moves.value < 20_000) sizes.add(dict.size);
  isOver.value = true;
  await thread.result();
  for (const size of sizes) assert.ok(size === 1 || size === 2, `size ${size}`);
  for (const shared of [dict, isOver, moves]) shared.dispose();
});
