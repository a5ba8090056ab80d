/** Stacks of errors that cross to another thread or process: who had asked for the work that failed. */
import { display, displayProperty } from "./display.js";

/** The place in the caller's code that sent the work. The stack is rendered only when an error needs it. */
export class CallSite {
  declare readonly stack: unknown;

  /** @param callee the outermost function of the library that shall not be shown */
  constructor(callee: (...args: never) => unknown) {
    try {
      Error.captureStackTrace(this, callee);
    } catch {
      // What the program has put in the place of `Error.prepareStackTrace` throws: the place stays unknown.
    }
  }

  /** Adds this place to the stack of an error, under a line that says what it is. @returns the same error */
  appendTo<E>(error: E, title = "sent from"): E {
    if (!(error instanceof Error)) return error;
    const [, ...frames] = (displayProperty(this, "stack") ?? "").split("\n");
    const value = [displayProperty(error, "stack") ?? display(error), `    --- ${title} ---`, ...frames].join("\n");
    Reflect.defineProperty(error, "stack", { value, writable: true, configurable: true });
    return error;
  }
}
