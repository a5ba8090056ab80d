/** Items 412 to 445 of the list of behaviours taken from CPython's own tests: futures, wait and asCompleted. */
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  asCompleted,
  CancelledError,
  Future,
  InvalidStateError,
  RuntimeError,
  TimeoutError,
  wait,
} from "heddle/futures";
import { runProgram } from "../threading/program.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const failure = new RangeError("far");

/** One future in each state. */
function inEachState(): Record<
  "pending" | "running" | "cancelled" | "notified" | "failed" | "returned",
  Future<number>
> {
  const make = (prepare: (future: Future<number>) => void): Future<number> => {
    const future = new Future<number>();
    prepare(future);
    return future;
  };
  const states = {
    pending: make(() => {}),
    running: make((future) => void future.setRunningOrNotifyCancel()),
    cancelled: make((future) => void future.cancel()),
    notified: make((future) => {
      future.cancel();
      future.setRunningOrNotifyCancel();
    }),
    failed: make((future) => future.setException(failure)),
    returned: make((future) => future.setResult(42)),
  };
  void states.failed.exception();
  return states;
}

const which = (take: (future: Future<number>) => boolean): string[] =>
  Object.entries(inEachState())
    .filter(([, future]) => take(future))
    .map(([name]) => name);

const LATER = { timeout: 60_000 };

/** Completes the future in a turn of its own. */
const soon = (complete: () => void): void => void setImmediate(complete);

