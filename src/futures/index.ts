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
export { asCompleted, type Completed } from "./as-completed.js";
export { Executor, type ExecutorMapOptions, type ShutdownOptions, type Submitter } from "./executor.js";
export { Future } from "./future.js";
export { type DoneAndNotDone, type ReturnWhen, type WaitOptions, wait } from "./wait.js";
