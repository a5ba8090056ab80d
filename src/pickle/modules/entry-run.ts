/** Whether the code that runs now is the entry module itself, and not a function that was sent from it. */
import { callsNow, urlOf } from "../live/script-file.js";

/** @returns whether the module at `entry` is being loaded by a call that runs now */
export function runsEntryNow(entry: string): boolean {
  const names = callsNow().map((call) => call.getScriptNameOrSourceURL());
  const at = names.findIndex((name) => urlOf(name)?.replace(/[?#].*$/s, "") === entry);
  // What loads it stands below; a function that was sent is called by the library.
  return at >= 0 && names.slice(at).some((name) => name?.startsWith("node:internal/modules/"));
}
