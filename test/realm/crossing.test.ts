/** Objects of two memories in one program: each finds its own, wherever it travels, and none is taken for another. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LifoQueue, Queue } from "heddle/queue";
import { SharedDict, SharedList, Value } from "heddle/shared";
import { Condition, Event, Lock, OwnerDiedError, RLock, Thread } from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";
import type { Realm } from "#heddle/memory/realm.js";
import { SharedObject } from "#heddle/objects/shared-object.js";
import { PickleError } from "#heddle/pickle/errors.js";
import * as second from "../rig/second-realm.js";
import { inThread } from "../rig/threads.js";

interface Internals {
  in<T>(realm: Realm, make: () => T): T;
  handleOf(object: object): number;
  realmOf(object: object): Realm;
}
const { in: inRealm, handleOf, realmOf } = SharedObject as unknown as Internals;

const Point = second.struct({ x: "i32" });

/** @returns an object of each memory, with the same number; the others that were made on the way are given back */
function twins<A extends Disposable, B extends Disposable>(makeFirst: () => A, makeSecond: () => B): [A, B] {
  const firsts = new Map<number, A>();
  const others = new Map<number, B>();
  // Between objects of one size alone the two would stay as far apart as they begin.
  const between: Disposable[] = [];
  const found = (): number | undefined => {
    for (let n = others.size % 3; n > 0; n--) between.push(new second.Value("i32"));
    const [first, other] = [makeFirst(), makeSecond()];
    firsts.set(handleOf(first), first);
    others.set(handleOf(other), other);
    return [handleOf(first), handleOf(other)].find((handle) => firsts.has(handle) && others.has(handle));
  };
  let handle = found();
  while (handle === undefined) handle = found();
  for (const one of between) one[Symbol.dispose]();
  for (const made of [firsts, others]) {
    for (const [each, object] of made) if (each !== handle) object[Symbol.dispose]();
  }
  return [firsts.get(handle)!, others.get(handle)!];
}

test("two memories know the same thread by other ids", () => {
  const [first, other] = [processRealm(), second.secondRealm];
  assert.notEqual(first.id, other.id);
  assert.notEqual(first.me, other.me);
  const lock = new second.Lock();
  assert.equal(realmOf(lock), other);
  lock.acquireSync();
  assert.equal(lock.statistics().owner, other.me);
});

test("the same number in two memories: each object is its own, here and in a thread", async () => {
  const [one, two] = twins(
    () => new Value("i32", 1),
    () => new second.Value("i32", 2),
  );
  const both = [one, two] as const;
  const seen = await inThread(() => {
    both[0].add(10);
    both[1].add(20);
    return [both[0].value, both[1].value, both[0] === (both[1] as unknown)];
  });
  assert.deepEqual(seen, [11, 22, false]);
  assert.deepEqual([one.value, two.value], [11, 22]);
  one.dispose();
  assert.equal(two.value, 22);
});

test("the same number in two memories: what computes a value of one does not keep the other from changes", () => {
  const [one, two] = twins(
    () => new SharedDict<number>([["n", 1]]),
    () => new second.SharedDict<number>([["n", 2]]),
  );
  assert.equal(
    one.update("n", (old = 0) => old + two.update("n", (n = 0) => n + 1)),
    4,
  );
  assert.throws(() => two.update("n", () => two.add("n", 1)), { name: "RuntimeError" });
  const [list, other] = twins(
    () => new SharedList([1]),
    () => new second.SharedList([2]),
  );
  const appended = (n: number): number => {
    other.insert(0, n);
    return n + 1;
  };
  assert.equal(list.update(0, appended), 2);
  assert.deepEqual([...other], [1, 2]);
});

/** Every way in which an object gets somewhere; each gives what comes out. */
const ways: Readonly<Record<string, (object: second.Value<"i32">) => unknown>> = {
  "an argument of a thread": (value) => new Thread({ target: add, args: [value] }).start().result(),
  "a variable of a function": (value) => inThread(() => add(value)),
  "a Map in an argument": (value) =>
    new Thread({ target: (map: Map<string, typeof value>) => add(map.get("it")!), args: [new Map([["it", value]])] })
      .start()
      .result(),
  "a queue of the process": (value) => throughQueue(new Queue<typeof value>(), value),
  "a stack of the process": (value) => throughQueue(new LifoQueue<typeof value>(), value),
  "a queue of its own memory": (value) => throughQueue(new second.Queue<typeof value>(), value),
  "a dictionary of the process": (value) => throughDict(new SharedDict<typeof value>(), value),
  "a dictionary of its own memory": (value) => throughDict(new second.SharedDict<typeof value>(), value),
  "a list of the process": (value) => {
    const list = new SharedList([[new Map([["it", value]])]]);
    return inThread(() => add(list.at(0)![0]!.get("it")!));
  },
};

