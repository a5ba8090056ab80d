/** Dictionaries and lists that are read and emptied in pieces: what that shows, while others change them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedDict, SharedList, Value } from "heddle/shared";
import { Thread } from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";

const MANY = 20_000;
const used = (): number => processRealm().allocator.statistics().used;

test("a large dictionary is shown in the order of insertion", () => {
  const dict = new SharedDict<number, number>();
  for (let i = 0; i < MANY; i++) dict.set(i * 7, i);
  dict.delete(14);
  dict.set(14, -1);
  const expected = Array.from({ length: MANY }, (_, i) => i * 7).filter((key) => key !== 14);
  assert.deepEqual(dict.keys(), [...expected, 14]);
  assert.equal(dict.values().at(-1), -1);
  assert.equal(dict.size, MANY);
  dict.dispose();
});

test("keys that are there all the time are shown once, while others come, go and make it grow", async () => {
  const dict = new SharedDict<number>();
  for (let i = 0; i < MANY; i++) dict.set(`stays ${i}`, i);
  const [over, turns] = [new Value("bool"), new Value("i32")];
  const change = (): void => {
    for (let n = 0; !over.value; n++) {
      dict.set(`comes ${n}`, n);
      if (n >= 20_000) dict.delete(`comes ${n - 20_000}`);
      turns.add(1);
    }
  };
  const changer = new Thread({ target: change }).start();
  for (let seen = 0; seen < 5 || turns.value < 40_000; seen++) {
    const keys = dict.keys();
    const stays = keys.filter((key) => key.startsWith("stays"));
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(stays.length, MANY);
    assert.deepEqual(stays.slice(0, 3), ["stays 0", "stays 1", "stays 2"]);
    await new Promise(setImmediate);
  }
  over.value = true;
  await changer.result();
  dict.dispose();
});

test("few keys are shown as they were at one moment", async () => {
  const dict = new SharedDict<number>([
    ["a", 0],
    ["b", 0],
  ]);
  const over = new Value("bool");
  const change = (): void => {
    for (let n = 1; !over.value; n++) {
      dict.set("a", n);
      dict.set("b", n);
    }
  };
  const changer = new Thread({ target: change }).start();
  while (dict.get("a")! < 100) await new Promise(setImmediate);
  for (let i = 0; i < 2000; i++) {
    const [a, b] = dict.values() as [number, number];
    assert.ok(a === b || a === b + 1, `${a}, ${b}`);
  }
  over.value = true;
  await changer.result();
});

test("a large list is read whole, while others change, append, insert and remove", async () => {
  const list = new SharedList<number>(Array.from({ length: MANY }, (_, i) => i));
  assert.deepEqual(list.slice(), [...Array(MANY).keys()]);
  for (const [start, end] of [
    [-5],
    [3, -19_990],
    [5, 3],
    [0.9, 2.9],
    [-Infinity, Infinity],
    [undefined, -19_999],
    [NaN],
  ]) {
    assert.deepEqual(list.slice(start, end), [...Array(MANY).keys()].slice(start, end));
  }
  const [over, turns] = [new Value("bool"), new Value("i32")];
  const change = (): void => {
    while (!over.value) {
      list.insert(0, -1);
      list.remove(0);
      list.append(-2);
      list.pop();
      turns.add(1);
    }
  };
  const changer = new Thread({ target: change }).start();
  for (let seen = 0; seen < 5 || turns.value < 100; seen++) {
    const items = list.slice();
    assert.deepEqual(
      items.filter((item) => item >= 0),
      [...Array(MANY).keys()],
    );
    await new Promise(setImmediate);
  }
  over.value = true;
  await changer.result();
  list.dispose();
});

test("what a large one had is given back, also when it is filled while it is emptied", async () => {
  const before = used();
  const [dict, list] = [new SharedDict<string>(), new SharedList<string>()];
  const ready = new Value("bool");
  for (let i = 0; i < MANY; i++) {
    dict.set(`key ${i}`, "text");
    list.append("text");
  }
  const fill = (): void => {
    ready.value = true;
    for (let i = 0; i < 5000; i++) {
      dict.set(`new ${i}`, "text");
      list.append("text");
      list.insert(0, "text");
    }
  };
  const filler = new Thread({ target: fill }).start();
  while (!ready.value) await new Promise(setImmediate);
  for (let i = 0; i < 3; i++) {
    dict.clear();
    list.clear();
  }
  await filler.result();
  dict.clear();
  list.clear();
  assert.deepEqual([dict.size, list.length, dict.keys(), list.slice()], [0, 0, [], []]);
  dict.dispose();
  list.dispose();
  ready.dispose();
  assert.ok(used() <= before + 4096, `${used() - before} bytes`);
});
