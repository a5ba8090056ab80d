/** A promise that a synchronous body returns would go on without the lock: it is refused, and harms nobody. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { SharedArray, SharedDict, SharedList, Value } from "heddle/shared";
import { Barrier, Condition, Lock, Once, RLock, RWLock } from "heddle/threading";

type Body = () => never;
const lock = new Lock();
const rlock = new RLock();
const rw = new RWLock();
const condition = new Condition();
const value = new Value("i32");
const array = new SharedArray("i32", 1);
const dict = new SharedDict<number>([["a", 1]]);
const list = new SharedList<number>([1]);
const once = new Once();

/** Each: what is called with the body, what the message says, and what must be as before. */
const methods: Record<string, [call: (body: Body) => unknown, message: RegExp, isFree: () => boolean]> = {
  "Lock.withLockSync": [(body) => lock.withLockSync(body), /withLockSync: body .*await withLock/, () => !lock.locked],
  "RLock.withLockSync": [
    (body) => rlock.withLockSync(body),
    /withLockSync: body .*await withLock/,
    () => !rlock.locked,
  ],
  "Condition.withLockSync": [(body) => condition.withLockSync(body), /await withLock/, () => !condition.locked],
  "Value.withLockSync": [(body) => value.withLockSync(body), /await withLock/, () => !value.lock.locked],
  "SharedArray.withLockSync": [(body) => array.withLockSync(body), /await withLock/, () => !array.lock.locked],
  "RWLock.withReadSync": [
    (body) => rw.withReadSync(body),
    /withReadSync: body .*await withRead/,
    () => rw.tryAcquireWrite() !== null && (rw.releaseWrite(), true),
  ],
  "RWLock.withWriteSync": [
    (body) => rw.withWriteSync(body),
    /withWriteSync: body .*await withWrite/,
    () => rw.tryAcquireRead() !== null && (rw.releaseRead(), true),
  ],
  "Once.runSync": [(body) => once.runSync(body), /runSync: body .*await run/, () => !once.isDone],
  "Condition.waitForSync": [
    (body) => condition.withLockSync(() => condition.waitForSync(body)),
    /waitForSync: predicate/,
    () => !condition.locked,
  ],
  "SharedDict.update": [(body) => dict.update("a", body), /update: change/, () => dict.get("a") === 1],
  "SharedList.update": [(body) => list.update(0, body), /update: change/, () => list.at(0) === 1],
  "Barrier: action": [(action) => new Barrier(1, { action }).waitSync(), /Barrier: action/, () => true],
};

for (const [name, [call, message, isFree]] of Object.entries(methods)) {
  describe(name, () => {
    test("an async function is refused before it runs", () => {
      let ran = false;
      const body = async (): Promise<void> => {
        ran = true;
      };
      assert.throws(() => call(body as unknown as Body), { name: "TypeError", message });
      assert.equal(ran, false);
      assert.ok(isFree());
    });

    test("a promise is refused when it comes, and its rejection is not reported", async () => {
      let reject!: (reason: unknown) => void;
      const body = (): Promise<void> =>
        new Promise((_, no) => {
          reject = no;
        });
      assert.throws(() => call(body as unknown as Body), { name: "TypeError", message });
      assert.ok(isFree());
      // The runner fails a test whose rejection nobody handles: after the microtasks, so before the next turn.
      reject(new Error("later"));
      await setImmediate();
    });

    test("so is whatever has a `then`", () => {
      // biome-ignore lint/suspicious/noThenProperty: that is the point
      const thenable = { then: (_: unknown, no: (error: Error) => void): void => no(new Error("later")) };
      assert.throws(() => call((() => thenable) as unknown as Body), { name: "TypeError", message });
      assert.ok(isFree());
    });
  });
}

test("Condition.waitFor: a predicate that returns a promise is refused, too", async () => {
  const wait = condition.withLock(() => condition.waitFor((async () => true) as unknown as () => boolean));
  await assert.rejects(wait, { name: "TypeError", message: /waitFor: predicate/ });
  assert.equal(condition.locked, false);
});

test("what is no promise comes through as it is", () => {
  const odd: object = {
    // biome-ignore lint/suspicious/noThenProperty: that is the point
    get then(): never {
      throw new Error("not asked for");
    },
  };
  // biome-ignore lint/suspicious/noThenProperty: that is the point
  for (const each of [undefined, null, 0, "x", Symbol.iterator, { then: 1 } as object, odd, () => {}])
    assert.equal(
      lock.withLockSync(() => each),
      each,
    );
});
