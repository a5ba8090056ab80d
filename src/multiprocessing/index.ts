/** heddle/multiprocessing: processes, and pools of processes or threads. */
export { RemoteError } from "../pickle/wire-error.js";
export { CancelledError, HeddleError, RuntimeError, TimeoutError, WorkerLostError } from "../platform/errors/errors.js";
export type { PoolMapOptions } from "../pool/pool.js";
export { Pool, type PoolOptions, ThreadPool, type ThreadPoolOptions } from "./pool.js";
export { currentProcess, Process, type ProcessOptions } from "./process.js";
