/** Stacks of errors that cross to another thread or process: where it was thrown, and who had asked for the work. */

/** @returns the stack lines of whoever called `above`, without the first line */
export function callSite(above: (...args: never[]) => unknown): string {
  const at: { stack?: string } = {};
  Error.captureStackTrace(at, above);
  return at.stack?.split("\n").slice(1).join("\n") ?? "";
}

/** Appends to an error's stack where the work that failed had been asked for. */
export function joinStacks(error: unknown, label: string, site: string): void {
  if (!(error instanceof Error) || site === "") return;
  const stack = `${error.stack ?? String(error)}\n    --- ${label} ---\n${site}`;
  Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true, enumerable: false });
}
