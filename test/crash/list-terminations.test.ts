/**
 * Threads that use SharedLists are terminated at random instants: each one of its own, of which then is left exactly what
 * it had done, or one operation more; and one that all use, in which nothing is torn, doubled or lost but for what was in
 * the hands of the dead. HEDDLE_SOAK: the number of terminations. The seed is printed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedList, Value } from "heddle/shared";
import { type Marked, marked, markOf } from "./marked-values.js";
import { checkCount, type Stage, terminating, timesDone, WORKERS, type Worked } from "./termination-rig.js";

type List = SharedList<Marked>;

interface Lists {
  readonly own: readonly List[];
  /** Its first item is a counter, which stays there. */
  readonly common: List;
  /** Items that were added to the common list less those that were taken out: counted right afterwards. */
  readonly net: Value<"i32">;
}

/** Owner of the counter. */
const COUNTER = 20;
/** Longer than this, and items are taken out: so many that all threads together never reach the first ones. */
const LONG = 30;
/** Items that can be reached by index at any time. */
const SAFE = LONG - 2 * WORKERS;

/** What a thread does in its round `n`, one operation after another. */
const turns: readonly ((lists: Lists, id: number, n: number) => void)[] = [
  ({ own }, id, n) => changeOwn(own[id]!, id, n),
  ({ common }) => common.update(0, (value) => marked(COUNTER, markOf(value).number + 1)),
  ({ common, net }, id, n) => {
    common.append(marked(id, 3 * n));
    net.add(1);
  },
  ({ common, net }, id, n) => {
    common.insert(1 + (n % Math.min(SAFE, common.length)), marked(id, 3 * n + 1));
    net.add(1);
  },
  ({ common, net }, _id, n) => {
    if (common.length <= LONG) return;
    checkItem(common.remove(1 + ((n * 7) % SAFE)));
    net.sub(1);
  },
  ({ common, net }) => {
    if (common.length <= LONG) return;
    checkItem(common.pop());
    net.sub(1);
  },
  ({ common }, id, n) => {
    if (common.length > LONG) common.set(1 + (n % SAFE), marked(id, 3 * n + 2));
  },
  ({ common, own }, _id, n) => {
    checkItem(common.at(n % SAFE));
    for (const list of own) checkItem(list.at(-1));
  },
];
/** Places in `turns`. */
const Turn = { CHANGE_OWN: 0, COUNT: 1 } as const;

/** What threads do with the lists that they have for themselves. */
interface Own {
  readonly length: number;
  append(value: Marked): unknown;
  pop(): unknown;
  set(index: number, value: Marked): unknown;
  insert(index: number, value: Marked): unknown;
  remove(index: number): unknown;
  update(index: number, change: () => Marked): unknown;
}

class Model implements Own {
  readonly items: Marked[] = [];
  get length(): number {
    return this.items.length;
  }
  append(value: Marked): void {
    this.items.push(value);
  }
  pop(): void {
    this.items.pop();
  }
  set(index: number, value: Marked): void {
    this.items[index] = value;
  }
  insert(index: number, value: Marked): void {
    this.items.splice(index, 0, value);
  }
  remove(index: number): void {
    this.items.splice(index, 1);
  }
  update(index: number, change: () => Marked): void {
    this.items[index] = change();
  }
}

function changeOwn(list: Own, id: number, n: number): void {
  const value = marked(id, n);
  // At first it only grows, so that there is something to change; then it is emptied now and then.
  const kind = list.length < 5 ? 0 : n % 100 > 90 ? 1 : n % 9;
  const index = (n * 5) % Math.max(1, list.length);
  if (kind === 1) list.pop();
  else if (kind === 2) list.set(index, value);
  else if (kind === 4) list.insert(index, value);
  else if (kind === 5) list.remove(index);
  else if (kind === 7) list.update(index, () => value);
  else list.append(value);
}

function checkItem(value: Marked | undefined): void {
  if (value !== undefined) markOf(value);
}

/** The list of a thread is that after what it had done, or after one operation more. */
function checkOwn(list: List, thread: Worked): void {
  const found = digest(list.slice());
  const allowed = timesDone(thread, Turn.CHANGE_OWN, turns.length).map((count) => {
    const model = new Model();
    for (let n = 0; n < count; n++) changeOwn(model, thread.id, n);
    return digest(model.items);
  });
  assert.ok(allowed.includes(found), `thread ${thread.id}, ${thread.done} operations: ${found}`);
}

const digest = (items: readonly Marked[]): string => items.map((item) => markOf(item).number).join();

function checkCommon({ common, net }: Lists, threads: readonly Worked[]): void {
  const { length } = common;
  const [counter, ...items] = common.slice();
  assert.equal(items.length, length - 1);
  const { owner, number } = markOf(counter!);
  assert.equal(owner, COUNTER);
  checkCount(number, threads, Turn.COUNT, turns.length);
  const names = new Set(items.map(markOf).map((mark) => `${mark.owner} ${mark.number}`));
  assert.equal(names.size, items.length, "doubled");
  // Each of the dead may have been about to count an item in or out.
  const dead = threads.filter(({ isDead }) => isDead).length;
  const { value } = net;
  assert.ok(Math.abs(items.length - value) <= dead, `${items.length} items, not ${value}, give or take ${dead}`);
}

/** Whatever was left, from now on it is like every other list. */
function checkUse(list: List): void {
  for (let i = 0; i < 100; i++) list.append(marked(1, i));
  for (let i = 99; i >= 0; i--) assert.equal(list.pop(), marked(1, i));
  const { length } = list;
  for (let i = 0; i < length; i++) list.set(i, i);
  assert.deepEqual(
    list.slice(),
    Array.from({ length }, (_, i) => i),
  );
  list.clear();
  assert.deepEqual([list.length, list.slice(), list.pop()], [0, [], undefined]);
  list.append("still usable");
  assert.equal(list.at(0), "still usable");
}

function prepare(): Stage {
  const lists: Lists = {
    own: Array.from({ length: WORKERS }, () => new SharedList<Marked>()),
    common: new SharedList<Marked>([marked(COUNTER, 0)]),
    net: new Value("i32"),
  };
  const all = [...lists.own, lists.common];
  let looks = 0;
  return {
    perform: (id, at) => turns[at % turns.length]!(lists, id, Math.floor(at / turns.length)),
    look: () => {
      const list = all[looks % all.length]!;
      checkItem(list.at(looks % 5));
      if (looks++ % 8 === 0) for (const item of list) checkItem(item);
    },
    check: (threads) => {
      checkCommon(lists, threads);
      for (const thread of threads) checkOwn(lists.own[thread.id]!, thread);
      for (const list of all) checkUse(list);
    },
    dispose: () => {
      for (const list of all) list.dispose();
      lists.net.dispose();
    },
  };
}

test("SharedList: terminations leave it whole", (t) => terminating(t, prepare));
