/** heddle/queue: queues between threads. */
export { Empty, Full } from "./errors.js";
export { Queue, type QueueWait } from "./queue.js";
