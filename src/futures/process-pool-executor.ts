/** An executor whose workers are processes. */
import { BrokenProcessPool } from "../pool/broken-executor.js";
import { printError } from "../worker/print-error.js";
import { processWorkers } from "../worker/process-workers.js";
import { countPrinted } from "../worker/untaken-failures.js";
import { commonOptions, type ExecutorOptions, namesFrom } from "./executor-options.js";
import { PoolExecutor } from "./pool-executor.js";

/** Options of a ProcessPoolExecutor. */
export interface ProcessPoolExecutorOptions extends ExecutorOptions {
  /** What names of processes begin with: `name_0`. Default: `ProcessPoolExecutor-M`, M counted from 0. */
  readonly name?: string;
}

let count = 0;

/**
 * Carries out calls in processes, which are started as they are needed, and used again. Nothing is shared with them. A process
 * that dies fails the one call that it carried out with WorkerLostError, and is replaced.
 *
 * Python: concurrent.futures.ProcessPoolExecutor, where one death breaks the executor. `await using` shuts it down and waits,
 * as `with` does; the program does not end before what was submitted is done.
 *
 * @example
 * import { ProcessPoolExecutor } from "heddle/futures";
 *
 * const executor = new ProcessPoolExecutor({ maxWorkers: 2 });
 * for await (const length of executor.map((word) => word.length, ["warp", "weft", "heddle"])) console.log(length);
 * await executor.shutdown();
 */
export class ProcessPoolExecutor extends PoolExecutor {
  /** @throws {TypeError | RangeError} if an option is unknown or not as described; the message names it */
  constructor(options: ProcessPoolExecutorOptions = {}) {
    const common = commonOptions("ProcessPoolExecutor", options, ["name"]);
    super({
      ...common,
      factory: processWorkers(undefined),
      nameWorker: namesFrom("ProcessPoolExecutor: name", options.name, () => `ProcessPoolExecutor-${count++}`),
      brokenBy: (cause) => new BrokenProcessPool("The initializer of the executor has failed", { cause }),
      tellStray: (error, { name }) => {
        printError(`process ${name}`, error);
        countPrinted();
      },
    });
  }

  /** As `terminateWorkers`, which kills processes, too: the platform asks none of them. */
  killWorkers(): Promise<void> {
    return this.terminateWorkers();
  }

  /** @internal */
  protected override broken(message: string): BrokenProcessPool {
    return new BrokenProcessPool(message);
  }
}
