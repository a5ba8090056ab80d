/** What the limits of a queue and of a wait on it mean, and how it is said that they were reached. */
import { checkInteger, checkOptions, type Wait } from "../platform/arguments.js";
import { Empty, Full } from "./errors.js";

/** @returns limits under which a wait only tries once, if the caller does not want to block */
export function atOnce(block: boolean, limits: Wait): Wait {
  return block ? limits : { ...limits, timeout: 0 };
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
export function checkMaxsize(maxsize: unknown): number {
  if (typeof maxsize === "object") checkOptions("Queue", maxsize, ["maxsize"]);
  const limit =
    typeof maxsize === "object" && maxsize !== null ? ((maxsize as { maxsize?: number }).maxsize ?? 0) : maxsize;
  checkInteger("Queue: maxsize", limit, -(2 ** 31), 2 ** 31 - 1);
  return limit as number;
}
