import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { afterEach, describe, test } from "node:test";
import { Deferred } from "#heddle/future/deferred.js";
import { waitFor, waitThrough } from "#heddle/future/wait-for.js";
import { type CancelSource, setCancelSourceProvider } from "#heddle/platform/waiting/cancellation.js";

/** Active handles of the kinds a wait could leave behind. */
const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

class FakeScope implements CancelSource {
  cancelled = false;
  readonly subscribers = new Set<(error: Error) => void>();
  error(): Error {
    return new Error("scope cancelled");
  }
  subscribe(onCancel: (error: Error) => void): () => void {
    this.subscribers.add(onCancel);
    return () => this.subscribers.delete(onCancel);
  }
  cancel(): void {
    this.cancelled = true;
    for (const onCancel of [...this.subscribers]) onCancel(this.error());
  }
}

afterEach(() => setCancelSourceProvider(() => undefined));

describe("waitFor", () => {
  test("gives the value of a deferred or a promise, settled before or after", async () => {
    const deferred = new Deferred<number>();
    const waiting = waitFor(deferred);
    deferred.resolve(1);
    assert.deepEqual(await waiting, { timedOut: false, value: 1 });
    assert.deepEqual(await waitFor(deferred, { timeout: 0 }), { timedOut: false, value: 1 });
    assert.deepEqual(await waitFor(Promise.resolve(2), { timeout: 0 }), { timedOut: false, value: 2 });
  });
  test("throws what the result rejects with", async () => {
    const error = new Error("broken");
    const deferred = new Deferred<number>();
    deferred.reject(error);
    await assert.rejects(waitFor(deferred), (thrown) => thrown === error);
    await assert.rejects(waitFor(Promise.reject(error)), (thrown) => thrown === error);
  });
  test("tells a timeout, not before its time", async () => {
    const start = performance.now();
    assert.deepEqual(await waitFor(new Deferred(), { timeout: 20 }), { timedOut: true });
    assert.ok(performance.now() - start >= 20);
  });
  test("throws signal.reason, aborted before or after; false as a reason too", async () => {
    await assert.rejects(waitFor(new Deferred(), { signal: AbortSignal.abort("early") }), (e) => e === "early");
    const controller = new AbortController();
    const waiting = waitFor(new Deferred(), { signal: controller.signal });
    controller.abort(false);
    assert.equal(await waiting.catch((reason: unknown) => reason), false);
  });
  test("ends with the scope it runs in, cancelled before or after", async () => {
    const scope = new FakeScope();
    setCancelSourceProvider(() => scope);
    const waiting = waitFor(new Deferred());
    scope.cancel();
    await assert.rejects(waiting, { message: "scope cancelled" });
    await assert.rejects(waitFor(new Deferred()), { message: "scope cancelled" });
    assert.equal(scope.subscribers.size, 0);
  });
  test("leaves no timer, no listener and no hold on the event loop behind", async () => {
    const scope = new FakeScope();
    setCancelSourceProvider(() => scope);
    const { signal } = new AbortController();
    const before = timers();
    const deferred = new Deferred<number>();
    const waits = [waitFor(deferred, { timeout: 60_000, signal }), waitFor(deferred, { signal })];
    assert.ok(timers() > before, "a wait holds the event loop");
    deferred.resolve(1);
    await Promise.all(waits);
    await waitFor(new Deferred(), { timeout: 0, signal });
    assert.equal(timers(), before);
    assert.equal(getEventListeners(signal, "abort").length, 0);
    assert.equal(scope.subscribers.size, 0);
  });
});

test("waitThrough is not ended by a cancelled scope", async () => {
  const scope = new FakeScope();
  scope.cancelled = true;
  setCancelSourceProvider(() => scope);
  const deferred = new Deferred<string>();
  const waiting = waitThrough(deferred);
  deferred.resolve("cleaned up");
  assert.equal(await waiting, "cleaned up");
});

describe("Deferred", () => {
  test("keeps its first outcome", async () => {
    const deferred = new Deferred<number>();
    assert.equal(deferred.settled, false);
    deferred.resolve(1);
    deferred.resolve(2);
    deferred.reject(new Error("late"));
    assert.equal(deferred.settled, true);
    assert.deepEqual(await waitFor(deferred), { timedOut: false, value: 1 });
  });
  test("onSettled never calls a listener that was taken back, nor before it has returned", async () => {
    const deferred = new Deferred<number>();
    const heard: string[] = [];
    const listen = (name: string): (() => void) =>
      deferred.onSettled(
        () => heard.push(name),
        () => assert.fail("rejected"),
      );
    listen("early");
    listen("early, taken back")();
    deferred.resolve(1);
    const takeBack = listen("late, taken back");
    listen("late");
    heard.push("returned");
    takeBack();
    await Promise.resolve();
    assert.deepEqual(heard, ["early", "returned", "late"]);
  });
  test("a rejection that nobody listens to is no unhandled one", async () => {
    new Deferred().reject(new Error("nobody asked"));
    // A turn of the event loop: Node reports unhandled rejections by then, and the runner fails the test.
    await new Promise((resolve) => setImmediate(resolve));
  });
});
