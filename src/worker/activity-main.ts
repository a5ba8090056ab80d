/** Carries out an activity inside its worker and reports how it ended. */
import type { Destination } from "../pickle/destination.js";
import { pack } from "../pickle/pickle.js";
import { toWire } from "../pickle/wire-error.js";
import type { ActivityMessage } from "./activity.js";
import { FieldChanges } from "./field-changes.js";
import type { WorkerContext } from "./worker.js";

/** Where the report goes. */
export interface ActivitySite {
  readonly destination: Destination;
  readonly context: WorkerContext;
  /** Set while the worker ends for an error beside the run, which is reported already: nothing else is. */
  failing?(): Promise<never> | undefined;
}

/** What there is to run, once it is rebuilt. */
export interface Runnable {
  run(): unknown;
}

/** Rebuilds and runs it to its end. @returns true if it failed */
export async function carryOut(rebuild: () => Promise<Runnable>, site: ActivitySite): Promise<boolean> {
  let fields: FieldChanges | undefined;
  let value: unknown;
  try {
    const activity = await rebuild();
    fields = new FieldChanges(activity);
    value = await activity.run();
  } catch (error) {
    await site.failing?.();
    reportFields(site, fields);
    reportError(site, error);
    return true;
  }
  await site.failing?.();
  reportFields(site, fields);
  reportValue(site, value);
  return false;
}

function reportFields(site: ActivitySite, fields: FieldChanges | undefined): void {
  const changes = fields?.pack(site.destination);
  if (changes !== undefined) {
    site.context.post({ kind: "fields", body: changes.body } satisfies ActivityMessage, changes.transfer);
  }
}

/** Tells that the activity failed, in its `run` or by an uncaught error beside it. */
export function reportError(site: ActivitySite, error: unknown): void {
  post(site, { kind: "threw", error: toWire(error, site.destination) });
}

/** Tells what the activity returned. */
export function reportValue(site: ActivitySite, value: unknown): void {
  try {
    const { body, transfer } = pack(value, { to: site.destination, name: "the result of run()" });
    site.context.post({ kind: "returned", body } satisfies ActivityMessage, transfer);
  } catch (error) {
    // Most results are never asked for: that one cannot travel is an error of whoever asks.
    post(site, { kind: "unsendable", error: toWire(error, site.destination) });
  }
}

function post(site: ActivitySite, message: ActivityMessage): void {
  site.context.post(message);
}
