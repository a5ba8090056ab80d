/** Other threads for the tests: run a function there, wait for a condition. */
import { setImmediate } from "node:timers/promises";
import { Thread } from "heddle/threading";

/** Runs `target` in a thread of its own. @returns what it returns */
export async function inThread<R>(target: () => R): Promise<Awaited<R>> {
  return (await new Thread({ target }).start().result()) as Awaited<R>;
}

/** Starts `count` threads that run `target` with 0, 1, 2 ... @returns their results, once all have ended */
export async function inThreads<R>(count: number, target: (index: number) => R): Promise<Awaited<R>[]> {
  const threads = Array.from({ length: count }, (_, index) => new Thread({ target, args: [index] }).start());
  return Promise.all(threads.map((thread) => thread.result() as Promise<Awaited<R>>));
}

/** Turns the event loop until `condition` is true. @throws {Error} after half a minute */
export async function until(condition: () => boolean, what = "the condition"): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > 30_000) throw new Error(`${what} did not come about`);
    await setImmediate();
  }
}

/** @returns how long `body` took, in milliseconds */
export async function timed(body: () => unknown): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}
