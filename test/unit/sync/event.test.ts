import assert from "node:assert/strict";
import { test } from "node:test";
import { Event } from "#heddle/sync/event.js";
import { LOCK, newCells, word } from "./fixtures.js";

const newEvent = (initial = 0) => {
  const cell = word(newCells(), LOCK);
  cell.store(initial);
  return new Event(cell);
};

test("Event: set, clear and isSet; wait on a set event returns at once", async () => {
  const event = newEvent();
  assert.equal(event.isSet, false);
  event.set();
  event.set();
  assert.equal(event.isSet, true);
  assert.equal(event.waitSync(), true);
  assert.equal(await event.wait(), true);
  event.clear();
  assert.equal(event.isSet, false);
});

test("Event.wait: everybody who waits returns true, also if the event is cleared in the same turn", async () => {
  const event = newEvent();
  const waits = Array.from({ length: 5 }, () => event.wait());
  event.set();
  event.clear();
  assert.deepEqual(await Promise.all(waits), [true, true, true, true, true]);
  assert.equal(event.isSet, false);
});

test("Event: false after the timeout, not before", async () => {
  const event = newEvent();
  for (const wait of [() => event.waitSync(12.5), () => event.wait({ timeout: 12.5 })]) {
    const start = performance.now();
    assert.equal(await wait(), false);
    assert.ok(performance.now() - start >= 12.5);
  }
});

test("Event.wait: an abort rejects with the reason, others go on waiting", async () => {
  const event = newEvent();
  const controller = new AbortController();
  const first = event.wait({ signal: controller.signal });
  const second = event.wait();
  controller.abort("enough");
  await assert.rejects(first, (reason) => reason === "enough");
  event.set();
  assert.equal(await second, true);
});

test("Event: works where the generation wraps", async () => {
  const event = newEvent(2 ** 31 - 2);
  const waiting = event.wait();
  event.set();
  event.clear();
  assert.equal(await waiting, true);
  assert.equal(event.isSet, false);
  const later = event.wait({ timeout: 5 });
  assert.equal(await later, false);
});
