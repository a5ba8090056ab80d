/**
 * What a thread of `Thread` does from its first to its last instruction.
 *
 *   rebuild ──▶ run ──▶ report, record the end ──▶ wait for the threads it started ──▶ leave the worker
 *
 * Invariant: the report is posted before the record says that `run` is over, so whoever joins finds the report.
 * Invariant: whatever this library remembers of a thread is forgotten when the next one begins in the same worker.
 */
import { processHeap } from "../memory/process-heap.js";
import { forgetResidents } from "../pickle/origin.js";
import { prepare, unpack } from "../pickle/pickle.js";
import { RuntimeError } from "../platform/errors.js";
import { SharedObject } from "../shared/shared-object.js";
import { type ActivitySite, carryOut, reportError } from "../worker/activity-main.js";
import type { WorkerContext, WorkerMain } from "../worker/worker.js";
import { Child } from "./children.js";
import { currentThread, setCurrentThread } from "./current.js";
import { isDefaultExcepthook, printThreadError, reportErrorsTo } from "./excepthook.js";
import { forgetThreads } from "./roster.js";
import { Thread } from "./thread.js";
import { forgetValues } from "./thread-local.js";

export const main: WorkerMain = async (context, body): Promise<"over"> => {
  begin(context);
  const site = siteOf(context);
  const stopWatching = watchForErrors(site);
  const { threads, me } = processHeap();
  const failed = await runThread(body, site);
  if (!failed && !Child.exist) context.conclude?.();
  threads.finish(me, failed);
  if (Child.exist) {
    await Child.allReleased();
    context.post({ kind: "released" });
    await Child.allExited();
  }
  // Rejections that nobody handles are known at the end of a turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  stopWatching();
  return "over";
};

function begin(context: WorkerContext): void {
  setCurrentThread(undefined);
  forgetThreads();
  forgetValues();
  forgetResidents();
  SharedObject.forgetAll();
  Child.whenHolding((holds) => context.post({ kind: "holds", holds }));
  reportErrorsTo((message) => context.post(message));
  context.onMessage(() => Thread.stop(currentThread()));
}

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

/** Sees to it that the thread's end is on record, whichever way it ends. @returns what stops that */
function watchForErrors(site: ActivitySite): () => void {
  const { threads, me } = processHeap();
  const fail = (error: unknown): void => {
    // After the end of `run` nobody waits for a report: an error of what the thread left behind is only shown.
    if (threads.isAlive(me)) reportError(site, error);
    else printThreadError(error, site.context.name);
    threads.finish(me, true);
    process.exit(1);
  };
  const starve = (): void => {
    if (threads.isAlive(me))
      fail(
        new RuntimeError(
          "run() waits for something that can no longer happen: nothing is left in the thread's event loop",
        ),
      );
  };
  process.on("uncaughtException", fail);
  process.on("beforeExit", starve);
  return () => {
    process.off("uncaughtException", fail);
    process.off("beforeExit", starve);
  };
}

async function runThread(body: unknown, site: ActivitySite): Promise<boolean> {
  return carryOut(async () => {
    await prepare(body);
    const thread = unpack<Thread<never>>(body);
    setCurrentThread(thread);
    return thread;
  }, site);
}
