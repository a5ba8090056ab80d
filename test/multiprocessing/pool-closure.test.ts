/**
 * A pool captures the function of a call once and ships it once to each worker, however many chunks there are. Both ends
 * are counted by the hooks of an object that the function captures: `reduce` runs with each capture, `revive` with each arrival.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { threadId } from "node:worker_threads";
import { Pool, ThreadPool } from "heddle/multiprocessing";
import { register } from "heddle/pickle";

type Pools = Pool | ThreadPool;

/** Counts in the thread where it is called. @returns the count */
function tick(name: string, by = 1): number {
  const counts = globalThis as unknown as Record<string, number | undefined>;
  return (counts[name] = (counts[name] ?? 0) + by);
}

class Tracer {
  readonly rate: number;
  constructor(rate: number) {
    this.rate = rate;
  }
}
register(Tracer, {
  reduce: ({ rate }) => (tick("captured"), rate),
  revive: (rate: number) => (tick("arrived"), new Tracer(rate)),
});

interface Seen {
  readonly worker: string;
  readonly arrived: number;
  readonly value: number;
}

/** @returns how often the function of each call had arrived at each worker that ran a part of it */
async function callsOf(pool: Pools, calls: number): Promise<Map<string, number[]>> {
  const arrivals = new Map<string, number[]>();
  for (let call = 0; call < calls; call++) {
    const tracer = new Tracer(call + 0.5);
    const traced = (n: number): Seen => ({
      worker: `${process.pid}/${threadId}`,
      arrived: tick("arrived", 0),
      value: n * tracer.rate,
    });
    const items = Array.from({ length: 60 }, (_, i) => i);
    const seen = await pool.map(traced, items, { chunkSize: 1 });
    assert.deepEqual(
      seen.map(({ value }) => value),
      items.map((n) => n * tracer.rate),
    );
    for (const worker of new Set(seen.map((each) => each.worker))) {
      const counts = new Set(seen.filter((each) => each.worker === worker).map((each) => each.arrived));
      assert.equal(counts.size, 1, `it arrived again in the middle of call ${call}: ${[...counts]}`);
      arrivals.set(worker, [...(arrivals.get(worker) ?? []), ...counts]);
    }
  }
  return arrivals;
}

for (const [name, make] of [
  ["ThreadPool", () => new ThreadPool(2)],
  ["Pool", () => new Pool(2)],
] as const) {
  test(`${name}.map: a closure is captured once per call and shipped once per worker`, async () => {
    await using pool: Pools = make();
    const before = tick("captured", 0);
    const arrivals = await callsOf(pool, 3);
    assert.equal(tick("captured", 0) - before, 3);
    assert.ok(arrivals.size >= 1 && arrivals.size <= 2);
    for (const counts of arrivals.values()) {
      assert.deepEqual(
        counts,
        counts.map((_, i) => i + 1),
      );
    }
  });
}
