/**
 * Signals that ask a running program of tasks to end.
 *
 *   running ──first signal──▶ its main task is cancelled ──ends, cancelled──▶ exit code of the signal
 *                                        └──second signal──▶ the process exits at once
 */
import type { Task } from "./task.js";

/** Exit codes as shells give them: 128 and the number of the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type Signal = keyof typeof EXIT_CODES;
const SIGNALS = Object.keys(EXIT_CODES) as Signal[];

export class Interruption {
  readonly #task: Task<unknown>;
  #first: Signal | undefined;

  /** Listens from now on. */
  constructor(task: Task<unknown>) {
    this.#task = task;
    for (const signal of SIGNALS) process.on(signal, this.#hear);
  }

  stop(): void {
    for (const signal of SIGNALS) process.off(signal, this.#hear);
  }

  /**
   * The program ends by the signal if its main task did: with the exit code of that, and without the stack of a cancellation
   * that nobody catches, which says nothing.
   * @param error what `run` throws
   */
  conclude(error: unknown): void {
    if (this.#first === undefined || !this.#task.cancelled) return;
    const code = EXIT_CODES[this.#first];
    process.exitCode ??= code;
    process.on("uncaughtExceptionMonitor", (thrown) => {
      if (thrown === error && process.listenerCount("uncaughtException") === 0) process.exit(code);
    });
  }

  readonly #hear = (signal: Signal): void => {
    if (this.#first !== undefined) process.exit(EXIT_CODES[signal]);
    this.#first = signal;
    this.#task.cancel(signal);
  };
}
