/** A function that is called once, when a task is done, unless it is taken back before. */
import { visible } from "../platform/words/user-text.js";
import { reportException } from "./exception-handler.js";
import type { Task } from "./task.js";

export interface DoneCallback<T> {
  /** A method to the type checker, so that a Task<T> stays a Task<unknown>. */
  callback(task: Task<T>): void;
  live: boolean;
}

/** What it throws is told, and stops nothing. */
export function callWhenDone<T>(entry: DoneCallback<T>, task: Task<T>): void {
  if (!entry.live) return;
  entry.live = false;
  try {
    entry.callback(task);
  } catch (error) {
    reportException(`heddle/asyncio: a done callback of ${visible(task.name)} threw`, error);
  }
}