describe("Future", () => {
  test("412 cancel is true before the work begins and once it is cancelled; otherwise nothing changes", () => {
    assert.deepEqual(
      which((future) => future.cancel()),
      ["pending", "cancelled", "notified"],
    );
    const { running, returned } = inEachState();
    running.cancel();
    returned.cancel();
    assert.ok(running.running && !running.cancelled && returned.done && !returned.cancelled);
  });

  test("413, 414, 415 cancelled, done and running tell the state", () => {
    assert.deepEqual(
      which(({ cancelled }) => cancelled),
      ["cancelled", "notified"],
    );
    assert.deepEqual(
      which(({ done }) => done),
      ["cancelled", "notified", "failed", "returned"],
    );
    assert.deepEqual(
      which(({ running }) => running),
      ["running"],
    );
  });

  test("416 result with a timeout of 0, async and blocking", async () => {
    const { pending, running, cancelled, notified, failed, returned } = inEachState();
    for (const future of [pending, running]) {
      await assert.rejects(future.result({ timeout: 0 }), { name: "TimeoutError", message: /within 0 ms/ });
      assert.throws(() => future.resultSync({ timeout: 0 }), TimeoutError);
    }
    for (const future of [cancelled, notified]) {
      await assert.rejects(future.result({ timeout: 0 }), CancelledError);
      assert.throws(() => future.resultSync({ timeout: 0 }), CancelledError);
    }
    await assert.rejects(failed.result({ timeout: 0 }), (error) => error === failure);
    assert.throws(
      () => failed.resultSync(),
      (error) => error === failure,
    );
    assert.equal(await returned.result({ timeout: 0 }), 42);
    assert.equal(returned.resultSync(), 42);
    assert.equal(await returned, 42);
  });

  test("417 exception with a timeout of 0, async and blocking", async () => {
    const { pending, running, cancelled, failed, returned } = inEachState();
    for (const future of [pending, running]) {
      await assert.rejects(future.exception({ timeout: 0 }), TimeoutError);
      assert.throws(() => future.exceptionSync({ timeout: 0 }), TimeoutError);
    }
    await assert.rejects(cancelled.exception({ timeout: 0 }), CancelledError);
    assert.throws(() => cancelled.exceptionSync(), CancelledError);
    assert.equal(await failed.exception({ timeout: 0 }), failure);
    assert.equal(failed.exceptionSync(), failure);
    assert.equal(await returned.exception({ timeout: 0 }), undefined);
    assert.equal(returned.exceptionSync(), undefined);
  });

  test("418, 420 who waits for result or exception is freed when it is set", async () => {
    for (const limits of [undefined, LATER]) {
      const future = new Future<number>();
      soon(() => future.setResult(42));
      assert.equal(await future.result(limits), 42);
      const failing = new Future<number>();
      soon(() => failing.setException(failure));
      assert.equal(await failing.exception(limits), failure);
    }
  });

  test("419 who waits is freed with CancelledError by cancel", async () => {
    for (const limits of [undefined, LATER]) {
      const future = new Future<number>();
      soon(() => future.cancel());
      await assert.rejects(future.result(limits), CancelledError);
    }
    const awaited = new Future<number>();
    soon(() => awaited.cancel());
    await assert.rejects(async () => await awaited, { name: "CancelledError" });
  });

  test("421 a callback gets the future, on result, error and cancel, before the call that completes it returns", () => {
    for (const complete of [
      (future: Future<number>): void => future.setResult(5),
      (future: Future<number>): void => future.setException(failure),
      (future: Future<number>): void => void future.cancel(),
    ]) {
      const future = new Future<number>();
      const seen: unknown[] = [];
      future.addDoneCallback((given) => seen.push(given));
      complete(future);
      assert.equal(seen.length, 1);
      assert.equal(seen[0], future);
      void future.exception().catch(() => {});
    }
  });

  test("422 callbacks run in the order in which they were added; one that throws is told, and the next still runs", async () => {
    const ended = await runProgram(`
      import { Future } from "heddle/futures";
      const future = new Future();
      future.addDoneCallback(() => console.log("first"));
      future.addDoneCallback(() => { throw new RangeError("no callback"); });
      future.addDoneCallback(() => console.log("third"));
      future.setResult(1);
      console.log("goes on", await future);
    `);
    assert.equal(ended.stdout, "first\nthird\ngoes on 1\n");
    assert.match(ended.stderr, /^Exception in a done callback of a Future:\nRangeError: no callback\n {4}at /);
    assert.equal(ended.code, 1);
  });

  test("423, 424 a callback that is added when it is done runs in a microtask", async () => {
    const { returned, failed, cancelled } = inEachState();
    for (const future of [returned, failed, cancelled]) {
      const seen: unknown[] = [];
      future.addDoneCallback((given) => seen.push(given));
      assert.equal(seen.length, 0);
      await Promise.resolve();
      assert.equal(seen.length, 1);
      assert.equal(seen[0], future);
    }
  });

  test("a callback, and what follows an await, find the AsyncLocalStorage of who added them", async () => {
    const storage = new AsyncLocalStorage<string>();
    const future = new Future<number>();
    const late = new Future<number>();
    const seen: unknown[] = [];
    const waiting = storage.run("mine", async () => {
      future.addDoneCallback(() => seen.push(["callback", storage.getStore()]));
      seen.push(["await", await future, storage.getStore()]);
      seen.push(["result", await late.result(LATER), storage.getStore()]);
      late.addDoneCallback(() => seen.push(["late callback", storage.getStore()]));
    });
    storage.run("other", () => future.setResult(1));
    storage.run("other", () => late.setResult(2));
    await waiting;
    await Promise.resolve();
    assert.deepEqual(seen, [
      ["callback", "mine"],
      ["await", 1, "mine"],
      ["result", 2, "mine"],
      ["late callback", "mine"],
    ]);
  });

  test("425, 426, 427 what is done cannot be set again; the first outcome stays", async () => {
    const { returned, failed, cancelled } = inEachState();
    for (const future of [returned, failed, cancelled]) {
      assert.throws(() => future.setResult(0), InvalidStateError);
      assert.throws(() => future.setException(new Error("second")), InvalidStateError);
    }
    assert.throws(() => returned.setResult(0), {
      message: "Cannot set the result of a future that is finished, returned number",
    });
    assert.equal(await returned, 42);
    assert.equal(await failed.exception(), failure);
    assert.ok(cancelled.cancelled);
  });

  test("428 setRunningOrNotifyCancel: true when pending, false when cancelled, RuntimeError the second time", () => {
    const { pending, cancelled, running, notified, returned } = inEachState();
    assert.equal(pending.setRunningOrNotifyCancel(), true);
    assert.ok(pending.running);
    assert.equal(cancelled.setRunningOrNotifyCancel(), false);
    for (const future of [pending, running, cancelled, notified, returned])
      assert.throws(() => future.setRunningOrNotifyCancel(), RuntimeError);
  });

  test("429 inspect tells the state, and the kind of the outcome", () => {
    const shown = Object.fromEntries(Object.entries(inEachState()).map(([name, future]) => [name, inspect(future)]));
    assert.deepEqual(shown, {
      pending: "Future(pending)",
      running: "Future(running)",
      cancelled: "Future(cancelled)",
      notified: "Future(cancelled)",
      failed: "Future(finished, raised RangeError)",
      returned: "Future(finished, returned number)",
    });
    class Warp {}
    const kinds = [null, undefined, [], {}, Object.create(null), new Warp(), () => 1, "text"].map((value) => {
      const future = new Future<unknown>();
      future.setResult(value);
      return `${future}`;
    });
    const names = ["null", "undefined", "Array", "Object", "object", "Warp", "function", "string"];
    assert.deepEqual(
      kinds,
      names.map((name) => `Future(finished, returned ${name})`),
    );
  });
});

