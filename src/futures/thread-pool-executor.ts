/** An executor whose workers are threads. */
import { SlotLine } from "../channel/line/slot-line.js";
import { processRealm } from "../memory/process-realm.js";
import { BrokenThreadPool } from "../pool/broken-executor.js";
import { tellOfStray } from "../threading/stray-error.js";
import { type ThreadWorker, threadWorkers } from "../worker/thread-worker.js";
import { commonOptions, type ExecutorOptions, namesFrom } from "./executor-options.js";
import { PoolExecutor } from "./pool-executor.js";

/** Options of a ThreadPoolExecutor. */
export interface ThreadPoolExecutorOptions extends ExecutorOptions {
  /** What names of threads begin with: `prefix_0`. Default: `ThreadPoolExecutor-M`, M counted from 0. */
  readonly threadNamePrefix?: string;
}

let count = 0;

/**
 * Carries out calls in threads, which are started as they are needed, and used again. What threads share is really shared
 * (`Value`, `Queue`, `Lock`). A thread that dies fails the one call that it carried out with WorkerLostError, and is replaced.
 *
 * Python: concurrent.futures.ThreadPoolExecutor. `await using` shuts it down and waits, as `with` does; the program does not
 * end before what was submitted is done. By default as many threads as there are cores.
 *
 * @example
 * import { ThreadPoolExecutor } from "heddle/futures";
 *
 * const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
 * const future = executor.submit((a: number, b: number) => a ** b, 2, 10);
 * console.log(await future); // 1024
 * await executor.shutdown();
 */
export class ThreadPoolExecutor extends PoolExecutor {
  /** @throws {TypeError | RangeError} if an option is unknown or not as described; the message names it */
  constructor(options: ThreadPoolExecutorOptions = {}) {
    const common = commonOptions("ThreadPoolExecutor", options, ["threadNamePrefix"]);
    super({
      ...common,
      makeLine: (_to, events) => new SlotLine(processRealm(), events),
      factory: threadWorkers,
      nameWorker: namesFrom(
        "ThreadPoolExecutor: threadNamePrefix",
        options.threadNamePrefix,
        () => `ThreadPoolExecutor-${count++}`,
      ),
      brokenBy: (cause) => new BrokenThreadPool("The initializer of the executor has failed", { cause }),
      tellStray: (error, worker) => tellOfStray(error, worker as ThreadWorker),
    });
  }

  /** @internal */
  protected override broken(message: string): BrokenThreadPool {
    return new BrokenThreadPool(message);
  }
}