function add(value: Value<"i32">): number {
  return value.add(1);
}

function throughQueue(queue: Queue<Value<"i32">>, value: Value<"i32">): Promise<number> {
  queue.putNowait(value);
  return inThread(() => add(queue.getSync()));
}

function throughDict(dict: SharedDict<Value<"i32">>, value: Value<"i32">): Promise<number> {
  dict.set("it", value);
  return inThread(() => add(dict.get("it")!));
}

for (const [name, send] of Object.entries(ways)) {
  test(`an object of the second memory in ${name} is the same one there`, async () => {
    const value = new second.Value("i32", 7);
    assert.equal(await send(value), 7);
    assert.equal(value.value, 8);
  });
}

test("an object of the process in a queue and a dictionary of the second memory is the same one there", async () => {
  const value = new Value("i32", 7);
  assert.equal(await throughQueue(new second.Queue(), value), 7);
  assert.equal(await throughDict(new second.SharedDict(), value), 8);
  assert.equal(value.value, 9);
});

test("what comes back to its maker is the maker's own object", () => {
  const lock = new second.Lock();
  for (const queue of [new Queue<Lock>(), new second.Queue<Lock>()]) {
    queue.putNowait(lock);
    assert.equal(queue.getNowait(), lock);
  }
});

test("a struct of the second memory", async () => {
  const point = new Point({ x: 3 });
  assert.equal(realmOf(point), second.secondRealm);
  await inThread(() => {
    point.x += 4;
  });
  assert.equal(point.x, 7);
});

test("Condition: a lock of another memory is refused, either way round", () => {
  const refused = { name: "RangeError", message: /lock must live in the same memory as the condition/ };
  for (const lock of [new second.Lock(), new second.RLock()]) assert.throws(() => new Condition(lock), refused);
  for (const lock of [new Lock(), new RLock()]) assert.throws(() => new second.Condition(lock), refused);
});

test("an object of a memory that the receiver has no access to: PickleError", async () => {
  const hidden = second.makeRealm();
  const lock = inRealm(hidden, () => new Lock());
  assert.equal(realmOf(lock), hidden);
  const queue = new Queue<Lock>();
  queue.putNowait(lock);
  assert.equal(queue.getNowait(), lock);
  queue.putNowait(lock);
  const name = await inThread(() => {
    try {
      queue.getSync();
      return "received";
    } catch (error) {
      return (error as Error).name;
    }
  });
  assert.equal(name, "PickleError");
  await assert.rejects(
    inThread(() => lock.locked),
    (error) => error instanceof PickleError && /Cannot receive a Lock: it lives in memory/.test(error.message),
  );
});

test("who waits at a lock of the second memory finds that its owner died", async () => {
  for (const LockClass of [second.Lock, second.RLock]) {
    const lock = new LockClass();
    const isIn = new Event();
    const doomed = new Thread({
      target: () => {
        lock.acquireSync();
        isIn.set();
        new Event().waitSync();
      },
    }).start();
    await isIn.wait();
    assert.equal(lock.tryAcquire(), null);
    const waiting = assert.rejects(
      lock.withLock(() => 1),
      OwnerDiedError,
    );
    await doomed.terminate();
    await waiting;
    assert.equal(lock.acquireSync().ownerDied, true);
  }
});

test("a thread that ended leaves its lock of the second memory locked, for the next one in its worker, too", async () => {
  const lock = new second.RLock();
  const owners = [await inThread(() => own(lock)), await inThread(() => own(lock))];
  assert.deepEqual(owners, [true, false]);
  assert.equal(lock.locked, true);
});

function own(lock: RLock): boolean {
  return lock.acquireSync({ timeout: 50 }) !== null;
}
