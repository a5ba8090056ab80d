/**
 * What a process of `Process` does from its first to its last instruction.
 *
 *   rebuild ──▶ run ──▶ report ──▶ wait for the threads and processes it started ──▶ exit
 *
 * An error beside `run` ends the process: it is what `run` threw, or, when that is over, told by itself.
 */
import { PROCESS } from "../pickle/destination.js";
import { prepare, unpack } from "../pickle/pickle.js";
import { toWire } from "../pickle/wire-error.js";
import { setTurn } from "../platform/waiting/timers.js";
import { type ActivitySite, carryOut, reportError } from "../worker/activity-main.js";
import { Child } from "../worker/family/children.js";
import { onUncaught } from "../worker/uncaught.js";
import type { WorkerContext, WorkerMain } from "../worker/worker.js";
import { type Process, setCurrentProcess, type UncaughtMessage } from "./process.js";

export const main: WorkerMain = async (context, body) => {
  /** Set while the process ends for an error; settled never, as it is gone then. */
  let failing: Promise<never> | undefined;
  let isOver = false;
  const site: ActivitySite = { destination: PROCESS, context, failing: () => failing };
  onUncaught((error) => {
    if (isOver) context.post({ kind: "uncaught", error: toWire(error, PROCESS) } satisfies UncaughtMessage);
    else if (failing === undefined) reportError(site, error);
    failing ??= leave(context, 1);
  });
  const failed = await carryOut(() => rebuild(body), site);
  isOver = true;
  await Child.allReleased();
  // Rejections that nobody handles are known at the end of a turn of the event loop.
  await new Promise((resolve) => setTurn(resolve));
  await failing;
  await leave(context, failed ? 1 : undefined);
};

async function rebuild(body: unknown): Promise<Process<never>> {
  await prepare(body);
  const process = unpack<Process<never>>(body);
  setCurrentProcess(process);
  return process;
}

/** @param code undefined: what the program has set, else 0 */
async function leave(context: WorkerContext, code: number | undefined): Promise<never> {
  await context.flush();
  process.exit(code ?? process.exitCode);
}
