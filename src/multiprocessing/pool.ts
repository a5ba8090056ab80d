/** Pools of workers that run functions over items: the same pool over processes and over threads. */
import { availableParallelism } from "node:os";
import { checkInteger, checkOptions } from "../platform/errors/arguments.js";
import { WorkerPool } from "../pool/pool.js";
import { tellOfStray } from "../threading/stray-error.js";
import { checkInspectPort } from "../worker/flags.js";
import { printError } from "../worker/print-error.js";
import { processWorkers } from "../worker/process-workers.js";
import { type ThreadWorker, threadWorkers } from "../worker/thread-worker.js";
import { countPrinted } from "../worker/untaken-failures.js";

/** Options of a ThreadPool. */
export interface ThreadPoolOptions {
  /** Number of workers, 1 or more. Default: `os.availableParallelism()`. */
  readonly processes?: number;
}

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
export class Pool extends WorkerPool implements AsyncDisposable {
  /** @throws {TypeError | RangeError} if an option is unknown or not as described; the message names it */
  constructor(processes?: number | PoolOptions) {
    const options = optionsOf("Pool", processes, ["inspectPort"]);
    const size = checkSize("Pool", options);
    checkInspectPort("Pool", options.inspectPort, size);
    super({
      factory: processWorkers(options.inspectPort),
      size,
      nameWorker: () => `PoolWorker-${++processCount}`,
      tellStray: (error, { name }) => {
        printError(`process ${name}`, error);
        countPrinted();
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
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
export class ThreadPool extends WorkerPool implements AsyncDisposable {
  /** @throws {TypeError | RangeError} if the number of threads is not an integer of 1 or more */
  constructor(processes?: number | ThreadPoolOptions) {
    const size = checkSize("ThreadPool", optionsOf("ThreadPool", processes, []));
    super({
      factory: threadWorkers,
      size,
      nameWorker: () => `PoolThread-${++threadCount}`,
      tellStray: (error, worker) => tellOfStray(error, worker as ThreadWorker),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }
}

function optionsOf(
  className: string,
  processes: number | PoolOptions | undefined,
  more: readonly string[],
): PoolOptions {
  if (typeof processes !== "object" || processes === null) return { processes: processes as number };
  checkOptions(className, processes, ["processes", ...more]);
  return processes;
}

function checkSize(className: string, { processes }: PoolOptions): number {
  const size = processes ?? availableParallelism();
  checkInteger(`${className}: processes`, size, 1);
  return size;
}
