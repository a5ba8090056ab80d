/** Stacks of errors that cross to another thread or process: who had asked for the work that failed. */

import { millisecondsSinceBirth } from "../waiting/timers.js";
import { headline, isError, unmappedStack } from "../words/display.js";
import { replaceStack } from "./callers-stack.js";

/** The part of the time that stacks may take. One costs some microseconds. */
const BUDGET = 0.01;
/** What may be saved up, in stacks. */
const SAVED = 200;
const COST = 0.003;

let credit = SAVED;
let lastPaid = 0;

/** The place in the caller's code that sent the work. The stack is rendered only when an error needs it. */
export class CallSite {
  /**
   * For calls that a program makes a hundred thousand times in a second: where the stacks would take a part of that time that is
   * felt, only some get one.
   * @param callee as of the constructor
   */
  static affordable(callee: (...args: never) => unknown): CallSite | undefined {
    const now = millisecondsSinceBirth();
    credit = Math.min(SAVED, credit + ((now - lastPaid) * BUDGET) / COST);
    lastPaid = now;
    if (credit < 1) return undefined;
    credit--;
    return new CallSite(callee);
  }

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
