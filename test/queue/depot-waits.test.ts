/** The limits of the waits for a depot, in a time that only the waits themselves move. */
import assert from "node:assert/strict";
import { constants } from "node:os";
import { test } from "node:test";
import { DepotState, detailOf, withDetail } from "#heddle/depot/depot-protocol.js";
import { awaitDepot, awaitGreeting } from "#heddle/depot/depot-waits.js";
import type { Word } from "#heddle/memory/word.js";

/** A word that says, after so many sleeps, what the depot's starter would have it say. */
function stateAt(first: number, changes: Readonly<Record<number, number>> = {}) {
  let [time, sleeps, value] = [0, 0, first];
  const state = {
    load: () => value,
    wait: (expected: number, timeout: number) => {
      if (expected !== value) return "not-equal";
      time += timeout;
      value = changes[++sleeps] ?? value;
      return "timed-out";
    },
  } as unknown as Word;
  return { state, now: () => time, set: (to: number) => (value = to) };
}

const nothing = (): void => {};

for (const stuck of [DepotState.WANTED, DepotState.STARTING]) {
  test(`awaitDepot: in state ${stuck} for more than 10 seconds it is a RuntimeError`, () => {
    const { state, now } = stateAt(stuck);
    assert.throws(() => awaitDepot(state, nothing, now), { name: "RuntimeError", message: /not listen for 10000 ms/ });
    assert.ok(now() > 10_000 && now() < 11_000, `${now()} ms`);
  });
}

test("awaitDepot: a depot that comes in the last of the 10 seconds is taken", () => {
  const { state, now } = stateAt(DepotState.WANTED, { 3: DepotState.STARTING, 19: DepotState.READY });
  awaitDepot(state, nothing, now);
  assert.equal(now(), 9500);
});

test("awaitDepot: a main thread that waits starts what another thread has asked for", () => {
  const { state, now, set } = stateAt(DepotState.WANTED, { 1: withDetail(DepotState.READY, 7) });
  const helped: number[] = [];
  const help = (): void => {
    helped.push(state.load());
    if (helped.length === 1) set(DepotState.STARTING);
  };
  assert.equal(detailOf(awaitDepot(state, help, now)), 7);
  assert.equal(helped[0], DepotState.WANTED);
  assert.equal(now(), 500);
});

test("awaitDepot: where nobody would start one, and where it has ended, it throws at once", () => {
  for (const [first, message] of [
    [DepotState.NOBODY, /the main thread does not use heddle/],
    [DepotState.FAILED, /could not start, or has ended/],
  ] as const) {
    const { state, now } = stateAt(first);
    assert.throws(() => awaitDepot(state, nothing, now), { name: "RuntimeError", message });
    assert.equal(now(), 0);
  }
  const { state, now } = stateAt(DepotState.STARTING, { 2: DepotState.FAILED });
  assert.throws(() => awaitDepot(state, nothing, now), /could not start, or has ended/);
  assert.equal(now(), 1000);
});

test("awaitDepot: who waited for one that could not be started is told the system's reason", () => {
  const { state, now } = stateAt(DepotState.WANTED, { 1: withDetail(DepotState.FAILED, constants.errno.EMFILE) });
  assert.throws(() => awaitDepot(state, nothing, now), {
    name: "RuntimeError",
    code: "EMFILE",
    message: /not start \(EMFILE\)/,
  });
});

test("awaitGreeting: a depot that does not answer for 10 seconds is a RuntimeError, one that does is taken", () => {
  let [time, rings] = [0, 0];
  const bell = { load: () => rings };
  const now = (): number => time;
  const sleep = (): void => void (time += 500);
  assert.throws(() => awaitGreeting(bell, sleep, now), { name: "RuntimeError", message: /not answer for 10000 ms/ });
  assert.equal(time, 10_500);
  awaitGreeting(bell, () => void (sleep(), rings++), now);
  assert.equal(time, 11_000);
});
