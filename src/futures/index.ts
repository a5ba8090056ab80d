/** heddle/futures: calls that others carry out, and what becomes of them. */
export {
  CancelledError,
  HeddleError,
  InvalidStateError,
  RuntimeError,
  TimeoutError,
  WorkerLostError,
} from "../platform/errors/errors.js";
export { BrokenExecutor, BrokenProcessPool, BrokenThreadPool } from "../pool/broken-executor.js";
export type { MapOptions, TaskOptions } from "../pool/call-options.js";
export { asCompleted, type Completed } from "./as-completed.js";
export { Executor, type ExecutorMapOptions, type ShutdownOptions, type Submitter } from "./executor.js";
export type { ExecutorOptions } from "./executor-options.js";
export { Future } from "./future.js";
export { ProcessPoolExecutor, type ProcessPoolExecutorOptions } from "./process-pool-executor.js";
export { ThreadPoolExecutor, type ThreadPoolExecutorOptions } from "./thread-pool-executor.js";
export { type DoneAndNotDone, type ReturnWhen, type WaitOptions, wait } from "./wait.js";
