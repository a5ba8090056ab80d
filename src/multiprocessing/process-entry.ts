/** What a process of `Process` does: rebuild, run, report, wait for its threads, exit. */
import { prepare, unpack } from "../pickle/pickle.js";
import { Child } from "../threading/children.js";
import { type ActivitySite, carryOut, reportError } from "../worker/activity-main.js";
import type { WorkerMain } from "../worker/worker.js";
import { type Process, setCurrentProcess } from "./process.js";

export const main: WorkerMain = async (context, body) => {
  const site: ActivitySite = { destination: "process", context };
  // Before any listener is called: one for once is gone by its turn.
  let isHandled = false;
  process.on("uncaughtExceptionMonitor", () => {
    isHandled = process.listenerCount("uncaughtException") > 1;
  });
  process.on("uncaughtException", (error) => {
    if (isHandled) return;
    reportError(site, error);
    void context.flush().then(() => process.exit(1));
  });
  const failed = await carryOut(async () => {
    await prepare(body);
    const process = unpack<Process<never>>(body);
    setCurrentProcess(process);
    return process;
  }, site);
  await Child.allReleased();
  await context.flush();
  process.exit(failed ? 1 : undefined);
};
