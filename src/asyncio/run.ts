/**
 * Runs a program of tasks from its first task to the last trace of it.
 *
 *   main runs ──ends──▶ left-over tasks are cancelled ──all ended, or cleanupTimeout──▶ lost errors are told ──▶ settled
 */
import { checkOptions, checkTimeout, describe, wrongType } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import { after } from "../platform/waiting/clock.js";
import { visible } from "../platform/words/user-text.js";
import { ExceptionGroup } from "./exception-group.js";
import { Interruption } from "./interruption.js";
import { Runner } from "./runner.js";
import { currentScope } from "./scope.js";
import { ignoreStrayCancellations } from "./stray-cancellations.js";
import { startTask, type Task, type TaskBody } from "./task.js";
import { checkTaskBody } from "./task-arguments.js";

export interface RunOptions {
  /** Name of the main task; left out: `main`. */
  name?: string;
  /**
   * Handle SIGINT (Ctrl-C) and SIGTERM while running: the first cancels the main task, with the name of the signal as the
   * reason, so that its cleanup runs; the second ends the process. When main was cancelled so, `run` throws its
   * CancelledError; the exit code of the program is then 130 or 143, unless it sets `process.exitCode`, and no stack is
   * printed if nobody catches the error. A main that returns a value all the same has ended normally. Left out: false.
   */
  signals?: boolean;
  /**
   * How long left-over tasks may take to end once they are cancelled, in milliseconds, 0 or more; those that take
   * longer are named in a warning and left alone. Left out: 10,000.
   */
  cleanupTimeout?: number;
  /**
   * What happens to errors of tasks that were never awaited: "report" gives them to the exception handler, "throw" makes
   * `run` throw them as an ExceptionGroup if main itself succeeded. Left out: "report".
   */
  unretrieved?: "report" | "throw";
}

const DEFAULT_CLEANUP_TIMEOUT = 10_000;

/**
 * Runs `main` as a task and waits for it. Tasks of `createTask` that are left over then are cancelled and awaited.
 *
 * It needs no event loop of its own: it may be called anywhere, inside another `run` as well, which then cancels it as
 * one of its own.
 *
 * Python: `asyncio.run(main())`, which refuses to run inside a running event loop.
 *
 * @returns what `main` returned
 * @throws what `main` threw; CancelledError if it was cancelled
 * @throws {ExceptionGroup} of errors nobody awaited, with `unretrieved: "throw"`
 * @throws {TypeError | RangeError} if `main` is not a function, or an option is unknown or not as described
 * @example
 * import { run, sleep } from "heddle/asyncio";
 *
 * await run(async () => {
 *   await sleep(10);
 *   console.log("Good");
 * });
 */
export async function run<T>(main: TaskBody<T>, options: RunOptions = {}): Promise<T> {
  checkTaskBody("run", main);
  checkRunOptions(options);
  const runner = new Runner(currentScope());
  const task = startTask(runner, main, { name: options.name ?? "main" });
  const interruption = options.signals ? new Interruption(task) : undefined;
  const stopIgnoring = ignoreStrayCancellations();
  try {
    await ended(task);
    runner.scope.cancel("run() is over");
    await cleanUp(runner, options.cleanupTimeout ?? DEFAULT_CLEANUP_TIMEOUT);
  } finally {
    stopIgnoring();
    interruption?.stop();
    runner.scope.close();
  }
  try {
    return conclude(task, runner, options.unretrieved ?? "report");
  } catch (error) {
    interruption?.conclude(error);
    throw error;
  }
}

/** Waits without a scope: a cancellation of the surrounding task reaches main by itself, and main's end is awaited. */
function ended(task: Task<unknown>): Promise<void> {
  return new Promise((resolve) => task.addDoneCallback(() => resolve()));
}

/** Tasks that are created while others clean up find their scope cancelled, and end at once. */
async function cleanUp(runner: Runner, timeout: number): Promise<void> {
  let expired = false;
  let stopTimer = (): void => {};
  const expiry = new Promise<void>((resolve) => {
    if (timeout === Infinity) return;
    stopTimer = after(timeout, () => {
      expired = true;
      resolve();
    });
  });
  for (let left = runner.tasks(); left.size > 0 && !expired; left = runner.tasks()) {
    await Promise.race([Promise.all([...left].map(ended)), expiry]);
  }
  stopTimer();
  const left = [...runner.tasks()];
  if (left.length === 0) return;
  const names = left.map((task) => visible(task.name)).join(", ");
  process.emitWarning(
    `run() is over, but ${left.length} task(s) still run ${timeout} ms after they were cancelled: ${names}`,
    "AsyncioWarning",
  );
}

function conclude<T>(task: Task<T>, runner: Runner, unretrieved: "report" | "throw"): T {
  const failed = task.cancelled || task.exception() !== undefined;
  const lost = runner.unretrieved.takeAll();
  if (unretrieved === "throw" && lost.length > 0 && !failed) {
    throw new ExceptionGroup(
      "errors of tasks that were never awaited",
      lost.map((failure) => failure.error),
    );
  }
  for (const failure of lost) failure.report();
  return task.result();
}

function checkRunOptions(options: RunOptions): void {
  checkOptions("run", options, ["name", "signals", "cleanupTimeout", "unretrieved"]);
  const { name, signals, cleanupTimeout, unretrieved } = options;
  if (name !== undefined && typeof name !== "string") throw wrongType("run: name", "a string", name);
  if (signals !== undefined && typeof signals !== "boolean") throw wrongType("run: signals", "a boolean", signals);
  checkTimeout("run: cleanupTimeout", cleanupTimeout);
  if (unretrieved !== undefined && unretrieved !== "report" && unretrieved !== "throw") {
    throw rangeError(`run: unretrieved must be "report" or "throw", got ${describe(unretrieved)}`);
  }
}
