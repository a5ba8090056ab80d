/**
 * What a thread of `Thread` does from its first to its last instruction.
 *
 *   rebuild ──▶ run ──▶ report, record the end ──▶ wait for the threads it started ──▶ exit
 *
 * Invariant: the report is posted before the record says that `run` is over, so whoever joins finds the report.
 */
import { processHeap } from "../memory/process-heap.js";
import { unpack } from "../pickle/pickle.js";
import { RuntimeError } from "../platform/errors.js";
import { type ActivitySite, carryOut, reportError } from "../worker/activity-main.js";
import type { WorkerContext, WorkerMain } from "../worker/worker.js";
import { setCurrentThread } from "./current.js";
import { isDefaultExcepthook, printThreadError } from "./excepthook.js";
import { Thread } from "./thread.js";

/** @returns where this thread reports to */
function siteOf(context: WorkerContext): ActivitySite {
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

/** Sees to it that the thread's end is on record, whichever way it ends. */
function recordEnds(site: ActivitySite): (failed: boolean) => void {
  const { threads, me } = processHeap();
  const fail = (error: unknown): void => {
    // An error after the end of `run` comes from what the thread left behind: the thread is over, nobody waits.
    if (threads.isAlive(me)) reportError(site, error);
    threads.finish(me, true);
    process.exit(1);
  };
  process.on("uncaughtException", fail);
  process.once("beforeExit", () => {
    if (threads.isAlive(me))
      fail(
        new RuntimeError(
          "run() waits for something that can no longer happen: nothing is left in the thread's event loop",
        ),
      );
  });
  return (failed) => threads.finish(me, failed);
}

async function runThread(body: unknown, site: ActivitySite): Promise<boolean> {
  return carryOut(() => {
    const thread = unpack<Thread<never>>(body);
    setCurrentThread(thread);
    return thread;
  }, site);
}

export const main: WorkerMain = async (context, body) => {
  const site = siteOf(context);
  const end = recordEnds(site);
  end(await runThread(body, site));
  await Thread.childrenReleased();
  context.post({ kind: "released" });
  await Thread.childrenGone();
  process.exit();
};
