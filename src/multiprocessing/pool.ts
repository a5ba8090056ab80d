/** Pools of workers that run functions over items: the same pool over processes and over threads. */
import { availableParallelism } from "node:os";
import { checkInteger, checkOptions } from "../platform/arguments.js";
import { WorkerPool } from "../pool/pool.js";
import { processWorkers } from "../worker/process-worker.js";
import { threadWorkers } from "../worker/thread-worker.js";

/** Options of a pool. */
export interface PoolOptions {
  /** Number of workers, 1 or more. Default: `os.availableParallelism()`. */
  readonly processes?: number;
}

let processCount = 0;
let threadCount = 0;

/**
 * A pool of processes. They are started at once, and reused until the pool ends; an idle pool does not keep the
 * program alive. A process that dies fails the calls it was working for with WorkerLostError, and is replaced.
 *
 * Python: multiprocessing.Pool. `await using` terminates it, as `with` does.
 *
 * @example
 * import { Pool } from "heddle/multiprocessing";
 *
 * const pool = new Pool(2);
 * console.log(await pool.map((word) => word.toUpperCase(), ["warp", "weft"])); // [ 'WARP', 'WEFT' ]
 * await pool.terminate();
 */
export class Pool extends WorkerPool implements AsyncDisposable {
  /** @throws {TypeError | RangeError} if the number of processes is not an integer of 1 or more */
  constructor(processes?: number | PoolOptions) {
    const size = checkSize("Pool", processes);
    super({ factory: processWorkers, size, nameWorker: () => `PoolWorker-${++processCount}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }
}

/**
 * A pool of threads: as Pool, but what workers share is really shared (`Value`, `Queue`, `Lock`), and starting one
 * costs less.
 *
 * Python: multiprocessing.pool.ThreadPool.
 *
 * @example
 * import { ThreadPool } from "heddle/multiprocessing";
 *
 * const pool = new ThreadPool(2);
 * console.log(await pool.map((n) => n * n, [1, 2, 3])); // [ 1, 4, 9 ]
 * await pool.terminate();
 */
export class ThreadPool extends WorkerPool implements AsyncDisposable {
  /** @throws {TypeError | RangeError} if the number of threads is not an integer of 1 or more */
  constructor(processes?: number | PoolOptions) {
    const size = checkSize("ThreadPool", processes);
    super({ factory: threadWorkers, size, nameWorker: () => `PoolThread-${++threadCount}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }
}

function checkSize(className: string, processes: number | PoolOptions | undefined): number {
  const isOptions = typeof processes === "object" && processes !== null;
  if (isOptions) checkOptions(className, processes, ["processes"]);
  const size = (isOptions ? processes.processes : processes) ?? availableParallelism();
  checkInteger(`${className}: processes`, size, 1);
  return size;
}
