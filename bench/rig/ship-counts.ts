/** How often `map` of a pool captures a closure and ships it, counted by the hooks of an object that the closure captures. */
import { threadId } from "node:worker_threads";
import { ThreadPool } from "heddle/multiprocessing";
import { register } from "heddle/pickle";
import { sleep } from "heddle/time";

/** Of one call, with 60 chunks for two workers. */
export interface ShipCounts {
  readonly captured: number;
  /** By worker that took part. */
  readonly shipped: readonly number[];
}

/** Counts in the thread where it is called. */
function tick(name: string, by = 1): number {
  const counts = globalThis as unknown as Record<string, number | undefined>;
  return (counts[name] = (counts[name] ?? 0) + by);
}

class Tracer {}
register(Tracer, {
  reduce: () => (tick("captured"), 0),
  revive: () => (tick("arrived"), new Tracer()),
});

/** @returns the counts of one call */
export async function shipCounts(): Promise<ShipCounts> {
  await using pool = new ThreadPool(2);
  const tracer = new Tracer();
  const traced = async (): Promise<[worker: number, arrived: number]> => {
    await sleep(5); // so that the second worker has something left to do when it is ready
    return [tracer === undefined ? 0 : threadId, tick("arrived", 0)];
  };
  const seen = await pool.map(traced, Array.from({ length: 60 }), { chunkSize: 1 });
  return { captured: tick("captured", 0), shipped: [...new Map(seen).values()] };
}
