/** Objects for threads that exist already: the constructor makes them, too, and finds here what they are to stand for. */
import { processRealm } from "../memory/process-realm.js";
import type { ThreadId } from "../memory/thread-table.js";
import { type Destination, isThere } from "../pickle/destination.js";
import { type AnyClass, stays } from "../pickle/registry.js";
import type { ActivityOptions } from "../worker/activity.js";
import { thisRun } from "../worker/family/this-run.js";
import type { Thread } from "./thread.js";

export interface Revival {
  readonly id: ThreadId;
  readonly options: ActivityOptions;
}

let reviving: Revival | undefined;

/** @returns what the object that is being made stands for; undefined if for a new thread */
export function takeRevival(): Revival | undefined {
  const existing = reviving;
  reviving = undefined;
  return existing;
}

/** @returns why a thread that does not start with this very message cannot be sent; undefined if it can */
export function whyNotSent(thread: Thread<never>, to: Destination): string | undefined {
  if (!isThere("process", to)) return stays(thread);
  if (thread.ident !== undefined) return undefined;
  return `it is the thread "${thread.name}", which has not been started. Start it before, or make one in the worker`;
}

/** @param base the class Thread, whose constructor runs: that of a subclass does not run again, its fields travel */
export function makeHandle(base: AnyClass, id: ThreadId, options: ActivityOptions, actual = base): Thread<never> {
  reviving = { id, options: (id === processRealm().me ? thisRun.assignment : undefined) ?? options };
  return Reflect.construct(base, [], actual) as Thread<never>;
}
