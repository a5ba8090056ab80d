/** What `console.log`, `String` and JSON make of objects of the library, and that tools which look into objects get along with them. */
import assert from "node:assert/strict";
import { Console } from "node:console";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { format, inspect } from "node:util";
import { CancelScope, createTask, run, TaskGroup } from "heddle/asyncio";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from "heddle/queue";
import { SharedArray, SharedDict, SharedList, struct, Value } from "heddle/shared";
import { Event, Lock, Once, RLock, RWLock, Thread, ThreadLocal, Timer } from "heddle/threading";
import { until } from "../rig/threads.js";

const Point = struct({ x: "i32", name: "string(16)", big: "i64", pos: { lat: "f64" }, list: ["u8", 3] });

function filledDict(entries: Record<string, unknown>): SharedDict<unknown> {
  return new SharedDict<unknown>(Object.entries(entries));
}

function filledQueue(): Queue<number> {
  const queue = new Queue<number>(5);
  queue.putNowait(1);
  return queue;
}

const shown: readonly (readonly [object, string, unknown, string?])[] = [
  [new Value("i32", 3), "Value(i32, 3)", 3, "3"],
  [new Value("i64", 2n ** 60n), "Value(i64, 1152921504606846976n)", "1152921504606846976", "1152921504606846976"],
  [new Value("bool", true), "Value(bool, true)", true, "true"],
  [new SharedArray("f64", [1, 2.5]), "SharedArray(f64, 2) [ 1, 2.5 ]", [1, 2.5], "1,2.5"],
  [new SharedArray("bool", [true]), "SharedArray(bool, 1) [ true ]", [true], "true"],
  [new SharedArray("i64", [5n]), "SharedArray(i64, 1) [ 5n ]", ["5"], "5"],
  [filledDict({ a: 1, b: { c: [2] } }), "SharedDict(2) { 'a' => 1, 'b' => { c: [ 2 ] } }", { a: 1, b: { c: [2] } }],
  [new SharedDict(), "SharedDict(0) {}", {}],
  [new SharedList<unknown>([1, "two"]), "SharedList(2) [ 1, 'two' ]", [1, "two"]],
  [
    new Point({ x: 1, name: "n", list: [7] }),
    "Struct { x: 1, name: 'n', big: 0n, pos: { lat: 0 }, list: [ 7, 0, 0 ] }",
    { x: 1, name: "n", big: "0", pos: { lat: 0 }, list: [7, 0, 0] },
  ],
  [new Point().pos, "{ lat: 0 }", { lat: 0 }],
  [new Point().list, "Items(3) [ 0, 0, 0 ]", [0, 0, 0]],
  [filledQueue(), "Queue(qsize 1/5, unfinished 1)", "Queue(qsize 1/5, unfinished 1)"],
  [new LifoQueue(), "LifoQueue(qsize 0, unfinished 0)", "LifoQueue(qsize 0, unfinished 0)"],
  [new PriorityQueue(), "PriorityQueue(qsize 0, unfinished 0)", "PriorityQueue(qsize 0, unfinished 0)"],
  [new SimpleQueue(), "SimpleQueue(qsize 0)", "SimpleQueue(qsize 0)"],
  [new Lock(), "Lock(unlocked)", "Lock(unlocked)"],
  [new Thread({ name: "T" }), "Thread(T, initial)", "Thread(T, initial)"],
  [new Timer(5, () => {}), "Timer(Timer-N, initial)", "Timer(Timer-N, initial)"],
  [new Process({ name: "P", daemon: true }), "Process(P, initial, daemon)", "Process(P, initial, daemon)"],
  [new ThreadLocal(() => assert.fail("nobody asked for a value")), "ThreadLocal(not set)", "ThreadLocal(not set)"],
  [new CancelScope({ shield: true }), "CancelScope(new, shielded)", "CancelScope(new, shielded)"],
];

const anyName = (text: unknown): unknown => (typeof text === "string" ? text.replace(/Thread-\d+/, "Timer-N") : text);

