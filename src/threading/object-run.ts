/** Runs a thread that is more than its target: an object of a subclass, or with fields of its own. */
import { prepare, unpack } from "../pickle/pickle.js";
import { carryOut } from "../worker/activity-main.js";
import type { WorkerContext } from "../worker/worker.js";
import { siteOf } from "./failure.js";
import type { Thread } from "./thread.js";

/** @returns true if it failed */
export async function runWhole(context: WorkerContext, body: unknown): Promise<boolean> {
  return carryOut(async () => {
    await prepare(body);
    return unpack<Thread<never>>(body);
  }, siteOf(context));
}
