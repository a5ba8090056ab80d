/**
 * Threads that use one SharedDict are terminated at random instants. Of each the dictionary keeps exactly what it had
 * done, or one operation more; what all count together is exact, but for what was in the hands of the dead.
 * HEDDLE_SOAK: the number of terminations. The seed is printed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedDict } from "heddle/shared";
import { type Marked, marked, markOf } from "./marked-values.js";
import { checkCount, type Stage, terminating, timesDone, WORKERS, type Worked } from "./termination-rig.js";

type Dict = SharedDict<Marked>;

/** Owners of values that no single thread has: those of the common keys are this one and the next ones. */
const COMMON = 20;
const COMMON_KEYS = 8;
const OWN_KEYS = 61;

const ownKey = (id: number, n: number): string => `own ${id} ${(n * 7) % OWN_KEYS}`;

/** The operations of a thread in turn: what each does in its round `n`. */
const turns: readonly ((dict: Dict, id: number, n: number) => void)[] = [
  changeOwn,
  (dict) => dict.add("added", 1),
  (dict) => dict.add("halves", 0.5),
  (dict) => dict.update("updated", (value = marked(0, 0)) => marked(0, markOf(value).number + 1)),
  changeCommon,
  (dict, _id, n) => {
    for (const reader of [0, 1, 2]) checkEntry(ownKey(reader, n), dict.get(ownKey(reader, n)));
  },
];
/** Places in `turns`. */
const Turn = { CHANGE_OWN: 0, ADD: 1, HALVE: 2, UPDATE: 3 } as const;

function perform(dict: Dict, id: number, at: number): void {
  turns[at % turns.length]!(dict, id, Math.floor(at / turns.length));
}

/** What threads do with the keys that they have for themselves. */
interface Own {
  set(key: string, value: Marked): unknown;
  delete(key: string): unknown;
  update(key: string, change: () => Marked): unknown;
  getOrInsert(key: string, value: Marked): unknown;
}

class Model extends Map<string, Marked> implements Own {
  update(key: string, change: () => Marked): void {
    this.set(key, change());
  }
  getOrInsert(key: string, value: Marked): void {
    if (!this.has(key)) this.set(key, value);
  }
}

function changeOwn(dict: Own, id: number, n: number): void {
  const [key, value] = [ownKey(id, n), marked(id, n)];
  if (n % 6 === 3) dict.delete(key);
  else if (n % 6 === 4) dict.update(key, () => value);
  else if (n % 6 === 5) dict.getOrInsert(key, value);
  else dict.set(key, value);
}

function changeCommon(dict: Dict, id: number, n: number): void {
  const which = (n * 5 + id) % COMMON_KEYS;
  if (n % 3 === 0) dict.delete(`common ${which}`);
  else dict.set(`common ${which}`, marked(COMMON + which, n));
}

/** What is at a key must be whole, and belong to it. */
function checkEntry(key: string, value: Marked | undefined): void {
  const [kind, which] = key.split(" ");
  if (value === undefined || kind === "added" || kind === "halves") return;
  const owner = { own: 0, common: COMMON }[kind!] ?? 0;
  assert.equal(markOf(value).owner, owner + Number(which ?? 0), `at ${key}`);
}

function checkCounters(dict: Dict, threads: readonly Worked[]): void {
  checkCount(Number(dict.get("added") ?? 0), threads, Turn.ADD, turns.length);
  checkCount(Number(dict.get("halves") ?? 0) * 2, threads, Turn.HALVE, turns.length);
  checkCount(markOf(dict.get("updated") ?? marked(0, 0)).number, threads, Turn.UPDATE, turns.length);
}

/** The keys of a thread are those after what it had done, or after one operation more. */
function checkOwn(entries: ReadonlyMap<string, Marked>, thread: Worked): void {
  const found = [...entries].filter(([key]) => key.startsWith(`own ${thread.id} `));
  const allowed = timesDone(thread, Turn.CHANGE_OWN, turns.length).map((count) => {
    const model = new Model();
    for (let n = 0; n < count; n++) changeOwn(model, thread.id, n);
    return digest(model);
  });
  assert.ok(allowed.includes(digest(found)), `thread ${thread.id}, ${thread.done} operations: ${digest(found)}`);
}

const digest = (entries: Iterable<[string, Marked]>): string =>
  [...entries]
    .map(([key, value]) => `${key}: ${markOf(value).number}`)
    .sort()
    .join(", ");

/** Whatever was left, from now on it is like every other dictionary. */
function checkUse(dict: Dict, entries: ReadonlyMap<string, Marked>): void {
  for (const key of entries.keys()) {
    dict.set(key, marked(1, key.length));
    assert.equal(dict.get(key), marked(1, key.length));
    assert.equal(dict.delete(key), true);
    assert.equal(dict.has(key), false);
  }
  assert.deepEqual([dict.size, dict.keys()], [0, []]);
  for (let i = 0; i < 100; i++) dict.set(`new ${i}`, i);
  assert.deepEqual([dict.size, dict.get("new 42")], [100, 42]);
  dict.clear();
  assert.deepEqual([dict.size, dict.entries()], [0, []]);
}

function prepare(): Stage {
  const dict: Dict = new SharedDict();
  let looks = 0;
  return {
    perform: (id, at) => perform(dict, id, at),
    look: () => {
      const key = ownKey(looks % WORKERS, looks);
      checkEntry(key, dict.get(key));
      if (looks++ % 16 === 0) for (const [key, value] of dict) checkEntry(key, value);
    },
    check: (threads) => {
      // Asked for first: nobody has found yet what the dead have left.
      const { size } = dict;
      const entries = new Map(dict.entries());
      assert.deepEqual([size, dict.keys().length, dict.values().length], [entries.size, entries.size, entries.size]);
      for (const [key, value] of entries) checkEntry(key, value);
      checkCounters(dict, threads);
      for (const thread of threads) checkOwn(entries, thread);
      checkUse(dict, entries);
    },
    dispose: () => dict.dispose(),
  };
}

test("SharedDict: terminations leave it whole", (t) => terminating(t, prepare));
