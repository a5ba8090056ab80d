/** How many workers were needed lately: those beyond had nothing to do for a while. */
import { LONGEST_TIMER } from "../platform/waiting/clock.js";
import { clearTimer, setRepeating } from "../platform/waiting/timers.js";

export class IdleWatch {
  readonly #timeout: number;
  readonly #slept: (needed: number) => void;
  #timer: NodeJS.Timeout | undefined;
  /** Most tasks at a time, since the last look but one. */
  #most = 0;
  #mostBefore = 0;
  #tasks = 0;

  /** @param slept told, now and then, the most tasks that there were at a time within the timeout */
  constructor(timeout: number | undefined, slept: (needed: number) => void) {
    this.#timeout = timeout ?? Number.POSITIVE_INFINITY;
    this.#slept = slept;
  }

  start(): void {
    if (this.#timer !== undefined || this.#timeout > LONGEST_TIMER) return;
    this.#timer = setRepeating(() => this.#look(), Math.max(1, this.#timeout)).unref();
  }

  stop(): void {
    clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** There are so many tasks now. */
  saw(tasks: number): void {
    this.#tasks = tasks;
    if (tasks > this.#most) this.#most = tasks;
  }

  #look(): void {
    this.#slept(Math.max(this.#most, this.#mostBefore));
    this.#mostBefore = this.#most;
    this.#most = this.#tasks;
  }
}
