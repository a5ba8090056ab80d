/** After `dispose` every operation throws, and none touches the memory, which is another object's by then. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Condition, Lock, RLock, RuntimeError, RWLock, Semaphore } from "heddle/threading";
import { type Disposable, oneOfEach } from "./shared-classes.js";

/** Arguments that the operations need; all others are called without. */
const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  withLock: [() => 0],
  withLockSync: [() => 0],
  withRead: [() => 0],
  withReadSync: [() => 0],
  withWrite: [() => 0],
  withWriteSync: [() => 0],
  waitFor: [() => false],
  waitForSync: [() => false],
  run: [() => 0],
  runSync: [() => 0],
  put: [[1, 1]],
  putSync: [[1, 1]],
  putNowait: [[1, 1]],
  tryPut: [[1, 1]],
  add: [1],
  sub: [1],
  exchange: [1],
  compareExchange: [1, 2],
  "SharedDict.get": ["key"],
  "SharedDict.add": ["key", 1],
  has: ["key"],
  delete: ["key"],
  set: [0, 1],
  append: [1],
  insert: [0, 1],
  remove: [0],
  at: [0],
  getOrInsert: ["key", 1],
  update: ["key", () => 1],
  setDefault: ["key", () => 1],
  setDefaultSync: ["key", () => 1],
  extend: [[1]],
};

/** What fields of the struct may be set to. */
const FIELDS: Readonly<Record<string, unknown>> = { name: "n", inner: { y: 1 }, items: [1] };

/** What tells something that never changes, or is no operation of the object. */
const EXCEPTIONS = new Set(["constructor", "dispose", "maxsize", "kind", "parties", "isRevived", "isDisposed"]);

const makers: Readonly<Record<string, () => Disposable>> = {
  ...oneOfEach,
  "Condition(Lock)": () => new Condition(new Lock()),
};

/** Names of what can be called or read from outside. */
function operationsOf(object: object): Map<string | symbol, PropertyDescriptor> {
  const found = new Map<string | symbol, PropertyDescriptor>();
  for (let proto = Object.getPrototypeOf(object) as object; proto !== Object.prototype; ) {
    if (proto.constructor.name === "SharedObject") break;
    for (const key of Reflect.ownKeys(proto)) {
      if (!found.has(key)) found.set(key, Object.getOwnPropertyDescriptor(proto, key) as PropertyDescriptor);
    }
    proto = Object.getPrototypeOf(proto) as object;
  }
  return found;
}

const INTERNAL = new Set([
  "retire",
  "makeStorage",
  "dressed",
  "putAtOnce",
  "takeOr",
  "describe",
  "emptyWaste",
  "travels",
]);

describe("after dispose", () => {
  for (const [name, make] of Object.entries(makers)) {
    const operations = [...operationsOf(make())].filter(
      ([key]) => typeof key === "string" && !EXCEPTIONS.has(key) && !INTERNAL.has(key),
    ) as [string, PropertyDescriptor][];

    test(`${name}: ${operations.length} operations throw RuntimeError`, async () => {
      const object = make();
      object.dispose();
      const says = (error: unknown): boolean =>
        error instanceof RuntimeError &&
        error.message === `Cannot use this ${object.constructor.name}: it has been disposed`;
      for (const [key, { value, set }] of operations) {
        if (set !== undefined) {
          assert.throws(() => Reflect.set(object, key, FIELDS[key] ?? 1), says, key);
        }
        const use = async (): Promise<unknown> => {
          const got: unknown = Reflect.get(object, key);
          if (typeof value !== "function") return typeof got === "object" ? JSON.stringify(got) : got;
          const result: unknown = Reflect.apply(value, object, ARGUMENTS[`${name}.${key}`] ?? ARGUMENTS[key] ?? []);
          // Generators do nothing until they are asked.
          return typeof result === "object" && result !== null && "next" in result
            ? (result as Iterator<unknown>).next()
            : result;
        };
        await assert.rejects(use(), says, `${name}.${key}`);
      }
      object.dispose();
    });
  }

  test("the memory of the next object is not touched", () => {
    const lock = new Lock();
    lock.dispose();
    const next = new Lock();
    assert.throws(() => lock.tryAcquire(), RuntimeError);
    assert.equal(next.locked, false);
  });

  test("guards and permits of before do nothing", async () => {
    const lock = new Lock();
    const rlock = new RLock();
    const both = new RWLock();
    const semaphore = new Semaphore();
    const held = [lock.acquireSync(), rlock.acquireSync(), both.acquireReadSync(), semaphore.acquireSync()];
    for (const object of [lock, rlock, both, semaphore]) object.dispose();
    for (const guard of held) guard[Symbol.dispose]();
    const short = new Lock();
    assert.equal(await short.withLock(() => (short.dispose(), "done")), "done");
  });

  test("a condition refuses when its lock is gone", async () => {
    for (const lock of [new Lock(), new RLock()]) {
      const condition = new Condition(lock);
      lock.dispose();
      await assert.rejects(condition.wait(), RuntimeError);
      assert.throws(() => condition.notify(), /it has been disposed/);
    }
  });
});
