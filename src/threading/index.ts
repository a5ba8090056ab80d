/** heddle/threading: threads on real cores, and what synchronises them. */

export { Barrier, type BarrierOptions, type BarrierStatistics } from "../locks/barrier.js";
export { BoundedSemaphore } from "../locks/bounded-semaphore.js";
export { Condition, type ConditionStatistics } from "../locks/condition.js";
export { Event, type EventStatistics } from "../locks/event.js";
export type { AcquireSyncWait, AcquireWait, Held, WithLockOptions, WithLockSyncOptions } from "../locks/held.js";
export { Latch, type LatchStatistics } from "../locks/latch.js";
export { Lock, type LockStatistics } from "../locks/lock.js";
export { Once, type OnceStatistics } from "../locks/once.js";
export { RLock, type RLockStatistics } from "../locks/rlock.js";
export { RWLock, type RWLockStatistics } from "../locks/rw-lock.js";
export { type Permit, Semaphore, type SemaphoreStatistics } from "../locks/semaphore.js";
export type { Wait } from "../platform/errors/arguments.js";
export {
  BrokenBarrierError,
  DeadlockError,
  HeddleError,
  OwnerDiedError,
  RuntimeError,
  TimeoutError,
  WorkerLostError,
} from "../platform/errors/errors.js";
export { cancelled } from "../worker/current-task.js";
export type { ThreadLimits } from "../worker/thread-worker.js";
export { activeCount, currentThread, enumerate, getIdent, getNativeId, mainThread } from "./current.js";
export { setExcepthook, type ThreadError } from "./excepthook.js";
export { Thread } from "./thread.js";
export { ThreadLocal } from "./thread-local.js";
export type { ThreadOptions } from "./thread-options.js";
export { setThreadReserve, type ThreadReserve } from "./thread-reserve.js";
export { Timer, type TimerOptions } from "./timer.js";
