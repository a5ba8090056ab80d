import { sleep } from "heddle/asyncio";

/** @returns what `work` throws or rejects with; fails if it does neither */
export async function rejection(work: PromiseLike<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    return error;
  }
  throw new Error("expected a rejection");
}

/** A promise with its ends, and a name for what it is waited for. */
export interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let ends!: Omit<Deferred<T>, "promise">;
  const promise = new Promise<T>((resolve, reject) => {
    ends = { resolve, reject };
  });
  return { promise, ...ends };
}

/** Longer than any test: only a cancellation ends it. */
export const LONG = 600_000;

/** @returns `value` after `ms` milliseconds */
export async function later<T>(ms: number, value: T): Promise<T> {
  await sleep(ms);
  return value;
}
