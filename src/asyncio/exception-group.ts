/** Several failures of concurrent work as one error. Python: ExceptionGroup and `except*`. */
import { checkFunction } from "../platform/errors/arguments.js";
import { nameError, rangeError } from "../platform/errors/errors.js";
import { beginAtCaller, replaceStack, resumeStacks, suspendStacks } from "../platform/stacks/callers-stack.js";
import { displayProperty } from "../platform/words/display.js";

/** Chooses errors: a class, or a function that answers true. */
export type ErrorFilter = (new (...args: never[]) => unknown) | ((error: unknown) => boolean);

/**
 * Carries the errors of several tasks that failed together; groups may contain groups.
 *
 * @example
 * import { ExceptionGroup } from "heddle/asyncio";
 *
 * const group = new ExceptionGroup("upload failed", [new TypeError("a"), new RangeError("b")]);
 * const [types, rest] = group.split(TypeError);
 * console.log(types?.errors.length, rest?.errors.length); // 1 1
 */
export class ExceptionGroup<E = unknown> extends AggregateError {
  static {
    nameError(this, "ExceptionGroup");
  }
  declare errors: E[];
  readonly #text: string;

  /** @throws {RangeError} if there are no errors */
  constructor(message: string, errors: Iterable<E>, options?: ErrorOptions) {
    const all = [...errors];
    if (all.length === 0) throw rangeError("ExceptionGroup: errors must hold at least one error, got none");
    const stacks = suspendStacks();
    try {
      super(all, `${message} (${all.length} sub-exception${all.length === 1 ? "" : "s"})`, options);
    } finally {
      resumeStacks(stacks);
    }
    beginAtCaller(this, new.target);
    this.#text = message;
  }

  /**
   * Divides the group by what its leaves are, keeping the nesting.
   * @returns those that match and those that do not, as groups; null where there are none
   */
  split(filter: ErrorFilter): [matching: ExceptionGroup | null, rest: ExceptionGroup | null] {
    checkFunction("ExceptionGroup.split: filter", filter);
    const matching: unknown[] = [];
    const rest: unknown[] = [];
    for (const error of this.errors) {
      if (error instanceof ExceptionGroup) {
        const [inner, others] = error.split(filter);
        if (inner !== null) matching.push(inner);
        if (others !== null) rest.push(others);
      } else (matches(error, filter) ? matching : rest).push(error);
    }
    return [this.#derive(matching), this.#derive(rest)];
  }

  /** @returns the part whose leaves match, as a group, or null */
  subgroup(filter: ErrorFilter): ExceptionGroup | null {
    return this.split(filter)[0];
  }

  /** @returns all errors that are not groups themselves, depth first */
  leaves(): unknown[] {
    return this.errors.flatMap((error) => (error instanceof ExceptionGroup ? error.leaves() : [error]));
  }

  /** @returns a group with the same message, cause and stack, and other errors */
  derive(errors: Iterable<unknown>): ExceptionGroup {
    const group = new ExceptionGroup(this.#text, errors, this.cause === undefined ? undefined : { cause: this.cause });
    const stack = displayProperty(this, "stack");
    if (stack !== undefined) replaceStack(group, stack);
    return group;
  }

  #derive(errors: unknown[]): ExceptionGroup | null {
    return errors.length === 0 ? null : this.derive(errors);
  }
}

/** A class is recognised by its prototype: arrow functions and methods have none, and a plain function's is bare. */
function matches(error: unknown, filter: ErrorFilter): boolean {
  if (filter === Error || filter.prototype instanceof Error) return error instanceof filter;
  return Boolean((filter as (error: unknown) => boolean)(error));
}
