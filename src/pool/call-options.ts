/** Options of the calls of a pool, and their checks. */
import type { Transferable } from "node:worker_threads";
import {
  checkFunction,
  checkInteger,
  checkTimeout,
  checkWait,
  type Wait,
  wrongType,
} from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import type { LaunchOptions } from "./sink.js";

/**
 * How tasks are run. `timeout` (ms, from the call) and `signal` end the call; what runs of it is asked to stop, and its worker is
 * stopped if it goes on for longer than the pool's `grace`.
 */
export interface TaskOptions extends Wait {
  /**
   * Longest time that a worker may work on the task, in milliseconds, 0 or more: the time that it waits for a worker does not
   * count. Of calls over items it holds for each chunk. Default: without limit.
   */
  taskTimeout?: number;
  /**
   * How often the task is run again when the worker that runs it dies, 0 or more. Default 0. A task with `transfer` is not run
   * again: what it was sent with has moved.
   */
  retries?: number;
  /** Of the tasks that wait, those with the lowest number are begun first; any number. Default 0. */
  priority?: number;
  /** What moves to the worker instead of being copied, as in `postMessage`; it is gone here at once. */
  transfer?: readonly Transferable[];
}

/** Options of a call over items. */
export interface MapOptions extends Omit<TaskOptions, "transfer"> {
  /**
   * Items that travel and run together; 1 or more. Default: as Python where the length is known, otherwise, and with `imap`,
   * by the time that items take: 1 at first, then so many that a chunk takes some milliseconds.
   */
  chunkSize?: number;
  /** Most items that are read from the input and have no result yet (`imap`: is not taken yet); 1 or more. Limits `chunkSize` as well. */
  bufferSize?: number;
  /** Called after each chunk with the number of items that are done, and of all items where it is known. */
  onProgress?: (done: number, total?: number) => void;
}

/** Callbacks as Python has them, for who does not await. One of them is called, once. */
export interface Callbacks<T> {
  /** Called with the result. */
  callback?: (result: T) => void;
  /** Called with the error. */
  errorCallback?: (error: unknown) => void;
}

const OF_TASKS = ["taskTimeout", "retries", "priority"] as const;
const OF_ITEMS = ["chunkSize", "bufferSize", "onProgress"] as const;
const OF_CALLBACKS = ["callback", "errorCallback"] as const;

/** @throws {TypeError | RangeError} if an option is unknown or not as described */
export function checkTaskOptions(where: string, options: TaskOptions, more: readonly string[] = []): void {
  checkWait(where, options, [...OF_TASKS, "transfer", ...more]);
  checkLimits(where, options);
  if (options.transfer !== undefined && !Array.isArray(options.transfer))
    throw wrongType(`${where}: transfer`, "an array of what is to move", options.transfer);
}

/** @throws {TypeError | RangeError} as `checkTaskOptions` */
export function checkMapOptions(where: string, options: MapOptions, more: readonly string[] = []): void {
  checkWait(where, options, [...OF_ITEMS, ...OF_TASKS, ...more]);
  checkLimits(where, options);
  if (options.chunkSize !== undefined) checkInteger(`${where}: chunkSize`, options.chunkSize, 1);
  if (options.bufferSize !== undefined) checkInteger(`${where}: bufferSize`, options.bufferSize, 1);
  if (options.onProgress !== undefined) checkFunction(`${where}: onProgress`, options.onProgress);
}

/** @throws {TypeError} if one of them is no function */
export function checkCallbacks(where: string, options: Callbacks<never>): void {
  for (const name of OF_CALLBACKS) if (options[name] !== undefined) checkFunction(`${where}: ${name}`, options[name]);
}

/** @returns what of the options is for each task */
export function launchOptions({ taskTimeout, retries, priority, transfer }: TaskOptions): LaunchOptions {
  return { taskTimeout, retries, priority, transfer };
}

/** Names of the callbacks, for the checks of calls that take them. */
export const CALLBACKS: readonly string[] = OF_CALLBACKS;

function checkLimits(where: string, { taskTimeout, retries, priority }: TaskOptions): void {
  checkTimeout(`${where}: taskTimeout`, taskTimeout);
  if (retries !== undefined) checkInteger(`${where}: retries`, retries, 0);
  if (priority === undefined) return;
  if (typeof priority !== "number") throw wrongType(`${where}: priority`, "a number", priority);
  if (Number.isNaN(priority)) throw rangeError(`${where}: priority must be a number, got NaN`);
}
