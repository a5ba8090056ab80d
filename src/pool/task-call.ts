/** One task that somebody waits for: `run` and what is made of it. */
import { Form } from "../channel/line/line.js";
import { Deferred } from "../future/deferred.js";
import { waitFor } from "../future/wait-for.js";
import { checkFunction } from "../platform/errors/arguments.js";
import { TimeoutError } from "../platform/errors/errors.js";
import type { CallSite } from "../platform/stacks/call-site.js";
import { currentCancelSource } from "../platform/waiting/cancellation.js";
import { keepAlive } from "../platform/waiting/keep-alive.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import { launchOptions, type TaskOptions } from "./call-options.js";
import type { BeginCall } from "./results.js";
import type { Launched, Sink } from "./sink.js";
import type { TaskPool } from "./task-pool.js";

/** What is to be run. */
export interface TaskWork {
  /** The method that was called. */
  readonly where: string;
  readonly fn: (...args: never) => unknown;
  readonly args: readonly unknown[];
  readonly options: TaskOptions;
  readonly site: CallSite | undefined;
  /** Throws if an argument is wrong. */
  readonly check?: (() => void) | undefined;
}

/** @returns what runs the task once, when its promise is made; arguments that are wrong reject */
export function taskCall(pool: TaskPool, work: TaskWork): BeginCall<unknown> {
  return (resolve, reject) => {
    try {
      work.check?.();
      const { signal, timeout } = work.options;
      if (signal === undefined && timeout === undefined && currentCancelSource() === undefined)
        launch(pool, work, new Waiter(resolve, reject));
      else waitStoppably(pool, work).then(resolve, reject);
    } catch (error) {
      reject(error);
    }
  };
}

/** The program goes on while somebody waits. */
class Waiter implements Sink {
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #release = keepAlive();

  constructor(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  taskDone(value: unknown): void {
    this.#release();
    this.#resolve(value);
  }

  taskFailed(error: unknown): void {
    this.#release();
    this.#reject(error);
  }
}

async function waitStoppably(pool: TaskPool, work: TaskWork): Promise<unknown> {
  const { where, options, site } = work;
  throwIfStopped(options);
  const result = new Deferred<unknown>();
  const sink: Sink = { taskDone: (value) => result.resolve(value), taskFailed: (error) => result.reject(error) };
  const launched = launch(pool, work, sink);
  try {
    const outcome = await waitFor(result, options);
    if (!outcome.timedOut) return outcome.value;
    const late = new TimeoutError(`${where} did not finish within ${options.timeout} ms`);
    throw site?.giveTo(late) ?? late;
  } catch (error) {
    // Does nothing if it was the task itself that failed.
    launched.stop(error);
    throw error;
  }
}

function launch(pool: TaskPool, { where, fn, args, options, site }: TaskWork, sink: Sink): Launched {
  try {
    checkFunction(`${where}: fn`, fn);
    pool.checkRunning(where);
    pool.load.checkRoom(where);
    const taken = pool.take(fn);
    try {
      return pool.launch(sink, taken, Form.SPREAD, args, "args", { ...launchOptions(options), site });
    } finally {
      taken.release();
    }
  } catch (error) {
    // Nobody will tell it.
    if (sink instanceof Waiter) sink.taskFailed(error);
    throw error;
  }
}
