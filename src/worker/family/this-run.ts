/**
 * What is known of the run, the thread that this worker carries now, by whoever may need it: the entry knows of no module that
 * is loaded only when a thread uses it (the class Thread, the threads it started), and those find here what the entry knows.
 */
import { onRebirth } from "../../platform/engine/this-thread.js";
import type { WorkerContext } from "../worker.js";

/** What a thread was started with. */
export interface Assignment {
  readonly name: string;
  readonly daemon: boolean;
  readonly target: ((...args: never[]) => unknown) | undefined;
  readonly args: readonly unknown[];
}

/** The threads and processes that this thread has started; see children.ts. */
export interface Children {
  readonly exist: boolean;
  /** Their errors are told at once from now on. */
  disown(): void;
  allReleased(): Promise<void>;
  allExited(): Promise<void>;
}

interface ThisRun {
  /** The way to the starter; undefined in a thread that no Thread has started. */
  context: WorkerContext | undefined;
  /** Of a thread that is no more than its target: its object is made from that if somebody asks for it. */
  assignment: Assignment | undefined;
  /** Undefined while there can be none. */
  children: Children | undefined;
}

export const thisRun: ThisRun = { context: undefined, assignment: undefined, children: undefined };

onRebirth(() => {
  thisRun.context = undefined;
  thisRun.assignment = undefined;
});

/** Whether this thread has started threads itself: then its worker is not fit for another one. */
let started = false;

export function noteStart(): void {
  started = true;
}

export function hasStarted(): boolean {
  return started;
}
