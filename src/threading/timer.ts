/** A function that runs after a while, in a thread of its own. */
import { Event } from "../locks/event.js";
import { checkFunction, checkTimeout, wrongType } from "../platform/errors/arguments.js";
import { isThenable } from "../platform/errors/synchronous.js";
import type { Arguments, List, Literal, Taking } from "../worker/activity-types.js";
import { Thread } from "./thread.js";
import type { ThreadOptions, ThreadSettings } from "./thread-options.js";

/** What a Timer is made from besides its interval and its function: the options of a Thread. */
export type TimerOptions<A extends readonly unknown[], F extends Taking<A> = Taking<A>, L = never> = ThreadSettings &
  Arguments<A, F, L>;

/**
 * A thread that waits, then calls a function, unless it is cancelled before.
 *
 * Python: threading.Timer, with the interval in milliseconds. For a function of this thread `setTimeout` is cheaper.
 *
 * @example
 * import { Timer } from "heddle/threading";
 *
 * const timer = new Timer(50, () => "time is up").start();
 * console.log(await timer.result()); // time is up
 */
export class Timer<
  A extends List = [],
  R = unknown,
  F extends Taking<A> = Taking<A, R>,
  L extends Literal = never,
> extends Thread<A, ReturnType<F> | undefined> {
  /** How long it waits before the function is called, in milliseconds. */
  readonly interval: number;
  /** Set when the function is over (what it returns is awaited), however it ended, or the timer is cancelled. */
  readonly finished = new Event();

  /**
   * @param interval milliseconds, 0 or more
   * @throws {TypeError | RangeError} if an argument is wrong; the message names it
   */
  constructor(
    interval: number,
    target: F,
    // Optional as such; a target that takes arguments does not fit without them.
    options?: TimerOptions<A, F, L>,
  ) {
    if (interval === undefined) throw wrongType("Timer: interval", "a number of milliseconds", interval);
    checkTimeout("Timer: interval", interval);
    checkFunction("Timer: target", target);
    super({ ...options, target } as unknown as ThreadOptions<A, ReturnType<F> | undefined>);
    this.interval = interval;
  }

  /** Stops the timer if it is still waiting: the function is never called, and the thread ends. Any thread may. */
  cancel(): void {
    this.finished.set();
  }

  override run(): ReturnType<F> | undefined {
    if (this.finished.waitSync({ timeout: this.interval })) return undefined;
    const finish = (): void => this.finished.set();
    let value: ReturnType<F> | undefined;
    try {
      value = super.run();
    } catch (error) {
      finish();
      throw error;
    }
    if (isThenable(value)) return Promise.resolve(value).finally(finish) as ReturnType<F>;
    finish();
    return value;
  }

  /** Nobody waits for a function that will never end, or whose end nothing in its thread could tell. */
  protected override ended(): void {
    try {
      this.finished.set();
    } catch {
      // The program has disposed of it: nobody can wait for it.
    }
  }
}
