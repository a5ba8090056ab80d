/** What a thread waits for stands where others can read it, whatever it waits at, until the wait is over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Thread } from "heddle/threading";
import { ARRIVED, GETTERS, TAKE_LOCK } from "#heddle/channel/control-block.js";
import type { Realm } from "#heddle/memory/realm.js";
import { recordOf, slotOf, WAITS_FOR } from "#heddle/memory/thread-record.js";
import { awaitedIn, type Waited, waitOf } from "#heddle/memory/waits.js";
import { holdersOf } from "#heddle/objects/lock-holders.js";
import { SharedObject } from "#heddle/objects/shared-object.js";
import { processMilliseconds } from "#heddle/platform/waiting/clock.js";
import { Stripes } from "#heddle/shared/stripes.js";
import { Bell } from "#heddle/sync/bell.js";
import { Acquired, Mutex } from "#heddle/sync/mutex.js";
import type { Classes } from "../rig/realms.js";
import { until } from "../rig/threads.js";

/** A thread that blocks, and how it is let go on. */
interface Blocked {
  /** What it waits at. */
  readonly at: SharedObject;
  readonly thread: Thread;
  /** Whether this thread holds it meanwhile; undefined: nobody does, ever. */
  readonly isHeld?: boolean;
  readonly free: () => unknown;
}

type Waiter = Waited & { readonly id: number };

const start = <Args extends unknown[]>(target: (...args: Args) => unknown, ...args: Args): Thread =>
  new Thread({ target, args, daemon: true } as never).start();

/** What the types of the package leave out. */
const handleOf = (object: SharedObject): number =>
  (SharedObject as unknown as { handleWithin(object: SharedObject): number }).handleWithin(object);

/** @returns the threads of the realm that wait at the object, and what their records say */
function waitersAt(realm: Realm, object: SharedObject): Waiter[] {
  const handle = handleOf(object);
  return realm.threads.alive().flatMap((id) => {
    const waited = waitOf(realm, id);
    return waited === undefined || waited.handle !== handle ? [] : [{ ...waited, id }];
  });
}

/** @returns the word of that thread's record, whether it lives or not */
const noted = ({ heap }: Realm, id: number): number => heap.i32[recordOf(slotOf(id)) + WAITS_FOR]!;

