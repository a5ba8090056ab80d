/** A thread is killed at every single store of what registers names; others find each list once, under its number. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Names } from "#heddle/memory/names.js";
import { isKilled, NAME_BYTES } from "./container-rig.js";
import { addMortal, type Citizen, found, settle } from "./mortal-heap.js";

type Lists = readonly (readonly string[])[];

/** What is known before, and what the thread that is killed registers. */
const histories: Readonly<Record<string, readonly [before: Lists, fatal: Lists]>> = {
  "the first list": [[], [["a", "b"]]],
  "one more list": [[["a"], ["b"]], [["c", "d"]]],
  "several lists, long ones too": [[["a"]], [["b"], ["x".repeat(4000)], [], ["Füße", "日本"]]],
  "a list that is known": [[["a"], ["b"]], [["b"]]],
};
const LATER: Lists = [["later"], ["y".repeat(3000)]];

/** A thread that knows no number yet registers `lists`. @returns whether it was killed */
function die(mortal: Citizen, lists: Lists, stores: number): boolean {
  const names = new Names(mortal);
  return isKilled(stores, () => {
    for (const list of lists) names.numberOf(list);
  });
}

/** @returns bytes that the names take when nobody dies */
function bytesOf(lists: Lists): number {
  const citizen = found();
  const before = citizen.allocator.statistics().used;
  const names = new Names(citizen);
  for (const list of lists) names.numberOf(list);
  return citizen.allocator.statistics().used - before;
}

/** All lists are registered by two threads in turns, and read by a third. */
function carryOn(survivor: Citizen, names: Names, lists: Lists, where: string): void {
  const other = new Names(survivor);
  const numbers = lists.map((list, index) => (index % 2 === 0 ? names : other).numberOf(list)!);
  assert.deepEqual(
    [...numbers].sort((a, b) => a - b),
    lists.map((_, index) => index),
    `numbers, ${where}`,
  );
  assert.deepEqual(
    lists.map((list) => other.numberOf(list)),
    numbers,
    where,
  );
  const reader = new Names(survivor);
  assert.deepEqual(
    numbers.map((number) => reader.list(number)),
    lists,
    where,
  );
}

/** @param deaths at which store each thread dies @returns whether the last one did */
function killAt([before, fatal]: readonly [Lists, Lists], ...deaths: readonly number[]): boolean {
  const survivor = found();
  const { used } = survivor.allocator.statistics();
  const names = new Names(survivor);
  for (const list of before) names.numberOf(list);
  const mortals = deaths.map(() => addMortal(survivor.heap));
  const killed = deaths.map((stores, i) => {
    const mortal = mortals[i]!;
    const wasKilled = die(mortal, fatal, stores);
    settle(survivor, mortal.id);
    return wasKilled;
  });
  const lists = [...new Set([...before, ...fatal, ...LATER].map((list) => JSON.stringify(list)))].map(
    (list) => JSON.parse(list) as string[],
  );
  const where = `killed at store ${deaths.join(", the heir at ")}`;
  carryOn(survivor, names, lists, where);
  const { used: after, pending } = survivor.allocator.statistics();
  const expected = used + bytesOf(lists) + mortals.length * NAME_BYTES;
  assert.deepEqual({ used: after, pending }, { used: expected, pending: 0 }, `memory lost, ${where}`);
  return killed.at(-1)!;
}

for (const [name, history] of Object.entries(histories)) {
  test(`names: killed at every store of registering ${name}, and then the heir at every one of its stores`, (t) => {
    let [points, pairs] = [0, 0];
    while (killAt(history, points)) points++;
    for (let n = 0; n < points; n += points > 20 ? 5 : 1) for (let m = 0; killAt(history, n, m); m++) pairs++;
    assert.ok(points >= 2, "nobody was ever interrupted");
    assert.ok(pairs > points, "no heir was ever interrupted");
    t.diagnostic(`${points} crash points, ${pairs} pairs of deaths`);
  });
}
