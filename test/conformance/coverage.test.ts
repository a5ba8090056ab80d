/** Every item of the conformance list about threads, locks, queues (1 to 203) and futures (412 to 445) has a test, or a reason why it has none. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root } from "../rig/root.js";

/** First and last number of each stretch. */
const ITEMS = [
  [1, 203],
  [412, 445],
] as const;

const WITHOUT: Readonly<Record<number, string>> = {
  19: "weak references: a WeakRef works on any object",
  21: "arguments of Lock(): the compiler refuses them (test/types/refused/lock-args.ts)",
  22: "a lock that cannot be subclassed: JavaScript has no final classes, and heddle's may be subclassed",
  23: "state after fork: Node does not fork",
  30: "deprecated arguments of RLock: there are none",
  34: "`with condition`: the common contract of locks runs on Condition",
  51: "KeyboardInterrupt out of a wait: Ctrl-C ends the program; an async wait has a signal",
  102: "arguments of local(): they are typed",
  103: "the dictionary of a local: it has one value instead",
  110: "Thread(group=): always None in Python",
  120: "deprecated names: they are absent",
  141: "trace and profile hooks: V8 has none",
  142: "asynchronous exceptions: terminate and signal take their place",
  143: "state after fork: Node does not fork",
  144: "subinterpreters: each thread is an isolate",
  173: "a negative timeout beside block=False: putNowait and getNowait take no timeout",
  197: "ignored arguments of SimpleQueue.put: the compiler refuses them",
  203: "SimpleQueue.put in a destructor: there are none; a FinalizationRegistry calls back in a job of its own",
};

test("conformance: each item has a test that names it, or a reason", () => {
  const folders = ["test/conformance", "test/contract"];
  const text = folders
    .flatMap((folder) => readdirSync(path.join(root, folder)).map((file) => path.join(root, folder, file)))
    .filter((file) => file.endsWith(".ts") && !file.endsWith("coverage.test.ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const named = new Set([...text.matchAll(/[#T](\d{3})\b/g)].map(([, number]) => Number(number)));
  // The names of tests of queues begin with the numbers.
  for (const [, numbers] of text.matchAll(/(?:\btest\(|^ {2,8})[`"]((?:\d{3}(?:, )?)+) /gm)) {
    for (const number of numbers!.split(", ")) named.add(Number(number));
  }
  const all = ITEMS.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
  assert.deepEqual(
    all.filter((item) => !named.has(item) && WITHOUT[item] === undefined),
    [],
    "neither test nor reason",
  );
});