export function waitsContract(classes: Classes): void {
  const { Barrier, BoundedSemaphore, Condition, Event, Latch, Lock, Once, RLock, RWLock, Semaphore } = classes;
  const { LifoQueue, PriorityQueue, Queue, SharedDict, SimpleQueue } = classes;
  const realm = classes.realm();

  async function waiterAt(object: SharedObject): Promise<Waiter> {
    let found: Waiter[] = [];
    await until(() => (found = waitersAt(realm, object)).length > 0, "a wait");
    return found[0]!;
  }

  const held = async (once: InstanceType<typeof Once>): Promise<() => Promise<unknown>> => {
    let end!: () => void;
    const body = new Promise<void>((resolve) => (end = resolve));
    const run = once.run(() => body);
    return () => (end(), run);
  };

  const blocks: Readonly<Record<string, () => Blocked | Promise<Blocked>>> = {
    Lock() {
      const at = new Lock();
      const guard = at.acquireSync();
      const thread = start((lock) => lock.acquireSync()[Symbol.dispose](), at);
      return { at, thread, isHeld: true, free: () => guard[Symbol.dispose]() };
    },
    RLock() {
      const at = new RLock();
      at.acquireSync();
      const thread = start((lock) => lock.withLockSync(() => 1), at);
      return { at, thread, isHeld: true, free: () => at.release() };
    },
    "RWLock, to read": () => {
      const at = new RWLock();
      at.acquireWriteSync();
      const thread = start((lock) => lock.withReadSync(() => 1), at);
      return { at, thread, isHeld: true, free: () => at.releaseWrite() };
    },
    "RWLock, to write": () => {
      const at = new RWLock();
      at.acquireReadSync();
      const thread = start((lock) => lock.withWriteSync(() => 1), at);
      return { at, thread, isHeld: true, free: () => at.releaseRead() };
    },
    Semaphore() {
      const at = new Semaphore(0);
      return { at, thread: start((semaphore) => void semaphore.acquireSync(), at), free: () => at.release() };
    },
    BoundedSemaphore() {
      const at = new BoundedSemaphore(1);
      at.acquireSync();
      return { at, thread: start((semaphore) => void semaphore.acquireSync(), at), free: () => at.release() };
    },
    Condition() {
      const at = new Condition();
      const thread = start((condition) => condition.withLockSync(() => condition.waitSync()), at);
      return { at, thread, free: () => at.withLockSync(() => at.notify()) };
    },
    "Condition, for its lock": async () => {
      const condition = new Condition();
      const thread = start((changed) => changed.withLockSync(() => changed.waitSync()), condition);
      await waiterAt(condition);
      const guard = condition.acquireSync();
      condition.notify();
      return { at: condition.lock, thread, isHeld: true, free: () => guard[Symbol.dispose]() };
    },
    Event() {
      const at = new Event();
      return { at, thread: start((event) => event.waitSync(), at), free: () => at.set() };
    },
    Barrier() {
      const at = new Barrier(2);
      return { at, thread: start((barrier) => barrier.waitSync(), at), free: () => at.waitSync() };
    },
    Latch() {
      const at = new Latch(1);
      return { at, thread: start((latch) => latch.waitSync(), at), free: () => at.countDown() };
    },
    async Once() {
      const at = new Once();
      const free = await held(at);
      return { at, thread: start((once) => once.runSync(() => 1), at), isHeld: true, free };
    },
    "Queue, for an item": () => {
      const at = new Queue<number>();
      return { at, thread: start((queue) => queue.getSync(), at), free: () => at.putNowait(1) };
    },
    "Queue, for room": () => {
      const at = new Queue<number>(1);
      at.putNowait(1);
      return { at, thread: start((queue) => queue.putSync(2), at), free: () => at.getNowait() };
    },
    "Queue, until all is done": () => {
      const at = new Queue<number>();
      at.putNowait(1);
      return { at, thread: start((queue) => queue.joinSync(), at), free: () => (at.getNowait(), at.taskDone()) };
    },
    LifoQueue() {
      const at = new LifoQueue<number>();
      return { at, thread: start((queue) => queue.getSync(), at), free: () => at.putNowait(1) };
    },
    PriorityQueue() {
      const at = new PriorityQueue<readonly [number, string]>();
      return { at, thread: start((queue) => queue.getSync(), at), free: () => at.putNowait([1, "item"]) };
    },
    SimpleQueue() {
      const at = new SimpleQueue<number>();
      return { at, thread: start((queue) => queue.getSync(), at), free: () => at.putSync(1) };
    },
    "SharedDict, for a value that is computed": () => {
      const at = new SharedDict<number>();
      let end!: (value: number) => void;
      const made = at.setDefault("key", () => new Promise<number>((resolve) => (end = resolve)));
      const thread = start((dict) => dict.setDefaultSync("key", () => 2), at);
      return { at, thread, free: () => (end(1), made) };
    },
  };

  for (const [name, block] of Object.entries(blocks)) {
    test(`who blocks at ${name} says so, and since when, until the wait is over`, async () => {
      const before = processMilliseconds();
      const { at, thread, isHeld, free } = await block();
      const waited = await waiterAt(at);
      assert.equal(waited.classNames[0], at.constructor.name);
      assert.equal(waited.thread, 0);
      assert.ok(((waited.since - before) | 0) >= 0, "not before it was there");
      assert.ok(((processMilliseconds() - waited.since) | 0) >= 0, "not in the future");
      const holders = holdersOf(realm, waited.handle);
      assert.deepEqual(holders, isHeld ? [realm.me] : undefined);
      await free();
      await thread.result();
      assert.equal(noted(realm, waited.id), 0);
      if (isHeld) assert.deepEqual(holdersOf(realm, waited.handle), []);
    });
  }

  test("the slices of a wait are one wait", async () => {
    const event = new Event();
    const thread = start((it) => it.waitSync(), event);
    const { id, since } = await waiterAt(event);
    // The first slices are over by then.
    await until(() => ((processMilliseconds() - since) | 0) > 100);
    const later = waitOf(realm, id)!;
    assert.deepEqual([later.handle, later.since], [handleOf(event), since]);
    event.set();
    await thread.result();
  });

  test("a wait inside of a wait is noted while it lasts, and the outer one again after it", async () => {
    const queue = new Queue<number>();
    const thread = start((it) => it.getSync(), queue);
    const outer = await waiterAt(queue);
    const q = handleOf(queue) << 4;
    const guard = new Mutex(realm.heap.word(q + TAKE_LOCK), realm.owners);
    assert.equal(guard.lockSync(), Acquired.TAKEN);
    new Bell(realm.heap.word(q + ARRIVED), realm.heap.word(q + GETTERS)).ring(1);
    await until(() => waitOf(realm, outer.id)?.word === q + TAKE_LOCK, "the wait for the guard");
    guard.unlock();
    await until(() => waitOf(realm, outer.id)?.word === q + ARRIVED, "the wait for an item");
    const { id, ...rest } = outer;
    assert.deepEqual(waitOf(realm, id), rest);
    queue.putNowait(1);
    await thread.result();
    assert.equal(noted(realm, id), 0);
  });

  test("who blocks for a lock of the library's own says so", async () => {
    const dict = new SharedDict<number>();
    const ready = new Event();
    const thread = start((it, event) => (event.waitSync(), it.set("key", 1)), dict, ready);
    await waiterAt(ready);
    new Stripes(realm, handleOf(dict)).withKey("key", () => {
      ready.set();
      for (const start = performance.now(); waitersAt(realm, dict).length === 0; )
        assert.ok(performance.now() - start < 30_000, "it does not wait for the dictionary");
      assert.deepEqual(waitersAt(realm, dict)[0]!.classNames[0], "SharedDict");
    });
    await thread.result();
  });

  test("a class of the program is named before that which it extends", async () => {
    class Gate extends Lock {}
    const gate = new Gate();
    gate.acquireSync();
    const thread = start((it) => it.acquireSync(), gate);
    const { classNames, handle } = await waiterAt(gate);
    assert.equal(classNames[0], "Gate");
    assert.equal(classNames.at(-1), "Lock");
    assert.deepEqual(holdersOf(realm, handle), [realm.me]);
    gate.release();
    await thread.result();
  });

  test("who is killed as it waits waits no longer, once its death is settled", async () => {
    const lock = new Lock();
    lock.acquireSync();
    const thread = start((it) => it.acquireSync(), lock);
    const { id } = await waiterAt(lock);
    await thread.terminate();
    await until(() => (realm.lookAfter(id), realm.threads.isGone(id)), "its end");
    assert.equal(noted(realm, id), 0);
    assert.equal(waitOf(realm, id), undefined);
  });

  test("many who wait at one object are all there", async () => {
    const latch = new Latch(1);
    const threads = Array.from({ length: 3 }, () => start((it) => it.waitSync(), latch));
    await until(() => waitersAt(realm, latch).length === 3, "three waits");
    latch.countDown();
    await Promise.all(threads.map((thread) => thread.result()));
    assert.equal(waitersAt(realm, latch).length, 0);
  });

  test("what a thread awaits it knows itself, until that is over, however it ends", async () => {
    const before = processMilliseconds();
    const [event, queue, lock] = [new Event(), new Queue<number>(), new Lock()];
    const guard = lock.acquireSync();
    const given = new AbortController();
    const waits = [event.wait(), queue.get(), lock.acquire({ signal: given.signal })];
    const awaited = () => awaitedIn(realm).map(({ classNames, handle }) => [classNames[0], handle]);
    const expected = [event, queue, lock].map((it) => [it.constructor.name, handleOf(it)]);
    await until(() => awaited().length === 3, "three waits");
    assert.deepEqual(awaited(), expected);
    for (const { since } of awaitedIn(realm)) assert.ok(((since - before) | 0) >= 0);
    assert.equal(waitOf(realm, realm.me), undefined); // it does not block
    event.set();
    await waits[0];
    assert.deepEqual(awaited(), expected.slice(1));
    queue.putNowait(1);
    await waits[1];
    given.abort(new Error("enough"));
    await assert.rejects(waits[2]!, /enough/);
    assert.deepEqual(awaited(), []);
    guard[Symbol.dispose]();
  });
}
