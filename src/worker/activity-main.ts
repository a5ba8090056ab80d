/** Carries out an activity inside its worker and reports how it ended. */
import { type Destination, type Packed, pack } from "../pickle/pickle.js";
import type { ActivityMessage } from "./activity.js";

/** Where the report goes, and what becomes of an error that nobody has asked for. */
export interface ActivitySite {
  readonly destination: Destination;
  post(message: ActivityMessage, packed: Packed): void;
  /** @returns true if the error has been shown to the user here */
  showError(error: unknown): boolean;
}

/** Runs it to its end. @returns true if it failed */
export async function carryOut(run: () => unknown, site: ActivitySite): Promise<boolean> {
  try {
    report(site, "returned", await run());
    return false;
  } catch (error) {
    reportError(site, error);
    return true;
  }
}

/** Tells that the activity failed outside of its own `run`: by an uncaught error, or before it began. */
export function reportError(site: ActivitySite, error: unknown): void {
  const reported = site.showError(error);
  const packed = packError(site.destination, error);
  site.post({ kind: "threw", body: packed.body, reported }, packed);
}

function report(site: ActivitySite, kind: "returned", value: unknown): void {
  try {
    const packed = pack(value, { to: site.destination, name: "the result of run()" });
    site.post({ kind, body: packed.body }, packed);
  } catch (error) {
    const packed = packError(site.destination, error);
    site.post({ kind: "unsendable", body: packed.body }, packed);
  }
}

/** An error that cannot travel is replaced by one that tells what it was: nothing is swallowed. */
export function packError(to: Destination, error: unknown): Packed {
  try {
    return pack(error, { to, name: "error" });
  } catch (refusal) {
    const { name, message, stack } =
      error instanceof Error ? error : { name: "Error", message: String(error), stack: "" };
    const replacement = new Error(`${name}: ${message} (the error itself cannot travel: ${String(refusal)})`);
    if (stack) replacement.stack = stack;
    return pack(replacement, { to, name: "error" });
  }
}
