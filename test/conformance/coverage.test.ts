/** Every item of the conformance list about threads, locks, queues (1 to 203), pools (360 to 405) and futures (412 to 506) has a test, or a reason why it has none. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root } from "../rig/root.js";

/** First and last number of each stretch. */
const ITEMS = [
  [1, 203],
  [360, 405],
  [412, 506],
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
  386: "entering a pool that is terminated: nothing is entered; what it is asked for is refused (P383)",
  390: "errors of ThreadPool that are not wrapped: a worker's error is a copy in both (P388)",
  447: "keyword arguments: JavaScript has none",
  470: "submit while the interpreter ends: in an exit handler nothing async runs any more",
  483: "at most as many processes as overlapping calls: #463 and #464 hold it from both sides",
  488: "the limit of 61 processes on Windows: Node waits for no handles of that kind",
  501: "a wake-up pipe that is full: there is none",
  505: "ExecutionFailed as the cause of an error: the error itself comes home, with both stacks (#480)",
  203: "SimpleQueue.put in a destructor: there are none; a FinalizationRegistry calls back in a job of its own",
};

test("conformance: each item has a test that names it, or a reason", () => {
  const folders = ["test/conformance", "test/contract", "test/futures", "test/multiprocessing", "test/unit/pool"];
  const text = folders
    .flatMap((folder) => readdirSync(path.join(root, folder)).map((file) => path.join(root, folder, file)))
    .filter((file) => file.endsWith(".ts") && !file.endsWith("coverage.test.ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const named = new Set([...text.matchAll(/[#TP](\d{3})\b/g)].map(([, number]) => Number(number)));
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
