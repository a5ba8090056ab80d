/** What Lock, RLock and Condition have in common, in both faces: items 1 to 18 of the conformance list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "heddle/shared";
import { Event, type Held, RuntimeError, TimeoutError } from "heddle/threading";
import { inThread, inThreads, timed, until } from "../rig/threads.js";

/** The shared part of the classes under test. */
export interface AnyLock {
  acquire(wait?: { timeout?: number; blocking?: boolean; signal?: AbortSignal }): Promise<Held | null>;
  acquireSync(wait?: { timeout?: number; blocking?: boolean }): Held | null;
  tryAcquire(): Held | null;
  release(): void;
  readonly locked: boolean;
  withLock<T>(body: () => T | PromiseLike<T>, options?: { timeout?: number; recover?: boolean }): Promise<T>;
  withLockSync<T>(body: () => T, options?: { timeout?: number; recover?: boolean }): T;
}

interface Face {
  readonly name: string;
  acquire(lock: AnyLock, wait?: { timeout?: number; blocking?: boolean }): Promise<Held | null>;
  with<T>(lock: AnyLock, body: () => T, options?: { timeout?: number }): Promise<T>;
}

const faces: readonly Face[] = [
  {
    name: "async",
    acquire: (lock, wait) => lock.acquire(wait),
    with: (lock, body, options) => lock.withLock(body, options),
  },
  {
    name: "sync",
    acquire: async (lock, wait) => lock.acquireSync(wait),
    with: async (lock, body, options) => lock.withLockSync(body, options),
  },
];

/** Holds the lock in another thread until the returned function is called. */
async function holdElsewhere(lock: AnyLock): Promise<() => Promise<void>> {
  const held = new Event();
  const enough = new Event();
  const over = inThread(() => {
    lock.acquireSync();
    held.set();
    enough.waitSync();
    lock.release();
  });
  await held.wait();
  return async () => {
    enough.set();
    await over;
  };
}

/** Runs the contract for the lock that `make` makes. */
export function lockContract(name: string, make: () => AnyLock): void {
  test(`#001 ${name}: a new one is unlocked`, () => assert.equal(make().locked, false));
  for (const face of faces) faceContract(name, make, face);

  test(`#004 ${name}: trying a held one gives null at once and does not change the owner`, async () => {
    const lock = make();
    const free = await holdElsewhere(lock);
    assert.equal(lock.tryAcquire(), null);
    assert.equal(lock.acquireSync({ blocking: false }), null);
    assert.equal(lock.locked, true);
    await free();
    assert.equal(lock.locked, false);
  });

  test(`#005 ${name}: all who wait make no progress until the release, then each has its turn`, async () => {
    const lock = make();
    const arrived = new Value("i32");
    const [passed, inside, overlaps] = [new Value("i32"), new Value("i32"), new Value("i32")];
    const turns = 300;
    const held = lock.acquireSync();
    inside.add(1);
    const waiters = inThreads(3, () => {
      arrived.add(1);
      for (let turn = 0; turn < turns; turn++) {
        lock.withLockSync(() => {
          if (inside.add(1) !== 0) overlaps.add(1);
          passed.value += 1; // two steps: would lose some if two were inside
          inside.sub(1);
        });
      }
    });
    await until(() => arrived.value === 3);
    assert.equal(passed.value, 0);
    inside.sub(1);
    held?.[Symbol.dispose]();
    await waiters;
    assert.deepEqual([passed.value, overlaps.value, lock.locked], [3 * turns, 0, false]);
  });

  test(`#016 ${name}: releasing an unlocked one throws RuntimeError`, () => {
    const lock = make();
    assert.throws(() => lock.release(), RuntimeError);
    lock.acquireSync();
    lock.release();
    assert.throws(() => lock.release(), RuntimeError);
  });
}

function faceContract(name: string, make: () => AnyLock, face: Face): void {
  const the = `${name} (${face.name})`;

  test(`#002 ${the}: acquire locks, the guard's disposal unlocks, once`, async () => {
    const lock = make();
    const held = await face.acquire(lock);
    assert.equal(held?.ownerDied, false);
    assert.equal(lock.locked, true);
    held[Symbol.dispose]();
    assert.equal(lock.locked, false);
    const next = await face.acquire(lock);
    held[Symbol.dispose]();
    assert.equal(lock.locked, true, "a stale guard released another's acquisition");
    next?.[Symbol.dispose]();
  });

  test(`#003 ${the}: a free one is had without waiting`, async () => {
    const lock = make();
    (await face.acquire(lock, { blocking: false }))![Symbol.dispose]();
    lock.tryAcquire()![Symbol.dispose]();
    assert.equal(lock.locked, false);
  });

  test(`#006 ${the}: with the lock: locked inside, free afterwards`, async () => {
    const lock = make();
    assert.equal(await face.with(lock, () => lock.locked), true);
    assert.equal(lock.locked, false);
  });

  test(`#007 ${the}: with the lock: what the body throws comes through, and the lock is free`, async () => {
    const lock = make();
    const error = new Error("from the body");
    await assert.rejects(
      face.with(lock, () => {
        throw error;
      }),
      (thrown) => thrown === error,
    );
    assert.equal(lock.locked, false);
  });

  test(`#006 ${the}: with the lock: a body that has released it leaves the next acquisition alone`, async () => {
    const lock = make();
    const next = await face.with(lock, () => {
      lock.release();
      return lock.tryAcquire();
    });
    assert.equal(lock.locked, true, "released another's acquisition");
    next?.[Symbol.dispose]();
    assert.equal(lock.locked, false);
  });

  test(`#008 ${the}: a timeout needs a wait`, async () => {
    await assert.rejects(face.acquire(make(), { blocking: false, timeout: 1 }), TypeError);
  });

  test(`#009 #010 ${the}: negative and NaN timeouts are refused, Infinity is not`, async () => {
    const lock = make();
    await assert.rejects(face.acquire(lock, { timeout: -1 }), RangeError);
    await assert.rejects(face.acquire(lock, { timeout: NaN }), RangeError);
    (await face.acquire(lock, { timeout: Infinity }))![Symbol.dispose]();
    (await face.acquire(lock, { timeout: 2 ** 40 }))![Symbol.dispose]();
    assert.equal(lock.locked, false);
  });

  test(`#011 ${the}: a timeout does not delay a free one`, async () => {
    const lock = make();
    const took = await timed(async () => (await face.acquire(lock, { timeout: 5000 }))![Symbol.dispose]());
    assert.ok(took < 4000, `${took} ms`);
  });

  test(`#012 #013 ${the}: a held one gives null after the timeout, and is sound afterwards`, async () => {
    const lock = make();
    const free = await holdElsewhere(lock);
    const took = await timed(async () => assert.equal(await face.acquire(lock, { timeout: 100 }), null));
    assert.ok(took >= 60, `${took} ms`);
    await assert.rejects(
      face.with(lock, () => 1, { timeout: 10 }),
      TimeoutError,
    );
    await free();
    assert.equal(lock.locked, false);
    lock.tryAcquire()![Symbol.dispose]();
  });
}
