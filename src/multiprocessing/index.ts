/** heddle/multiprocessing: processes, and pools of processes or threads. */
export { RemoteError } from "../pickle/wire-error.js";
export { CancelledError, HeddleError, RuntimeError, TimeoutError, WorkerLostError } from "../platform/errors/errors.js";
export { AsyncResult } from "../pool/async-result.js";
export { BrokenProcessPool, BrokenThreadPool } from "../pool/broken-executor.js";
export type { Callbacks, MapOptions, TaskOptions } from "../pool/call-options.js";
export type { PoolStatistics } from "../pool/pool-life.js";
export type { Runs } from "../pool/pool-runs.js";
export { ResultIterator } from "../pool/result-iterator.js";
export { cancelled } from "../worker/current-task.js";
export { Pool, type PoolOptions, ThreadPool } from "./pool.js";
export type { PoolResourceLimits, ThreadPoolOptions } from "./pool-options.js";
export { currentProcess, Process, type ProcessOptions } from "./process.js";
