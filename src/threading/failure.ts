/** How a thread tells what went wrong, in `run` or beside it. Most threads never load this. */
import { processHeap } from "../memory/process-heap.js";
import { type ActivitySite, reportError } from "../worker/activity-main.js";
import type { WorkerContext } from "../worker/worker.js";
import { isDefaultExcepthook, printThreadError } from "./excepthook.js";

/** @returns where this thread reports to */
export function siteOf(context: WorkerContext): ActivitySite {
  return {
    destination: "thread",
    context,
    showError: (error) => {
      if (!isDefaultExcepthook()) return false;
      printThreadError(error, context.name);
      return true;
    },
  };
}

/** An error beside `run` ends the thread. After the end of `run` nobody waits for a report: it is only shown. */
export function failBeside(context: WorkerContext, error: unknown): never {
  const { threads, me } = processHeap();
  if (threads.isAlive(me)) reportError(siteOf(context), error);
  else printThreadError(error, context.name);
  threads.finish(me, true);
  process.exit(1);
}
