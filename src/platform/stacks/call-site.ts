/** Stacks of errors that cross to another thread or process: who had asked for the work that failed. */
import { headline, isError, unmappedStack } from "../words/display.js";
import { replaceStack } from "./callers-stack.js";

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
  appendTo<E>(error: E, title?: string): E {
    if (isError(error)) replaceStack(error, this.#after(unmappedStack(error), title));
    return error;
  }

  /** Makes this place the whole stack of an error of ours, which nothing of the program leads to. @returns the same error */
  giveTo<E extends Error>(error: E): E {
    replaceStack(error, this.#after(headline(error)));
    return error;
  }

  #after(before: string, title = "sent from"): string {
    const [, ...frames] = unmappedStack(this as unknown as Error).split("\n");
    return [before, `    --- ${title} ---`, ...frames].join("\n");
  }
}
