/** What the core of a pool is made from. */
import type { Line, LineEvents } from "../channel/line/line.js";
import type { Destination } from "../pickle/destination.js";
import { pack, settled } from "../pickle/pickle.js";
import type { CrewOptions } from "./crew.js";
import type { Crowd } from "./dispatcher.js";
import type { PoolWorkerData } from "./protocol.js";
import type { PoolTask } from "./task.js";

/** What a pool is made from. */
export interface TaskPoolOptions extends CrewOptions {
  readonly crowd: Crowd;
  readonly makeLine: (to: Destination, events: LineEvents<PoolTask>) => Line<PoolTask>;
  /** Called in each worker before its first task. */
  readonly initializer?: { readonly fn: (...args: never) => unknown; readonly args: readonly unknown[] } | undefined;
  /** @returns the error of every task when an initializer has failed with `cause` */
  readonly brokenBy: (cause: unknown) => Error;
  readonly maxTasksPerChild?: number | undefined;
  /** Most tasks that may wait. */
  readonly maxQueue?: number | undefined;
  /** Milliseconds without work for a worker after which it leaves, unless it is of the least. */
  readonly idleTimeout?: number | undefined;
  /** Bytes with which a worker is replaced. */
  readonly maxMemory?: number | undefined;
  /** Milliseconds that a task has to end when it was asked to stop. */
  readonly grace: number;
}

/** How long a worker has to end that makes room for another, or whose pool is closed, in milliseconds. */
export const DEFAULT_GRACE = 5000;

/** @returns what every worker is started with, but for its end of the line @throws {PickleError} if the initializer cannot travel */
export function dataFor({ factory, initializer, maxMemory }: TaskPoolOptions): Omit<PoolWorkerData, "invitation"> {
  const { destination } = factory;
  return {
    destination,
    ...(initializer && {
      initializer: settled(pack(initializer, { to: destination, name: "initializer" })).body,
    }),
    ...(maxMemory !== undefined && { maxMemory }),
  };
}
