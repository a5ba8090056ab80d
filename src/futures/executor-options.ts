/** Options of the executors over workers, and what the core of their pool is made from. */
import { availableParallelism } from "node:os";
import { MessageLine } from "../channel/line/message-line.js";
import { checkFunction, checkInteger, checkOptions, checkTimeout, wrongType } from "../platform/errors/arguments.js";
import type { TaskPoolOptions } from "../pool/task-pool-options.js";

/** What all executors over workers are made from. */
export interface ExecutorOptions {
  /** Most workers, 1 or more: each is started when there is work for it. Default: `os.availableParallelism()`. */
  readonly maxWorkers?: number;
  /**
   * Called in each worker before its first call, and awaited. If it throws, the executor is broken: everything that is
   * submitted fails with BrokenThreadPool or BrokenProcessPool, whose `cause` is that error.
   */
  readonly initializer?: (...args: never) => unknown;
  /** Arguments of `initializer`. */
  readonly initargs?: readonly unknown[];
  /** Calls after which a worker is replaced by a fresh one, 1 or more. Default: any number. */
  readonly maxTasksPerChild?: number;
  /** Milliseconds, 0 or more, without work after which a worker ends. Default: it stays until `shutdown`. */
  readonly idleTimeout?: number;
  /** Milliseconds, 0 or more, that a call has to end when it was asked to stop, before its worker is stopped. Default 100. */
  readonly grace?: number;
}

const OPTIONS = ["maxWorkers", "initializer", "initargs", "maxTasksPerChild", "idleTimeout", "grace"];
const GRACE = 100;

type Common = Omit<TaskPoolOptions, "factory" | "nameWorker" | "tellStray" | "brokenBy">;

/** @throws {TypeError | RangeError} if an option is unknown or not as described; the message names it */
export function commonOptions(className: string, options: ExecutorOptions, more: readonly string[]): Common {
  checkOptions(className, options, [...OPTIONS, ...more]);
  const { maxWorkers = availableParallelism(), initializer, initargs = [], maxTasksPerChild, grace = GRACE } = options;
  checkInteger(`${className}: maxWorkers`, maxWorkers, 1);
  if (maxTasksPerChild !== undefined) checkInteger(`${className}: maxTasksPerChild`, maxTasksPerChild, 1);
  if (initializer !== undefined) checkFunction(`${className}: initializer`, initializer);
  if (!Array.isArray(initargs)) throw wrongType(`${className}: initargs`, "an array of arguments", initargs);
  checkTimeout(`${className}: idleTimeout`, options.idleTimeout);
  checkTimeout(`${className}: grace`, grace);
  return {
    makeLine: (to, events) => new MessageLine(to, events),
    crowd: { least: 0, most: maxWorkers },
    initializer: initializer && { fn: initializer, args: initargs },
    maxTasksPerChild,
    idleTimeout: options.idleTimeout,
    grace,
  };
}

/** @returns names as Python gives them: `prefix_0`, `prefix_1` ... @throws {TypeError} if the prefix is no string */
export function namesFrom(
  argument: string,
  prefix: string | undefined,
  makeDefault: () => string,
): (n: number) => string {
  if (prefix !== undefined && typeof prefix !== "string") throw wrongType(argument, "a string", prefix);
  const used = prefix || makeDefault();
  return (n) => `${used}_${n - 1}`;
}