describe("wait", () => {
  const completed = (): Future<number> => inEachState().returned;

  test("430 ALL_COMPLETED: failed and cancelled ones are done", async () => {
    const { failed, notified, returned, pending } = inEachState();
    soon(() => pending.setResult(1));
    const { done, notDone } = await wait([failed, notified, returned, pending]);
    assert.deepEqual(done, new Set([failed, notified, returned, pending]));
    assert.equal(notDone.size, 0);
  });

  test("431 a future that is given twice counts once", async () => {
    const future = completed();
    assert.deepEqual(await wait([future, future]), { done: new Set([future]), notDone: new Set() });
  });

  test("432, 433 FIRST_COMPLETED returns with the first, and at once with those that are done already", async () => {
    const [first, second] = [new Future<number>(), new Future<number>()];
    soon(() => second.setResult(1));
    const found = await wait([first, second], { returnWhen: "FIRST_COMPLETED" });
    assert.deepEqual(found, { done: new Set([second]), notDone: new Set([first]) });
    const { cancelled, returned, pending } = inEachState();
    const already = await wait([cancelled, returned, pending], { returnWhen: "FIRST_COMPLETED" });
    assert.deepEqual(already, { done: new Set([cancelled, returned]), notDone: new Set([pending]) });
  });

  test("434 FIRST_EXCEPTION returns at the first failure, or when all are done; a cancelled one is no failure", async () => {
    const [good, bad, open] = [new Future<number>(), new Future<number>(), new Future<number>()];
    soon(() => {
      good.setResult(1);
      soon(() => bad.setException(failure));
    });
    const found = await wait([good, bad, open, inEachState().cancelled], { returnWhen: "FIRST_EXCEPTION" });
    assert.ok(found.done.has(good) && found.done.has(bad));
    assert.deepEqual(found.notDone, new Set([open]));
    assert.equal(await bad.exception(), failure);
    soon(() => open.setResult(1));
    assert.equal((await wait([good, open], { returnWhen: "FIRST_EXCEPTION" })).notDone.size, 0);
  });

  test("435, 436 FIRST_EXCEPTION with one that has failed returns at once; cancelled ones are done", async () => {
    const { failed, pending, cancelled } = inEachState();
    const found = await wait([failed, pending, cancelled], { returnWhen: "FIRST_EXCEPTION" });
    assert.deepEqual(found, { done: new Set([failed, cancelled]), notDone: new Set([pending]) });
  });

  test("437 a timeout gives what there is", async () => {
    const { pending, returned } = inEachState();
    const begin = performance.now();
    const found = await wait([pending, returned], { timeout: 20 });
    assert.ok(performance.now() - begin >= 19);
    assert.deepEqual(found, { done: new Set([returned]), notDone: new Set([pending]) });
    assert.equal((await wait([pending], { timeout: 0 })).notDone.size, 1);
  });

  test("438 wrong arguments are named", async () => {
    const any = wait as (...args: unknown[]) => Promise<unknown>;
    await assert.rejects(any([], { returnWhen: "SOMETIMES" }), {
      name: "RangeError",
      message: 'wait: returnWhen must be one of ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, got "SOMETIMES"',
    });
    await assert.rejects(any(5), {
      name: "TypeError",
      message: /^wait: futures must be an Iterable of futures, got 5/,
    });
    await assert.rejects(any([Promise.resolve()]), { name: "TypeError", message: /an object of class Promise/ });
    await assert.rejects(any([], { timeout: -1 }), RangeError);
    await assert.rejects(any([], { when: "ALL" }), { name: "TypeError", message: /"when"/ });
  });

  test("439 wait([]) finds nothing", async () => {
    for (const returnWhen of ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"] as const)
      assert.deepEqual(await wait([], { returnWhen }), { done: new Set(), notDone: new Set() });
  });

  test("440 100 futures that end while others begin to wait for them", async () => {
    const futures = Array.from({ length: 100 }, () => new Future<number>());
    const waits = futures.map(async (future, index) => {
      soon(() => future.setResult(index));
      return (await wait(futures, { returnWhen: index % 2 ? "ALL_COMPLETED" : "FIRST_COMPLETED" })).done.size;
    });
    const sizes = await Promise.all(waits);
    assert.ok(sizes.every((size, index) => (index % 2 ? size === 100 : size >= 1)));
  });

  test("signal ends the waiting with its reason, and nothing is left at the futures", async () => {
    const { pending } = inEachState();
    const reason = new Error("enough");
    await assert.rejects(wait([pending], { signal: AbortSignal.abort(reason) }), (error) => error === reason);
    const controller = new AbortController();
    soon(() => controller.abort(reason));
    await assert.rejects(wait([pending], { signal: controller.signal }), (error) => error === reason);
    pending.setResult(1);
    assert.equal(await pending, 1);
  });
});

describe("asCompleted", () => {
  test("441 those that are done come first, then the others as they end", async () => {
    const { cancelled, failed, returned } = inEachState();
    const [first, second] = [new Future<number>(), new Future<number>()];
    const order: Future<number>[] = [];
    soon(() => {
      second.setResult(2);
      soon(() => first.cancel());
    });
    for await (const future of asCompleted([first, cancelled, second, failed, returned])) {
      assert.ok(future instanceof Future, "it is the future itself");
      order.push(future);
    }
    assert.deepEqual(order, [cancelled, failed, returned, second, first]);
  });

  test("442, 444 a timeout throws when those that were done are yielded", async () => {
    for (const timeout of [0, 20]) {
      const { cancelled, returned, pending, running } = inEachState();
      const seen: unknown[] = [];
      const begin = performance.now();
      await assert.rejects(
        async () => {
          for await (const future of asCompleted([pending, cancelled, running, returned], { timeout }))
            seen.push(future);
        },
        { name: "TimeoutError", message: "2 (of 4) futures unfinished" },
      );
      assert.ok(performance.now() - begin >= timeout - 1);
      assert.deepEqual(seen, [cancelled, returned]);
    }
  });

  test("443 a future that is given twice is yielded once; any iterable is taken", async () => {
    const { returned } = inEachState();
    const seen: unknown[] = [];
    for await (const future of asCompleted([returned, returned].values())) seen.push(future);
    assert.deepEqual(seen, [returned]);
    for await (const future of asCompleted(new Set([returned]))) assert.equal(future, returned);
    for await (const _ of asCompleted([])) assert.fail("there is none");
  });

  test("445 what was yielded is held no longer", async () => {
    const completed = asCompleted(
      (function* () {
        for (let i = 0; i < 3; i++) {
          const future = new Future<number>();
          if (i < 2) future.setResult(i);
          yield future;
        }
      })(),
    );
    const yielded = [
      new WeakRef((await completed.next()).value as object),
      new WeakRef((await completed.next()).value as object),
    ];
    for (let turn = 0; turn < 20 && yielded.some((each) => each.deref() !== undefined); turn++) {
      await new Promise(setImmediate);
      collect();
    }
    assert.deepEqual(
      yielded.map((each) => each.deref()),
      [undefined, undefined],
    );
    await completed.return?.();
  });

  test("next may be called before what it asks for is there, more than once; the last ones hear that it is over", async () => {
    const futures = [new Future<number>(), new Future<number>()];
    const completed = asCompleted(futures);
    const asked = [completed.next(), completed.next(), completed.next()];
    soon(() => futures[1]?.setResult(1));
    soon(() => futures[0]?.setResult(0));
    const [first, second, third] = await Promise.all(asked);
    assert.deepEqual([first?.value, second?.value, third?.done], [futures[1], futures[0], true]);
    assert.equal((await completed.next()).done, true);
  });

  test("leaving the loop, and a signal, cancel nothing and end the iterator", async () => {
    const { pending, returned } = inEachState();
    const completed = asCompleted([returned, pending]);
    for await (const future of completed) {
      assert.equal(future, returned);
      break;
    }
    assert.equal((await completed.next()).done, true);
    const controller = new AbortController();
    const reason = new Error("enough");
    const next = asCompleted([pending], { signal: controller.signal }).next();
    controller.abort(reason);
    await assert.rejects(next, (error) => error === reason);
    assert.ok(!pending.cancelled && !pending.done);
  });

  test("wrong arguments are named, by the call", () => {
    const any = asCompleted as (...args: unknown[]) => unknown;
    assert.throws(() => any(new Future()), { name: "TypeError", message: /^asCompleted: futures must be an Iterable/ });
    assert.throws(() => any([1]), { name: "TypeError", message: /^asCompleted: futures must be futures, got 1/ });
    assert.throws(() => any([], { timeout: "1" }), { name: "TypeError", message: /^asCompleted: timeout/ });
  });
});
