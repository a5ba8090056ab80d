/**
 * What travels with async code through awaits, timers and callbacks. The library's only AsyncLocalStorage, because each
 * one makes every other dearer; created when first needed, because on Node 20 the first one slows every await of the
 * process. For the same reason it is entered once per task or scope, never per wait.
 */
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { CancelSource } from "./cancellation.js";

/** One frame of it. Whoever enters a new one carries over what it does not change. */
export interface Context {
  /** The asyncio scope that the code runs in. */
  readonly cancelSource: CancelSource | undefined;
  /** Who holds the locks that the code takes: its asyncio task, or the body of a `withLock`. */
  readonly lockOwner: object | undefined;
  /** The values that the code computes, each inside the one before it. */
  readonly computing?: Computing | undefined;
}

/** A value that code with awaits in it computes. */
export interface Computing {
  readonly outer: Computing | undefined;
  /** What is computed, for whoever knows it. */
  readonly what: object;
}

let storage: AsyncLocalStorage<Context> | undefined;

/** @returns the context of the calling code, or undefined outside of any */
export function currentContext(): Context | undefined {
  return storage?.getStore();
}

/** Calls `body`; it, and everything it awaits or starts, finds `context` as the current one. */
export function runInContext<T>(context: Context, body: () => T): T {
  storage ??= new AsyncLocalStorage();
  return storage.run(context, body);
}

/** Calls a function in the context that it was made in, the program's own AsyncLocalStorages included. */
export type Surroundings = <R>(body: () => R) => R;

/** @returns what calls functions later as if the calling code did: for what is asked of a caller while it waits */
export function surroundings(): Surroundings {
  return AsyncResource.bind((body: () => unknown) => body()) as Surroundings;
}

/**
 * @returns `hook` as what outlives the task that sets it: it finds the program's AsyncLocalStorages as they are now, and
 * belongs to no task
 */
export function asHook<A extends unknown[]>(hook: (...args: A) => void): (...args: A) => void {
  const own = storage;
  return AsyncResource.bind(own === undefined ? hook : (...args: A) => own.exit(hook, ...args));
}
