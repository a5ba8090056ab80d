/** heddle/queue: queues between threads. */
export { Empty, Full, ShutDown } from "../channel/errors.js";
export type { Rank } from "../channel/storage/rank.js";
export { HeapFullError } from "../platform/errors/errors.js";
export { LifoQueue } from "./lifo-queue.js";
export type { PutWait, PutWaitSync, QueueWait, QueueWaitSync } from "./limits.js";
export { PriorityQueue, type PriorityQueueOptions } from "./priority-queue.js";
export { Queue, type QueueStatistics } from "./queue.js";
export { SimpleQueue } from "./simple-queue.js";
