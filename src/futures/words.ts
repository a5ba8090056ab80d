/** What is said of futures: to people who look at one, and to those who were to receive something of it. */
import { CancelledError, TimeoutError } from "../platform/errors/errors.js";
import { classNameOf } from "../platform/words/name-of.js";
import { visible } from "../platform/words/user-text.js";
import { printError } from "../worker/print-error.js";

/** @returns as in `finished, returned number`, `finished, raised RangeError`; the state itself if it is another */
export function kindOfOutcome(state: string, outcome: unknown): string {
  if (state !== "returned" && state !== "failed") return state;
  const kind = typeof outcome === "object" && outcome !== null ? classNameOf(outcome) || "object" : typeof outcome;
  const word = outcome === null ? "null" : visible(kind);
  return `finished, ${state === "failed" ? "raised" : "returned"} ${word}`;
}

/** A failure that nobody has asked for. @param origin whose it is */
export function tellOfFailure(origin: string, error: unknown): void {
  printError(`${origin} that nobody awaited`, error);
}

export function cancelledError(): CancelledError {
  return new CancelledError("the future was cancelled");
}

/** @param what that was waited for: `result` */
export function notDone(what: string, timeout: number | undefined): TimeoutError {
  return new TimeoutError(`No ${what} of the future: it was not done within ${timeout} ms`);
}
