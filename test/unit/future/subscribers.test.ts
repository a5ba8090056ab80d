import assert from "node:assert/strict";
import { test } from "node:test";
import { Subscribers } from "#heddle/future/subscribers.js";

test("Subscribers: tells each once, in the order of joining", () => {
  const told: string[] = [];
  const subscribers = new Subscribers<string>();
  for (const name of ["a", "b", "c"]) subscribers.add((value) => told.push(name + value));
  subscribers.notify("1");
  subscribers.notify("2");
  assert.deepEqual(told, ["a1", "b1", "c1"]);
  assert.ok(subscribers.isEmpty);
});

test("Subscribers: leaving takes out first, middle, last and only entry, and works twice", () => {
  for (const leaver of [0, 1, 2]) {
    const told: number[] = [];
    const subscribers = new Subscribers<void>();
    const leave = [0, 1, 2].map((index) => subscribers.add(() => told.push(index)));
    leave[leaver]!();
    leave[leaver]!();
    subscribers.add(() => told.push(3));
    subscribers.notify();
    assert.deepEqual(
      told,
      [0, 1, 2, 3].filter((index) => index !== leaver),
    );
  }
  const only = new Subscribers<void>();
  only.add(() => assert.fail())();
  assert.ok(only.isEmpty);
});

test("Subscribers: a callback can take another out before it is told", () => {
  const subscribers = new Subscribers<void>();
  subscribers.add(() => leaveSecond());
  const leaveSecond = subscribers.add(() => assert.fail("told after leaving"));
  subscribers.notify();
  assert.ok(subscribers.isEmpty);
});
