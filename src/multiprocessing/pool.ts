/** Pools of workers that run functions over items: the same pool over processes and over threads. */

import { SlotLine } from "../channel/line/slot-line.js";
import { processRealm } from "../memory/process-realm.js";
import { BrokenProcessPool, BrokenThreadPool } from "../pool/broken-executor.js";
import { WorkerPool } from "../pool/pool.js";
import { tellOfStray } from "../threading/stray-error.js";
import { checkInspectPort } from "../worker/flags.js";
import { printError } from "../worker/print-error.js";
import { processWorkers } from "../worker/process-workers.js";
import { type ThreadWorker, threadWorkersWith } from "../worker/thread-worker.js";
import { countPrinted } from "../worker/untaken-failures.js";
import { commonOptions, crowdOf, poolOptions, type ThreadPoolOptions } from "./pool-options.js";

/** Options of a Pool. */
export interface PoolOptions extends ThreadPoolOptions {
  /**
   * The port, from 1024 to 65535, where a debugger may connect to the first process; the others have the next ones. 0: any
   * free ports, which each process prints. Default: no process has an inspector, also if the program has one.
   */
  readonly inspectPort?: number;
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
export class Pool extends WorkerPool {
  /** @throws {TypeError | RangeError} if an option is unknown or not as described; the message names it */
  constructor(processes?: number | PoolOptions) {
    const options = poolOptions("Pool", processes, ["inspectPort"]);
    const { name, inspectPort, resourceLimits } = options;
    const crowd = crowdOf("Pool", options);
    checkInspectPort("Pool", inspectPort, crowd.most);
    super({
      ...commonOptions(options),
      factory: processWorkers(inspectPort, resourceLimits),
      crowd,
      nameWorker: (n) => (name === undefined ? `PoolWorker-${++processCount}` : `${name}-${n}`),
      brokenBy: (cause) => new BrokenProcessPool("The initializer of the pool has failed", { cause }),
      tellStray: (error, { name }) => {
        printError(`process ${name}`, error);
        countPrinted();
      },
    });
  }
}

/**
 * A pool of threads: as Pool, but what workers share is really shared (`Value`, `Queue`, `Lock`), and starting one
 * costs less. An error that ends a thread of the pool between two calls, such as one in a timer that a task has left, goes to
 * the excepthook, or is printed as of any thread.
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
export class ThreadPool extends WorkerPool {
  /** @throws {TypeError | RangeError} if an option is unknown or not as described; the message names it */
  constructor(processes?: number | ThreadPoolOptions) {
    const options = poolOptions("ThreadPool", processes);
    const { name, resourceLimits } = options;
    super({
      ...commonOptions(options),
      makeLine: (_to, events) => new SlotLine(processRealm(), events),
      factory: threadWorkersWith(resourceLimits),
      crowd: crowdOf("ThreadPool", options),
      nameWorker: (n) => (name === undefined ? `PoolThread-${++threadCount}` : `${name}-${n}`),
      brokenBy: (cause) => new BrokenThreadPool("The initializer of the pool has failed", { cause }),
      tellStray: (error, worker) => tellOfStray(error, worker as ThreadWorker),
    });
  }
}
