/** heddle/threading: threads on real cores, and what synchronises them. */

export type { Wait } from "../platform/arguments.js";
export {
  BrokenBarrierError,
  DeadlockError,
  HeddleError,
  OwnerDiedError,
  RuntimeError,
  TimeoutError,
  WorkerLostError,
} from "../platform/errors.js";
export type { AcquireSyncWait, AcquireWait, Held, WithLockOptions, WithLockSyncOptions } from "../shared/held.js";
export { RLock, type RLockStatistics } from "../shared/rlock.js";
export type { ThreadLimits } from "../worker/thread-worker.js";
export { Barrier, type BarrierOptions, type BarrierStatistics } from "./barrier.js";
export { BoundedSemaphore } from "./bounded-semaphore.js";
export { Condition, type ConditionStatistics } from "./condition.js";
export { activeCount, currentThread, enumerate, getIdent, getNativeId, mainThread } from "./current.js";
export { Event, type EventStatistics } from "./event.js";
export { setExcepthook, type ThreadError } from "./excepthook.js";
export { Latch, type LatchStatistics } from "./latch.js";
export { Lock, type LockStatistics } from "./lock.js";
export { Once, type OnceStatistics } from "./once.js";
export { RWLock, type RWLockStatistics } from "./rw-lock.js";
export { type Permit, Semaphore, type SemaphoreStatistics } from "./semaphore.js";
export { Thread } from "./thread.js";
export { ThreadLocal } from "./thread-local.js";
export type { ThreadOptions } from "./thread-options.js";
export { setThreadReserve, type ThreadReserve } from "./thread-reserve.js";
export { Timer, type TimerOptions } from "./timer.js";
