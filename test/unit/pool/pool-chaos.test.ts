/** Random calls over a pool whose workers are killed at random: every call settles, nothing is left behind. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { fakePool } from "../../contract/fake-pool.js";
import { FakeFactory } from "../../contract/fake-workers.js";
import { randomly } from "./randomly.js";

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const square = (x: number): number => x * x;
const fail = (x: number): never => {
  throw new RangeError(`item ${x}`);
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What may come of a call. Anything else, such as an internal error, fails the test. */
const EXPECTED = new Set([
  "RangeError",
  "SyntaxError",
  "WorkerLostError",
  "AbortError",
  "CancelledError",
  "PickleError",
  "DataCloneError",
  "RemoteError",
]);

function* brokenInput(n: number): Generator<number> {
  yield* range(n);
  throw new SyntaxError("input failed");
}

async function chaos(seed: number): Promise<void> {
  const random = randomly(seed);
  const factory = new FakeFactory((worker) => (random(8) === 0 ? worker.die({ exitcode: 1 }) : worker.boot()));
  const pool = fakePool(1 + random(3), factory).pool;
  const controller = new AbortController();
  const { signal } = controller;
  const chunkSize = 1 + random(4);
  let hanging = false;
  const makers: (() => Promise<unknown>)[] = [
    () => pool.map(square, range(20), { chunkSize }),
    () => pool.map(square, range(10).values(), { bufferSize: 1 + random(5), signal }),
    () => pool.map(fail, range(5)),
    () => pool.map(() => process.exit(3), range(3)),
    () => {
      hanging = true;
      return pool.map(() => new Promise(() => {}), range(3), { signal });
    },
    () => pool.map(square, brokenInput(random(6)), { chunkSize }),
    () => pool.map(() => 1, [1, new WeakMap() as unknown, 2], { chunkSize: 1 }),
    () => pool.map(() => new WeakMap(), [1]),
  ];
  const calls: Promise<unknown>[] = [];
  for (let step = 0; step < 30; step++) {
    if (random(2) === 0) calls.push(makers[random(makers.length)]!());
    if (random(4) === 0) factory.living[random(3)]?.die({ exitcode: -9 });
    for (let turns = random(12); turns > 0; turns--) await Promise.resolve();
  }
  // A call that lost one worker leaves its other chunks running: if those hang, only `terminate` frees the workers.
  if (random(2) === 0 && !hanging) pool.close();
  else void pool.terminate();
  controller.abort();
  for (const outcome of await Promise.allSettled(calls)) {
    if (outcome.status === "rejected") assert.ok(EXPECTED.has(outcome.reason.name), String(outcome.reason.stack));
  }
  await pool.terminate();
  assert.equal(await pool.join(), true);
  await turn();
  assert.equal(factory.living.length, 0);
}

test("WorkerPool: every call settles under random deaths, and no worker is left", async () => {
  for (let seed = 1; seed <= 300; seed++) {
    try {
      await chaos(seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error}`, { cause: error });
    }
  }
});
