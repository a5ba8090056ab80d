/**
 * A line carries tasks from one owner to its workers, and outcomes back. How, differs: by messages (message-line.ts), or
 * by memory that the workers take tasks from. It decides which worker runs a task; what is to be run, in which order, and
 * what a death means is decided by whoever owns it.
 *
 *   task, for its owner:   written ──offer──▶ offered ──▶ begun ──▶ done | failed
 *                             │  ▲               │          └──▶ lost, returned by `gone`: may be offered again
 *                             │  └─ the owner ───│── offers it again
 *                             └─────revoke───────┴──▶ taken back
 *
 * Invariants, whatever dies and when:
 * - an offered task has one outcome, is taken back, or is lost: one of the three, once;
 * - what was offered to a worker and not begun by it stays offered to the others when that worker is gone;
 * - an outcome that a worker has given before its end is told before the task could be called lost.
 */
import type { Transferable } from "node:worker_threads";
import type { Packed } from "../../pickle/pickle.js";
import type { WireError } from "../../pickle/wire-error.js";
import type { Surroundings } from "../../platform/waiting/context.js";

/** How a function is called with the payload of a task: fn(payload), fn(...payload), fn(item) of each, fn(...item) of each. */
export const Form = { ONE: 0, SPREAD: 1, EACH: 2, EACH_SPREAD: 3 } as const;
export type Form = (typeof Form)[keyof typeof Form];

/** Workers are counted from 1; a number is never used again. */
export type WorkerId = number;

export type FunctionId = number;

/** What the line itself needs of a task. */
export interface LineTask {
  /** The line's own: where it has written the task; -1 before. */
  place: number;
  /** Of those that are offered, the lowest is begun first, as far as the line can tell. Left out: 0. */
  readonly priority?: number;
  /** Where the code that rebuilds its result runs; left out: wherever the line is. */
  readonly inContext?: Surroundings | undefined;
}

/** What a worker is reached by. */
export interface LinePost {
  post(message: unknown, transfer?: readonly Transferable[]): void;
}

export interface WriteOptions {
  /** How errors call the payload: `args`, `items`. */
  readonly name: string;
  /** What moves instead of being copied. */
  readonly transfer?: readonly Transferable[] | undefined;
  /** It may be offered again if it is lost. Default false: what is lost can be dropped only. */
  readonly again?: boolean | undefined;
}

/** The owner's end. */
export interface Line<Task extends LineTask> {
  /** The function is packed by whoever owns the line: it is shipped once to each worker that runs it. */
  define(fn: Packed): FunctionId;
  /** No task with that function will be offered any more. */
  forget(fn: FunctionId): void;
  /** Takes the payload as it is now. @throws {PickleError} if it cannot travel */
  write(task: Task, fn: FunctionId, form: Form, payload: unknown, options: WriteOptions): void;
  /** Gives up what was written; for a task that is not offered, such as one that was lost and is not run again. */
  drop(task: Task): void;
  /** How many more tasks may be offered now. It changes by what the owner does, and before `room` is called. */
  readonly room: number;
  /** Workers may have it from now on; it is on its way when the turn ends. */
  offer(task: Task): void;
  /** Takes a task back. @returns undefined if that was done, else the worker that has begun it */
  revoke(task: Task): WorkerId | undefined;
  /** @returns the worker that has begun the task, as far as that is known here */
  runnerOf(task: Task): WorkerId | undefined;
  /** Raises the flag that code of the task can read. Nothing happens if it is not begun. */
  interrupt(task: Task): void;
  /** Handed to a new worker, as part of its data: what its end is made from. Structured-cloneable. */
  invite(worker: WorkerId): unknown;
  /** The worker is up, and gets tasks: at most so many before it is retired. */
  joined(worker: WorkerId, handle: LinePost, mostTasks?: number): void;
  /** A message that the worker's end has posted. */
  heard(worker: WorkerId, message: unknown): void;
  /** It gets no more tasks; what it has begun it finishes, the others get what it has not. */
  retire(worker: WorkerId): void;
  /** The worker is no more. @returns the tasks that are lost; outcomes that it has given before are told first */
  gone(worker: WorkerId): Task[];
  /** Gives all back; nothing is told any more. */
  close(): void;
}

/** What a task failed with: as it came from the worker, or an error that arose here. */
export type TaskError = { readonly wire: WireError } | { readonly error: unknown };

/** What the owner hears. None is called from within a method that the owner has called, but for `gone` and `heard`. */
export interface LineEvents<Task> {
  /** @param ran milliseconds that the worker has worked on it; NaN if that is not known */
  done(task: Task, value: unknown, worker: WorkerId, ran: number): void;
  failed(task: Task, error: TaskError, worker: WorkerId, ran: number): void;
  /** There was none, and is some. */
  room(): void;
}

export type Callable = (...args: unknown[]) => unknown;

/** The task that a worker works on, as code in the worker sees it. */
export interface Running {
  /** It was asked to stop. A look costs little: code that computes may look often. */
  readonly isInterrupted: boolean;
  /** Calls `listener` once when it is asked to stop, as soon as the event loop turns. */
  onInterrupt(listener: () => void): void;
}

/** Who runs tasks, for the worker's end of a line. */
export interface Runner {
  /** @throws what the function's rebuilding throws: each task with that function fails with it */
  revive(body: unknown): Callable | Promise<Callable>;
  /** @returns the result, or a promise of it; in the forms EACH an array, or what else the pool makes of a list that it cut short */
  call(fn: Callable, form: Form, payload: unknown, running: Running): unknown;
  toWire(error: unknown): WireError;
  /** There is nothing to run at the moment. */
  idle(): void;
}

/** The worker's end. */
export interface LineEnd {
  /** It has begun a task that has no outcome yet. */
  readonly isRunning: boolean;
  /** A message that the owner's end has posted. @returns false if it is none of the line */
  heard(message: unknown): boolean;
}
