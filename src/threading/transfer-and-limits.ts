/** The options that only threads have among activities, checked. */
import { checkOptions, wrongType } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import type { ThreadLimits } from "../worker/thread-worker.js";
import type { ThreadOptions } from "./thread-options.js";

const LIMITS: readonly (keyof ThreadLimits)[] = [
  "maxOldGenerationSizeMb",
  "maxYoungGenerationSizeMb",
  "codeRangeSizeMb",
  "stackSizeMb",
];

/** What only threads have among the options of an activity. */
export type OwnOptions = Pick<ThreadOptions<never, unknown>, "transfer" | "resourceLimits">;

/** @returns the options that only threads have @throws {TypeError | RangeError} if one is wrong */
export function ownOptions({ transfer, resourceLimits }: OwnOptions): OwnOptions {
  if (transfer !== undefined) checkTransfer(transfer);
  if (resourceLimits !== undefined) checkLimits(resourceLimits);
  return { ...(transfer && { transfer }), ...(resourceLimits && { resourceLimits }) };
}

function checkTransfer(transfer: unknown): void {
  if (!Array.isArray(transfer)) throw wrongType("Thread: transfer", "an array of what is to move", transfer);
  for (const [index, item] of transfer.entries()) {
    if (typeof item === "object" && item !== null) continue;
    throw wrongType(`Thread: transfer[${index}]`, "an ArrayBuffer, MessagePort or the like", item);
  }
}

function checkLimits(limits: unknown): void {
  if (typeof limits !== "object" || limits === null || Array.isArray(limits)) {
    throw wrongType("Thread: resourceLimits", "an object with limits in megabytes", limits);
  }
  checkOptions("Thread: resourceLimits", limits, LIMITS);
  for (const [name, megabytes] of Object.entries(limits)) {
    if (megabytes === undefined) continue;
    if (typeof megabytes !== "number") {
      throw wrongType(`Thread: resourceLimits.${name}`, "a number of megabytes", megabytes);
    }
    if (!(megabytes > 0)) {
      throw rangeError(`Thread: resourceLimits.${name} must be more than 0 megabytes, got ${megabytes}`);
    }
  }
}