for (const [object, text, json, string = text] of shown) {
  test(`${text}: in inspect, as a string, in JSON, to tools`, () => {
    assert.equal(anyName(inspect(object)), text);
    assert.equal(anyName(String(object)), string);
    assert.deepEqual(anyName(JSON.parse(JSON.stringify(object))), json);
    assert.equal(inspect({ deep: { deeper: { object } } }, { depth: 1 }).includes("[Object]"), true);
    assert.match(inspect({ object }, { depth: 0 }), /\[\w*\]|\{\}/);
    assert.doesNotThrow(() => assert.deepEqual(object, object));
    assert.throws(() => assert.deepEqual(object, { other: 1 }), assert.AssertionError);
    assert.throws(() => assert.equal(object, 1), assert.AssertionError);
    assert.equal(typeof structuredClone(object), "object");
    for (const part of Object.getOwnPropertySymbols(Object.getPrototypeOf(object) as object)) String(part);
    assert.equal(typeof inspect(Object.getPrototypeOf(object)), "string");
  });
}

test("a class that struct made shows its fields, a class derived from it its name", () => {
  class Place extends struct({ x: "i32" }) {}
  assert.equal(inspect(struct({ x: "i32" })), "struct({ x: 'i32' })");
  assert.equal(inspect(Place), "[class Place extends struct({ x: 'i32' })]");
  assert.equal(inspect(new Place({ x: 2 })), "Place { x: 2 }");
});

test("what is shown is bounded as for Node's own collections, and says how much is left out", () => {
  const numbers = Array.from({ length: 1000 }, (_, n) => n);
  const dict = new SharedDict(numbers.map((n) => [`k${n}`, n]));
  for (const object of [new SharedList(numbers), new SharedArray("i32", numbers)] as object[]) {
    assert.match(inspect(object, { maxArrayLength: 2 }), /\(.*1000\) \[ 0, 1, \.\.\. 998 more items \]$/);
    assert.match(inspect(object), /\.\.\. 900 more items\n\]$/);
    assert.doesNotMatch(inspect(object, { maxArrayLength: null }), /more/);
  }
  assert.match(
    inspect(dict, { maxArrayLength: 2 }),
    /^SharedDict\(1000\) \{ 'k\d+' => \d+, 'k\d+' => \d+, \.\.\. 998 more items \}$/,
  );
  assert.match(inspect(dict, { maxArrayLength: 999, breakLength: Infinity }).slice(-20), /\.\.\. 1 more item \}$/);
});

test("colours, the fields of a subclass, and what cannot be read", () => {
  class Counter extends Value<"i32"> {
    label = "hits";
  }
  assert.equal(inspect(new Counter("i32", 1)), "Counter(i32, 1) { label: 'hits' }");
  const plain = inspect(new Value("i32", 1), { colors: true });
  assert.ok(plain.includes("\u001B[33m1\u001B[39m"), plain);
  assert.equal(inspect(Object.create(Lock.prototype)).startsWith("Lock(not constructed)"), true);
});

test("a disposed object says so, in JSON too", () => {
  for (const object of [new Value("i32"), new SharedDict(), new SharedList(), new Point(), new Queue(), new Event()]) {
    object.dispose();
    const text = `${object.constructor.name}(disposed)`;
    assert.deepEqual([inspect(object), String(object), JSON.stringify(object)], [text, text, JSON.stringify(text)]);
  }
});

test("a lock whose owner died says so", async () => {
  const locks = [new Lock(), new RLock(), new RWLock(), new Once()] as const;
  const held = new Event();
  const [lock, rlock, rwlock, once] = locks;
  const target = (): void => {
    lock.acquireSync();
    rlock.acquireSync();
    rwlock.acquireWriteSync();
    once.runSync(() => {
      held.set();
      for (;;);
    });
  };
  const thread = new Thread({ target, daemon: true }).start();
  await held.wait();
  for (const each of locks) assert.match(inspect(each), /(locked by|run by) (writer )?\d+/);
  await thread.terminate();
  await until(() => !thread.isAlive);
  for (const each of locks) assert.match(inspect(each), / by (writer )?\d+, which died/);
});

