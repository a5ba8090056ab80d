/**
 * What a thread of `Thread` does from its first to its last instruction.
 *
 *   rebuild ──▶ run ──▶ report, record the end ──▶ wait for the threads it started ──▶ leave the worker
 *
 * Invariant: the report is posted before the record says that `run` is over, so whoever joins finds the report.
 * Invariant: whatever this library remembers of a thread is forgotten when the next one begins in the same worker.
 */
import { processRealm } from "../memory/process-realm.js";
import { forgetLastThread } from "../platform/engine/this-thread.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { setTurn } from "../platform/waiting/timers.js";
import type { ActivityMessage } from "../worker/activity.js";
import { thisRun } from "../worker/family/this-run.js";
import { onUncaught } from "../worker/uncaught.js";
import type { WorkerContext, WorkerMain } from "../worker/worker.js";
import { provideMain } from "../worker/worker-main.js";
import { isCall, runCall } from "./call-run.js";

/** What tells of errors; loaded when there is one, or with everything else. */
let failure: typeof import("./failure.js") | undefined;

export const main: WorkerMain = async (context, birth): Promise<"over"> => {
  begin(context);
  const watch = new ErrorWatch(context);
  const { threads, me } = processRealm();
  const failed = isCall(birth) ? await runCall(context, birth, () => watch.failing) : await runWhole(context, birth);
  if (thisRun.children?.exist !== true) context.conclude?.();
  thisRun.children?.disown();
  threads.finish(me, failed);
  if (thisRun.children?.exist) {
    await thisRun.children.allReleased();
    context.post({ kind: "released" });
    await thisRun.children.allExited();
  }
  // Rejections that nobody handles are known at the end of a turn of the event loop.
  await new Promise((resolve) => setTurn(resolve));
  await watch.failing;
  watch.stop();
  return "over";
};

provideMain(import.meta.url, main);

function begin(context: WorkerContext): void {
  forgetLastThread();
  thisRun.context = context;
  const { me } = processRealm();
  context.onLeave?.((exitcode) => context.post({ kind: "left", exitcode } satisfies ActivityMessage));
  context.onMessage(async () => {
    const { stopCurrentThread } = await import("./current.js");
    if (processRealm().me === me) stopCurrentThread();
  });
}

async function runWhole(context: WorkerContext, body: unknown): Promise<boolean> {
  failure ??= await import("./failure.js");
  return (await import("./object-run.js")).runWhole(context, body);
}

/** Sees to it that the thread's end is on record, whichever way it ends. */
class ErrorWatch {
  readonly #context: WorkerContext;
  readonly #deafen: () => void;
  /** Set while the thread ends for an error; settled never, as it is gone then. */
  failing: Promise<never> | undefined;

  constructor(context: WorkerContext) {
    this.#context = context;
    this.#deafen = onUncaught(this.#fail);
    process.on("beforeExit", this.#starve);
  }

  stop(): void {
    this.#deafen();
    process.off("beforeExit", this.#starve);
  }

  readonly #fail = (error: unknown): void => {
    if (failure !== undefined) failure.failBeside(this.#context, error);
    this.failing ??= this.#loadAndFail(error);
  };

  readonly #starve = (): void => {
    const { threads, me } = processRealm();
    if (!threads.isAlive(me) || this.failing !== undefined) return;
    const never = "run() waits for something that can no longer happen: nothing is left in the thread's event loop";
    this.#fail(new RuntimeError(never));
  };

  async #loadAndFail(error: unknown): Promise<never> {
    failure = await import("./failure.js");
    return failure.failBeside(this.#context, error);
  }
}
