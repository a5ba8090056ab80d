/**
 * The task that this worker works on, for code of the program that asks whether it shall stop. A worker of a pool has one task
 * at a time, async or not.
 */

import { onRebirth } from "../platform/engine/this-thread.js";

/** What there is to know of it. */
export interface CurrentTask {
  /** It was asked to stop. */
  readonly isInterrupted: boolean;
  /** Aborted when it is asked to stop. */
  readonly signal: AbortSignal;
}

let current: CurrentTask | undefined;
/** This thread, which runs no task of a pool, was asked to stop. */
let isAsked = false;
onRebirth(() => {
  current = undefined;
  isAsked = false;
});

/** @returns the task; undefined where none runs */
export function currentTask(): CurrentTask | undefined {
  return current;
}

export function setCurrentTask(task: CurrentTask | undefined): void {
  current = task;
}

let never: AbortSignal | undefined;

/** @returns the signal of the task, if `isHere`; else, and where none runs, one that is never aborted */
export function signalOfTask(isHere: boolean): AbortSignal {
  return (isHere ? current?.signal : undefined) ?? (never ??= new AbortController().signal);
}

/** This thread was asked to stop, whatever it runs. */
export function askToStop(): void {
  isAsked = true;
}

/**
 * Whether the code that asks was asked to stop: a thread by its `terminate`, the task of a pool or executor by its signal, its
 * timeout or the end of the scope that waits for it. Costs a few nanoseconds: code that computes may ask in each round of a loop.
 * False outside of both.
 *
 * A task of a process, and a thread, hear of it when the event loop turns, as by an `await` of a timer; a task of a thread hears of
 * it also while it computes, where its pool shares memory with it.
 */
export function cancelled(): boolean {
  return isAsked || current?.isInterrupted === true;
}
