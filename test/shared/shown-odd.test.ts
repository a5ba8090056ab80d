/** What is shown of prototypes, of objects that hold themselves, and of names with control characters. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as heddle from "heddle";
import { createTask, run, setExceptionHandler, TaskGroup } from "heddle/asyncio";
import { Process } from "heddle/multiprocessing";
import { Queue } from "heddle/queue";
import { SharedDict, SharedList, Value } from "heddle/shared";
import { Thread, ThreadLocal } from "heddle/threading";
import { runProgram } from "../threading/program.js";

type AnyClass = abstract new (...args: never[]) => object;

const classes = Object.values(heddle)
  .flatMap((module) => Object.values(module as object) as unknown[])
  .filter((value): value is AnyClass => typeof value === "function" && "toJSON" in ((value.prototype ?? {}) as object));

test("a prototype, and what is only derived from one, can be shown", () => {
  assert.ok(classes.length > 25, `${classes.length} classes`);
  for (const { prototype, name } of classes) {
    class Derived extends (Reflect.get({ prototype }.prototype, "constructor") as new () => object) {}
    for (const [object, text] of [
      [prototype, `${name}.prototype`],
      [Derived.prototype, "Derived.prototype"],
      [Object.create(prototype as object), `${name}(not constructed)`],
    ] as [object, string][]) {
      assert.deepEqual([String(object), JSON.parse(JSON.stringify(object))], [text, text]);
      assert.doesNotMatch(inspect(object), /cannot be shown|private member/);
    }
  }
});

const CIRCULAR = (name: string): { name: string; message: string } => ({
  name: "TypeError",
  message: `Converting circular structure to JSON: this ${name} contains itself`,
});

test("a collection that holds itself is refused by JSON, as JSON does, and shown by inspect", () => {
  const list = new SharedList<unknown>();
  list.append(list);
  const dict = new SharedDict<unknown>();
  const other = new SharedDict<unknown>([["dict", { in: [dict] }]]);
  dict.set("other", other);
  class Holder {
    readonly held: unknown;
    constructor(held: unknown) {
      this.held = held;
    }
    toJSON(): unknown {
      return { held: this.held };
    }
  }
  const far: SharedList<unknown> = new SharedList();
  far.append(new Map([["list", list]]));
  far.append({ plain: [new Holder(dict)] });
  for (const [object, name] of [
    [list, "SharedList"],
    [dict, "SharedDict"],
    [other, "SharedDict"],
    [far, "SharedDict"],
  ] as [object, string][]) {
    assert.throws(() => JSON.stringify(object), CIRCULAR(name));
    assert.throws(() => JSON.stringify({ deep: [object] }), CIRCULAR(name));
    assert.match(inspect(object, { depth: null }), /\[Circular\]/);
    assert.equal(typeof String(object), "string");
  }
  assert.equal(inspect(list), "SharedList(1) [ [Circular] ]");
});

test("what holds itself in its fields or its value is shown", () => {
  class Own extends Thread {
    readonly me = this;
  }
  const local = new ThreadLocal<unknown>();
  local.value = local;
  assert.equal(inspect(local, { depth: null }), "ThreadLocal { value: [Circular] }");
  assert.match(inspect(new Own(), { depth: null }), /^Own\(.*\) \{ me: \[Circular\] \}$/);
  assert.match(String(new Own()), /\[Circular\]/);
});

test("what is held twice, and not in itself, is no circle", () => {
  const value = new Value("i64", 5n);
  const list = new SharedList<unknown>([value, value, new Date(0), undefined]);
  const dict = new SharedDict<unknown>([
    ["first", list],
    ["second", { list }],
    ["__proto__", 1],
  ]);
  const plain = `["5","5","1970-01-01T00:00:00.000Z",null]`;
  assert.equal(JSON.stringify([list, list]), `[${plain},${plain}]`);
  assert.equal(JSON.stringify(dict), `{"first":${plain},"second":{"list":${plain}},"__proto__":1}`);
  assert.equal(JSON.stringify(dict), JSON.stringify(dict));
});

test("an error while it is shown or put in JSON leaves nothing behind", () => {
  const list = new SharedList<unknown>([{ big: 5n }]);
  for (let i = 0; i < 2; i++) assert.throws(() => JSON.stringify(list), /BigInt/);
  const circle: unknown[] = [];
  circle.push(circle);
  list.append(circle);
  for (let i = 0; i < 2; i++)
    assert.throws(() => list.length > 1 && JSON.stringify(new SharedList([circle])), /circular/);
  list.pop();
  list.pop();
  assert.equal(JSON.stringify(list), "[]");
});

const NASTY = 'a"b\n\u001B[2Jc\u0085d\u2028e\u202Ef\u007F ü🧵';
const SEEN = 'a"b\\n\\x1B[2Jc\\x85d\\u2028e\\u202Ef\\x7F ü🧵';
/** Characters that a terminal or a log would obey. */
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E]/u;

test("control characters in names are written, not obeyed: objects", async () => {
  for (const object of [new Thread({ name: NASTY }), new Process({ name: NASTY })]) {
    const text = `${object.constructor.name}(${SEEN}, initial)`;
    assert.deepEqual([inspect(object), String(object), JSON.stringify(object)], [text, text, JSON.stringify(text)]);
    assert.equal(object.name, NASTY);
    await assert.rejects(
      object.join(),
      (error: Error) => !OBEYED.test(error.message) && error.message.includes("\\x85d"),
    );
  }
  const task = createTask(() => 1, { name: NASTY });
  assert.equal(inspect(task), `Task(${SEEN}, created)`);
  assert.throws(
    () => task.result(),
    (error: Error) => error.message.startsWith(SEEN),
  );
  await task;
  await TaskGroup.run(
    (group) => {
      assert.match(inspect(group), /^TaskGroup\(a"b\\n/);
    },
    { name: NASTY },
  );
  assert.match(
    inspect(
      new (class extends Queue {
        static override readonly name: string = "a\nb";
      })(),
    ),
    /^a\\nb\(qsize 0/,
  );
});

test("control characters in names are written, not obeyed: what is told of tasks", async () => {
  const told: string[] = [];
  setExceptionHandler(({ message }) => told.push(message));
  await run(() => {
    const task = createTask(() => 1, { name: NASTY });
    task.addDoneCallback(() => assert.fail("told"));
    return task;
  });
  setExceptionHandler(undefined);
  assert.deepEqual(told, [`heddle/asyncio: a done callback of ${SEEN} threw`]);
});

for (const Kind of ["Thread", "Process"])
  test(`control characters in names are written, not obeyed: the failure of a ${Kind}`, async () => {
    const { stderr } = await runProgram(`import { Process } from "heddle/multiprocessing";
      import { Thread } from "heddle/threading";
      new ${Kind}({ name: ${JSON.stringify(NASTY)}, target: () => { throw new RangeError("far"); } }).start();`);
    assert.equal(stderr.split("\n")[0], `Exception in ${Kind.toLowerCase()} ${SEEN}:`);
    assert.equal(stderr.split("\n")[1], "RangeError: far");
  });
