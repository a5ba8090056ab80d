/** heddle/threading: threads on real cores, and what synchronises them. */

export type { Wait } from "../platform/arguments.js";
export { HeddleError, OwnerDiedError, RuntimeError, TimeoutError, WorkerLostError } from "../platform/errors.js";
export type { ThreadLimits } from "../worker/thread-worker.js";
export { Condition } from "./condition.js";
export { activeCount, currentThread, enumerate, getIdent, getNativeId, mainThread } from "./current.js";
export { Event } from "./event.js";
export { setExcepthook, type ThreadError } from "./excepthook.js";
export { type AcquireWait, type Held, Lock, type WithLockOptions } from "./lock.js";
export { type Permit, Semaphore } from "./semaphore.js";
export { Thread } from "./thread.js";
export { ThreadLocal } from "./thread-local.js";
export type { ThreadOptions } from "./thread-options.js";
export { setThreadReserve, type ThreadReserve } from "./thread-reserve.js";
export { Timer, type TimerOptions } from "./timer.js";
