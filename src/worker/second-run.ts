/**
 * A guard of last resort: a worker that has come to run the entry module, whatever has loaded it there, starts nothing. Each
 * worker would run the program again, and start workers that do so, too.
 */
import { fileURLToPath } from "node:url";
import { runsEntryNow } from "../pickle/live/script-file.js";
import { entryModule } from "../pickle/modules/entry.js";
import { isMainThread } from "../platform/engine/this-thread.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { thisWorkerName } from "./this-process.js";

/** @param what is to be started @throws {RuntimeError} if the entry module does, in a worker */
export function refuseSecondRun(what: string): void {
  if (isMainThread && thisWorkerName() === undefined) return;
  const entry = entryModule();
  if (!entry.startsWith("file:") || !runsEntryNow(entry)) return;
  throw new RuntimeError(
    `Cannot start ${what}: this worker has loaded ${fileURLToPath(entry)}, the entry module, and so runs the program ` +
      "again. A module that was loaded here imports it: move what it needs to a module that both import",
  );
}