test("threads, processes, pools and tasks say how far they are", async () => {
  const local = new ThreadLocal<number>();
  local.value = 5;
  assert.equal(inspect(local), "ThreadLocal { value: 5 }");
  const thread = new Thread({ name: "T", target: () => 1 }).start();
  await thread.join();
  assert.match(inspect(thread), /^Thread\(T, stopped \d+\)$/);
  const child = new Process({ name: "P", target: () => 1 }).start();
  assert.match(inspect(child), /^Process\(P, started \d+\)$/);
  await child.join();
  assert.equal(inspect(child), "Process(P, stopped, exitcode 0)");
  child.close();
  assert.equal(inspect(child), "Process(P, closed)");
  for (const pool of [new Pool(1), new ThreadPool(1)]) {
    assert.match(inspect(pool), /^(Thread)?Pool\(size 1, running, calls 0\)$/);
    await pool.terminate();
    assert.match(inspect(pool), /^(Thread)?Pool\(size 1, terminated, calls 0\)$/);
  }
  await run(async () => {
    const task = createTask(async () => 1, { name: "tea" });
    assert.equal(inspect(task), "Task(tea, created)");
    await task;
    assert.equal(inspect(task), "Task(tea, done)");
    await TaskGroup.run(
      async (group) => {
        group.createTask(async () => {});
        assert.equal(inspect(group), "TaskGroup(g, open, tasks 1)");
      },
      { name: "g" },
    );
  });
});

test("whoever calls the hook of inspect with less than Node does gets the same text", () => {
  type Hook = (...given: unknown[]) => string;
  for (const [object, text] of shown) {
    const hook = Reflect.get(object, inspect.custom) as Hook;
    for (const given of [[], [2], [2, {}], [2, { depth: 2, truncate: 40, seen: [] }]])
      assert.equal(hook.apply(object, given), inspect(object), `${text}: ${given.length} arguments`);
    assert.match(hook.call(object, -1, {}), /^\[[\w ]*\]$/);
  }
});

test("objects show themselves deep inside of others, in tables, and in formats", () => {
  const big = new Value("i64", 5n);
  assert.equal(inspect([[[[big]]]], { depth: 4, compact: 5 }), "[ [ [ [ Value(i64, 5n) ] ] ] ]");
  assert.equal(inspect({ a: { big } }, { depth: 0 }), "{ a: [Object] }");
  assert.equal(inspect({ big }, { depth: 0 }), "{ big: [Value] }");
  assert.equal(JSON.stringify({ big, all: [big] }), '{"big":"5","all":["5"]}');
  assert.equal(format("%j %s", big, big), '"5" 5');
  for (const [object, text] of shown) {
    assert.match(format("%o|%O", object, object), /\|/, text);
    new Console(new PassThrough()).table([object, { object }]);
  }
});

test("a string of a collection costs what is shown of it: the rest is not read", () => {
  let reads = 0;
  class Dict extends SharedDict<number> {
    override entries(): [string, number][] {
      reads++;
      return super.entries();
    }
  }
  class List extends SharedList<number> {
    override slice(start?: number, end?: number): number[] {
      reads++;
      return super.slice(start, end);
    }
  }
  const numbers = Array.from({ length: 300 }, (_, n) => n);
  const dict = new Dict(numbers.map((n) => [`k${n}`, n]));
  const list = new List(numbers);
  for (const [object, text] of [
    [dict, inspect(dict)],
    [list, inspect(list)],
  ] as const) {
    assert.equal(String(object), text);
    assert.equal(`${object as unknown as string}`, text);
    assert.match(text, /200 more items/);
  }
  assert.equal(reads, 0);
  assert.equal(JSON.stringify([dict, list]).length > 3000, true);
  assert.equal(reads, 2, "JSON has all of it");
});
