/** Options of pools, checked, and what the core of a pool is made from. */
import { availableParallelism } from "node:os";
import { MessageLine } from "../channel/line/message-line.js";
import {
  checkFunction,
  checkInteger,
  checkOptions,
  checkTimeout,
  describe,
  wrongType,
} from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import type { Crowd } from "../pool/dispatcher.js";
import type { TaskPoolOptions } from "../pool/task-pool-options.js";

/** Options of a ThreadPool. */
export interface ThreadPoolOptions {
  /** Number of workers, 1 or more. Default: `os.availableParallelism()`. */
  readonly processes?: number;
  /** Workers that there are whatever there is to do, 0 or more. Default: `processes`. */
  readonly minWorkers?: number;
  /** Most workers, 1 or more: those beyond `minWorkers` are started when there is work for them. Default: `processes`. */
  readonly maxWorkers?: number;
  /**
   * Milliseconds, 0 or more, that a worker beyond `minWorkers` must have been without work before it ends. Default 30,000.
   */
  readonly idleTimeout?: number;
  /** Most tasks that may wait, 1 or more; see `drained`. Default: any number. */
  readonly maxQueue?: number;
  /**
   * Called in each worker before its first task, and awaited. If it throws, the pool is broken: everything that it runs, and
   * is given later, fails with BrokenThreadPool or BrokenProcessPool, whose `cause` is that error.
   */
  readonly initializer?: (...args: never) => unknown;
  /** Arguments of `initializer`. */
  readonly initargs?: readonly unknown[];
  /** Tasks after which a worker is replaced by a fresh one, 1 or more. A chunk of a `map` is one task. Default: any number. */
  readonly maxTasksPerChild?: number;
  /**
   * Bytes, 1 or more: a worker that uses more after a task is replaced by a fresh one. Of a thread its own heap counts and what
   * that holds outside, of a process all memory that it occupies. Default: any number.
   */
  readonly maxMemory?: number;
  /** Limits of each worker's heap and stack, in megabytes. A task that needs more loses its worker. */
  readonly resourceLimits?: PoolResourceLimits;
  /** Milliseconds, 0 or more, that a task has to end when it was asked to stop, before its worker is stopped. Default 100. */
  readonly grace?: number;
  /** What names of workers begin with: `name-1`. Default: `PoolThread` or `PoolWorker`. */
  readonly name?: string;
}

/** As Node's own of a Worker. */
export interface PoolResourceLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
  readonly stackSizeMb?: number;
}

const OPTIONS = [
  ...["processes", "minWorkers", "maxWorkers", "idleTimeout", "maxQueue", "initializer", "initargs"],
  ...["maxTasksPerChild", "maxMemory", "resourceLimits", "grace", "name"],
];
const LIMITS = ["maxOldGenerationSizeMb", "maxYoungGenerationSizeMb", "stackSizeMb"] as const;

/** In milliseconds. */
const IDLE_TIMEOUT = 30_000;
const GRACE = 100;

/** @returns the options of a constructor that takes a number of workers or options @throws {TypeError | RangeError} */
export function poolOptions<T extends ThreadPoolOptions>(
  className: string,
  given: number | T | undefined,
  more: readonly string[] = [],
): Partial<T> {
  const options = typeof given === "object" && given !== null ? given : ({ processes: given } as unknown as T);
  checkOptions(className, options, [...OPTIONS, ...more]);
  checkNumbers(className, options);
  checkLimits(className, options.resourceLimits);
  const { initializer, initargs, name } = options;
  if (initializer !== undefined) checkFunction(`${className}: initializer`, initializer);
  if (initargs !== undefined && !Array.isArray(initargs))
    throw wrongType(`${className}: initargs`, "an array of arguments", initargs);
  if (name !== undefined && typeof name !== "string") throw wrongType(`${className}: name`, "a string", name);
  return options;
}

/** @returns how many workers there may be @throws {TypeError | RangeError} */
export function crowdOf(className: string, options: ThreadPoolOptions): Crowd {
  const { processes = availableParallelism() } = options;
  checkInteger(`${className}: processes`, processes, 1);
  const { maxWorkers: most = Math.max(processes, options.minWorkers ?? 1) } = options;
  const { minWorkers: least = Math.min(processes, most) } = options;
  if (least > most)
    throw rangeError(
      `${className}: minWorkers must be at most maxWorkers, got ${describe(least)} and ${describe(most)}`,
    );
  return { least, most };
}

type Common = Omit<TaskPoolOptions, "factory" | "nameWorker" | "tellStray" | "brokenBy" | "crowd">;

/** @returns what all pools have in common */
export function commonOptions(options: ThreadPoolOptions): Common {
  const { initializer, initargs = [], maxTasksPerChild, maxQueue, maxMemory } = options;
  return {
    makeLine: (to, events) => new MessageLine(to, events),
    initializer: initializer && { fn: initializer, args: initargs },
    maxTasksPerChild,
    maxQueue,
    maxMemory,
    idleTimeout: options.idleTimeout ?? IDLE_TIMEOUT,
    grace: options.grace ?? GRACE,
  };
}

function checkNumbers(className: string, options: ThreadPoolOptions): void {
  const least: readonly (readonly [keyof ThreadPoolOptions, number])[] = [
    ["processes", 1],
    ["minWorkers", 0],
    ["maxWorkers", 1],
    ["maxQueue", 1],
    ["maxTasksPerChild", 1],
    ["maxMemory", 1],
  ];
  for (const [name, minimum] of least)
    if (options[name] !== undefined) checkInteger(`${className}: ${name}`, options[name], minimum);
  checkTimeout(`${className}: idleTimeout`, options.idleTimeout);
  checkTimeout(`${className}: grace`, options.grace);
}

function checkLimits(className: string, limits: unknown): void {
  if (limits === undefined) return;
  const where = `${className}: resourceLimits`;
  if (typeof limits !== "object" || limits === null || Array.isArray(limits))
    throw wrongType(where, "an object with limits in megabytes", limits);
  checkOptions(where, limits, LIMITS);
  for (const [name, megabytes] of Object.entries(limits)) {
    if (megabytes === undefined) continue;
    if (typeof megabytes !== "number") throw wrongType(`${where}.${name}`, "a number of megabytes", megabytes);
    if (!(megabytes > 0)) throw rangeError(`${where}.${name} must be more than 0 megabytes, got ${megabytes}`);
  }
}
