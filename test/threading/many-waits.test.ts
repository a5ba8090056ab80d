/** A thousand waits on one signal: no warning of a leak, all end, and nothing is left on the signal. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { Queue } from "heddle/queue";
import { Value } from "heddle/shared";
import { Barrier, Condition, Event, Latch, Lock, Once, RLock, RWLock, Semaphore, Thread } from "heddle/threading";
import { sleep } from "heddle/time";

const WAITS = 1000;
type Wait = { signal: AbortSignal };

const lock = new Lock();
lock.acquireSync();
const rlock = new RLock();
rlock.acquireSync();
const rw = new RWLock();
rw.acquireWriteSync();
const none = new Semaphore(0);
const event = new Event();
const latch = new Latch(1);
const empty = new Queue<number>();
const full = new Queue<number>(1);
full.putSync(1);
const once = new Once();
const end = new Event();
void once.run(() => end.wait());
const thread = new Thread({ target: (over: Event) => void over.waitSync(), args: [end], daemon: true }).start();
const condition = new Condition(new Lock());
const value = new Value("i32");
value.lock.acquireSync();

const waits: Record<string, (wait: Wait) => Promise<unknown>> = {
  "Lock.acquire": (wait) => lock.acquire(wait),
  "Lock.withLock": (wait) => lock.withLock(() => {}, wait),
  "Condition.acquire": (wait) => new Condition(lock).acquire(wait),
  "RWLock.acquireRead": (wait) => rw.acquireRead(wait),
  "RWLock.withWrite": (wait) => rw.withWrite(() => {}, wait),
  "Semaphore.acquire": (wait) => none.acquire(wait),
  "Event.wait": (wait) => event.wait(wait),
  "Latch.wait": (wait) => latch.wait(wait),
  "Barrier.wait": (wait) => new Barrier(2).wait(wait),
  "Once.run": (wait) => once.run(() => {}, wait),
  "Queue.get": (wait) => empty.get(wait),
  "Queue.put": (wait) => full.put(2, wait),
  "Queue.join": (wait) => full.join(wait),
  "Thread.join": (wait) => thread.join(wait),
  "Thread.result": (wait) => thread.result(wait),
  "Condition.wait": (wait) => condition.withLock(() => condition.wait(wait)),
  sleep: (wait) => sleep(1e6, wait),
};

for (const [name, wait] of Object.entries(waits)) {
  describe(name, () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);

    test("a thousand waits that are aborted share one listener", async () => {
      process.on("warning", note);
      const controller = new AbortController();
      const { signal } = controller;
      const few = name.startsWith("RWLock") || name.startsWith("Condition.wait") ? WAITS / 10 : WAITS;
      const all = Array.from({ length: few }, () => wait({ signal }));
      const settled = Promise.allSettled(all);
      await null;
      assert.ok(getEventListeners(signal, "abort").length <= 1, "more than one listener");
      controller.abort("enough");
      const reasons = new Set((await settled).map((each) => (each.status === "rejected" ? each.reason : each.value)));
      assert.deepEqual([...reasons], ["enough"]);
      assert.equal(getEventListeners(signal, "abort").length, 0);
      process.off("warning", note);
      assert.deepEqual(warnings, []);
    });
  });
}

test("waits that end by themselves take their listener back", async () => {
  const { signal } = new AbortController();
  const gate = new Event();
  const all = Array.from({ length: WAITS }, () => gate.wait({ signal }));
  const naps = Array.from({ length: WAITS }, () => sleep(5, { signal }));
  const timeouts = Array.from({ length: WAITS }, () => none.acquire({ signal, timeout: 5 }));
  await null;
  assert.equal(getEventListeners(signal, "abort").length, 1);
  gate.set();
  await Promise.all([...all, ...naps, ...timeouts]);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("who came to the signal after others had left it is heard, too", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  await sleep(1, { signal });
  const late = sleep(1e6, { signal });
  controller.abort("later");
  await assert.rejects(late, (reason) => reason === "later");
  await assert.rejects(sleep(1, { signal }), (reason) => reason === "later");
});

test("afterwards nothing is left", async () => {
  end.set();
  await thread.join();
});
