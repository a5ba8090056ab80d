/** Errors of this worker that nobody has caught. As in a plain one, what the program has a listener of its own for ends nothing. */

/** Calls `tell` with each of them. @returns what ends that */
export function onUncaught(tell: (error: unknown) => void): () => void {
  let isTheirs = false;
  // Before any of them is called: one that is to be called once is gone then.
  const look = (): void => {
    isTheirs = hasOtherListeners();
  };
  const hear = (error: unknown): void => {
    // Deno and Bun know no monitor.
    if (!isTheirs && !hasOtherListeners()) tell(error);
    isTheirs = false;
  };
  process.on("uncaughtExceptionMonitor", look);
  process.on("uncaughtException", hear);
  return () => {
    process.off("uncaughtExceptionMonitor", look);
    process.off("uncaughtException", hear);
  };
}

function hasOtherListeners(): boolean {
  return process.listenerCount("uncaughtException") > 1;
}
