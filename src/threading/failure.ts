/** How a thread tells what went wrong, in `run` or beside it. Most threads never load this. */
import { processRealm } from "../memory/process-realm.js";
import { THREAD } from "../pickle/destination.js";
import { toWire } from "../pickle/wire-error.js";
import { type ActivitySite, reportError } from "../worker/activity-main.js";
import type { WorkerContext } from "../worker/worker.js";
import type { UncaughtMessage } from "./excepthook.js";

/** @returns where this thread reports to */
export function siteOf(context: WorkerContext): ActivitySite {
  return { destination: THREAD, context };
}

/** An error beside `run` ends the thread. After the end of `run` nobody can ask for it. */
export function failBeside(context: WorkerContext, error: unknown): never {
  const { threads, me } = processRealm();
  if (threads.isAlive(me)) reportError(siteOf(context), error);
  else context.post({ kind: "uncaught", id: me, error: toWire(error, THREAD) } satisfies UncaughtMessage);
  threads.finish(me, true);
  process.exit(1);
}
