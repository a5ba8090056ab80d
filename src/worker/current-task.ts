/**
 * The task that this worker works on, for code of the program that asks whether it shall stop. A worker of a pool has one task
 * at a time, async or not.
 */

/** What there is to know of it. */
export interface CurrentTask {
  /** It was asked to stop. */
  readonly isInterrupted: boolean;
  /** Aborted when it is asked to stop. */
  readonly signal: AbortSignal;
}

let current: CurrentTask | undefined;

/** @returns the task; undefined where none runs */
export function currentTask(): CurrentTask | undefined {
  return current;
}

export function setCurrentTask(task: CurrentTask | undefined): void {
  current = task;
}

/**
 * Whether the code that asks was asked to stop: the task of a pool or executor that it belongs to, as its signal, its timeout or
 * the end of its scope tell it. Costs little: code that computes may ask in each round of a loop. False outside of a task.
 *
 * What has no turn of the event loop hears of it between threads only: a process learns it by a message.
 */
export function cancelled(): boolean {
  return current?.isInterrupted === true;
}
