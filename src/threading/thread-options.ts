/** What a thread is made from. */
import type { Transferable } from "node:worker_threads";
import { processRealm } from "../memory/process-realm.js";
import type { ActivityKind } from "../worker/activity.js";
import type { Arguments, Taking } from "../worker/activity-types.js";
import type { ThreadLimits } from "../worker/thread-worker.js";
import { isDefaultExcepthook, tellOfError } from "./excepthook.js";
import type { Thread } from "./thread.js";

/** The module that a thread's worker runs. */
export const THREAD_ENTRY = new URL("./thread-entry.js", import.meta.url).href;

export const THREAD_KIND: ActivityKind = {
  noun: "thread",
  className: "Thread",
  options: ["transfer", "resourceLimits"],
  isHeard: () => !isDefaultExcepthook(),
  tell: (error, thread) => tellOfError(error, thread as Thread<never>),
};

/** What a Thread is made from. `args` must fit `target`, and are required when it takes any. */
export type ThreadOptions<A extends readonly unknown[], R, F extends Taking<A> = Taking<A, R>, L = never> = {
  /** What the thread runs: any function that can travel. */
  readonly target?: F;
} & ThreadSettings &
  Arguments<A, F, L>;

/** What a thread is besides its target. */
export interface ThreadSettings {
  /** Default: `Thread-N (target's name)`. */
  readonly name?: string;
  /** A daemon ends with the program instead of keeping it alive. Default: as the thread that makes it. */
  readonly daemon?: boolean;
  /** What moves to the thread instead of being copied. */
  readonly transfer?: readonly Transferable[];
  /** Limits of the thread's heap and stack, in megabytes. */
  readonly resourceLimits?: ThreadLimits;
}

export function defaultName(target: string): string {
  const name = `Thread-${processRealm().threads.nextNumber()}`;
  return target === "" ? name : `${name} (${target})`;
}

export function inheritedDaemon(): boolean {
  const { threads, me } = processRealm();
  return threads.isDaemon(me);
}
