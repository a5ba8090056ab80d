/** What is written as other libraries have it is refused with what to write instead; what belongs to the library alone is no part of its types. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { Queue, SimpleQueue } from "heddle/queue";
import { SharedDict, SharedList, Value } from "heddle/shared";
import { Event, Lock, Once, RLock, RWLock, Thread } from "heddle/threading";
import { root } from "../rig/root.js";

type Made = new (...args: unknown[]) => unknown;
const make = (made: unknown, ...args: unknown[]): unknown => new (made as Made)(...args);
function work(): void {}

const refused: readonly (readonly [() => unknown, RegExp])[] = [
  [
    () => make(Thread, work),
    /Thread: options must be an object, got the function work; write new Thread\(\{ target: work \}\)/,
  ],
  [() => make(Process, () => 1), /write new Process\(\{ target: \(\) => \.\.\. \}\)/],
  [
    () => make(SharedDict, { a: 1 }),
    /SharedDict: entries must be .* new SharedDict\(Object\.entries\(\{ a: 1 \}\)\), got an object/,
  ],
  ...(["ab", ["ab"], [["a", 1], 5], [null], [{}], new Set(["k"])] as const).map(
    (entries) =>
      [
        () => make(SharedDict, entries),
        /^SharedDict: entries must be pairs, as in new SharedDict\(Object\.entries\(\{ a: 1 \}\)\), got ("ab"|5|null|an object of class Object|"k")$/,
      ] as const,
  ),
  [() => make(SharedList, 3), /SharedList: items must be .* new SharedList\(\[1, 2\]\), got 3/],
  [() => make(Pool, "4"), /Pool: processes must be an integer, got "4"; write 4, without quotes$/],
  [() => make(ThreadPool, "4"), /write 4, without quotes/],
  [() => make(Queue, "3"), /Queue: maxsize must be an integer, got "3"; write 3, without quotes$/],
  [
    () => new Event().waitSync({ timeout: "5" as never }),
    /a number of milliseconds, got "5"; write 5, without quotes$/,
  ],
  [() => make(Value, 0), /Value: kind must be one of i8, .* as in new Value\("i32", 0\), got 0/],
  ...[Lock, RLock, Event, Once, RWLock, SimpleQueue].map(
    (each) =>
      [
        () => make(each, true),
        new RegExp(`${each.name} takes no arguments, got true; write new ${each.name}\\(\\)`),
      ] as const,
  ),
];

for (const [number, [wrong, message]] of refused.entries()) {
  test(`${number}: ${message}`, () => assert.throws(wrong, { name: "TypeError", message }));
}

test("internal statics are not in the types that users see", () => {
  for (const [file, names] of [
    ["threading/thread", ["stop"]],
    ["locks/lock", ["monitorOf", "release(lock"]],
    ["locks/semaphore", ["giveBack"]],
    ["locks/rw-lock", ["release(lock"]],
    ["locks/rlock", ["monitorOf", "release(lock"]],
    ["objects/shared-object", ["register", "handleOf", "revive", "isRevival", "retire", "describe"]],
    ["shared/struct", ["viewOf"]],
  ] as const) {
    const types = readFileSync(path.join(root, `dist/${file}.d.ts`), "utf8");
    for (const name of names)
      assert.doesNotMatch(
        types,
        new RegExp(`static .*\\b${name.replace("(", "\\(")}|protected (override )?${name.replace("(", "\\(")}\\b`),
      );
  }
});
