/** What tasks do in the worker: the same functions for every library. They wait only where a case is about waiting. */
import { setTimeout as sleep } from "node:timers/promises";

export const echo = (value) => value;

export const pid = () => process.pid;

/** The worker is gone in the middle of its task. */
export const exit = (code) => process.exit(code);

/** @returns its number, or takes the worker with it where that is `fatal` */
export async function exitAt({ number, fatal }) {
  await sleep(10);
  if (number === fatal) process.exit(7);
  return number;
}

/** Fails beside its task, while that goes on. */
export async function throwBeside() {
  setTimeout(() => {
    throw new Error("beside the task");
  }, 30);
  await sleep(60_000);
}

/** Fails when its task has long been answered. */
export function throwLater(value) {
  setTimeout(() => {
    throw new Error("after the task");
  }, 30);
  return value;
}

export function fillMemory() {
  const kept = [];
  for (;;) kept.push(new Array(100_000).fill(kept.length));
}

export function spin() {
  for (;;);
}

export async function slow({ ms, value }) {
  await sleep(ms);
  return value;
}

/** Something that no library can carry. */
export const unsendable = () => new WeakMap();

class QuotaError extends RangeError {
  name = "QuotaError";
  constructor(message, options) {
    super(message, options);
    this.code = "E_QUOTA";
    this.limit = { most: 5, names: ["a", "b"] };
  }
}

export function throwQuota() {
  throw new QuotaError("too many", { cause: new TypeError("not a number") });
}
