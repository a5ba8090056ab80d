/** The options of queues and of waits on them: what they mean, and how it is said that a limit was reached. */
import { Empty, Full } from "../channel/errors.js";
import { checkInteger, checkOptions, checkWait, type Wait, wrongType } from "../platform/errors/arguments.js";
import { typeError } from "../platform/errors/errors.js";

/** Options of `put` and `get`. */
export interface QueueWait extends Wait {
  /** false: do not wait, as `putNowait` and `getNowait`; then there can be no timeout. */
  block?: boolean;
}

/** Options of `putSync` and `getSync`. */
export type QueueWaitSync = Omit<QueueWait, "signal">;

/** Options of `put`. */
export interface PutWait extends QueueWait {
  /** ArrayBuffers that are this thread's no more when the item is put: they are empty here. Else they stay as they are. */
  transfer?: readonly ArrayBuffer[];
}

/** Options of `putSync`. */
export type PutWaitSync = Omit<PutWait, "signal">;

/** A wait that nothing ends but what it waits for. */
export const NO_WAIT: Wait = {};

/** @returns how long to wait: 0 if not at all, undefined: without limit */
export function checkQueueWait(where: string, wait: QueueWait | undefined, options: readonly string[] = []): Wait {
  if (wait === undefined) return NO_WAIT;
  checkWait(where, wait, ["block", ...options]);
  const { block, timeout } = wait;
  if (block === undefined || block === true) return wait;
  if (block !== false) throw wrongType(`${where}: block`, "true or false", block);
  if (timeout !== undefined) throw typeError(`${where}: timeout cannot be given together with block: false`);
  return { ...wait, timeout: 0 };
}

/** As `checkQueueWait`, for what blocks the thread. @returns the timeout */
export function checkQueueWaitSync(
  where: string,
  wait: QueueWaitSync | undefined,
  options: readonly string[] = [],
): number | undefined {
  if (wait === undefined) return undefined;
  checkOptions(where, wait, ["timeout", "block", ...options]);
  return checkQueueWait(where, wait, options).timeout;
}

/** @returns the error of a `get` that found nothing in time */
export function noItem(timeout: number | undefined): Empty {
  return new Empty(`Cannot get an item: the queue is empty${within(timeout)}`);
}

/** @returns the error of a `put` that found no room in time */
export function noRoom(maxsize: number, timeout: number | undefined): Full {
  return new Full(`Cannot put item: the queue holds its ${maxsize} items${within(timeout)}`);
}

function within(timeout: number | undefined): string {
  return timeout === 0 ? "" : `, and was for ${timeout} ms`;
}

/** @returns the limit that the constructor was given, as a number or in its options */
export function checkMaxsize(where: string, maxsize: unknown, options: readonly string[] = []): number {
  if (typeof maxsize === "object") checkOptions(where, maxsize, ["maxsize", ...options]);
  const limit =
    typeof maxsize === "object" && maxsize !== null ? ((maxsize as { maxsize?: number }).maxsize ?? 0) : maxsize;
  checkInteger(`${where}: maxsize`, limit, -(2 ** 31), 2 ** 31 - 1);
  return limit as number;
}
