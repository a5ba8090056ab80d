/** What a pool is given with a task, and gives for it. */
import type { Transferable } from "node:worker_threads";
import type { CallSite } from "../platform/stacks/call-site.js";
import type { Surroundings } from "../platform/waiting/context.js";

/**
 * Hears what becomes of a task. One of the two is called, once, never before `launch` has returned. A future is one, and has
 * a `done` of its own that says something else.
 */
export interface Sink {
  /** @param ran milliseconds that the worker has worked on it; NaN if that is not known */
  taskDone(value: unknown, ran: number): void;
  taskFailed(error: unknown): void;
}

/** How a task is to be run. */
export interface LaunchOptions {
  /** Longest time that a worker may work on it, in milliseconds. */
  readonly taskTimeout?: number | undefined;
  /** How often it is run again when the worker that runs it dies. Default 0. */
  readonly retries?: number | undefined;
  /** Of tasks that wait, those with the lowest number are begun first. Default 0. */
  readonly priority?: number | undefined;
  /** What moves to the worker instead of being copied. */
  readonly transfer?: readonly Transferable[] | undefined;
  /** Where code of the caller runs that rebuilds the result. */
  readonly inContext?: Surroundings | undefined;
  /** The code that the stacks of its errors show as where it was sent from. */
  readonly site?: CallSite | undefined;
}

/** A task of a pool. */
export interface Launched {
  /** A worker has begun it. */
  readonly hasBegun: boolean;
  /** Takes it back: its sink hears nothing any more. @returns false if it has begun, or is over */
  revoke(): boolean;
  /**
   * Fails it with `error` at once. If a worker has begun it, that is asked to stop, and is stopped when it goes on for
   * longer than the pool's grace. Does nothing if it is over.
   */
  stop(error: unknown): void;
}
