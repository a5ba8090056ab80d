/** What is called when a future is done. */
import { surroundings } from "../platform/waiting/context.js";
import { printError } from "../worker/print-error.js";
import { countPrinted } from "../worker/untaken-failures.js";

/** @returns what calls it in the context of who adds it; what it throws is printed, as nobody can take it */
export function asDoneCallback(callback: () => void): () => void {
  const inContext = surroundings();
  return () => {
    try {
      inContext(callback);
    } catch (error) {
      printError("a done callback of a Future", error);
      countPrinted();
    }
  };
}
