/** A pool over workers that live in this thread. */
import { MessageLine } from "#heddle/channel/line/message-line.js";
import { BrokenThreadPool } from "#heddle/pool/broken-executor.js";
import { WorkerPool } from "#heddle/pool/pool.js";
import type { TaskPoolOptions } from "#heddle/pool/task-pool-options.js";
import { FakeFactory } from "./fake-workers.js";

/** A task that is given up ends with its worker, at once: nothing here waits for a clock. */
export function fakePool(
  size: number,
  factory = new FakeFactory(),
  more: Partial<TaskPoolOptions> = {},
): { pool: WorkerPool; factory: FakeFactory } {
  const pool = new WorkerPool({
    factory,
    crowd: { least: size, most: size },
    makeLine: (to, events) => new MessageLine(to, events),
    nameWorker: (n) => `PoolWorker-${n}`,
    brokenBy: (cause) => new BrokenThreadPool("The initializer of the pool has failed", { cause }),
    grace: 0,
    ...more,
  });
  return { pool, factory };
}
