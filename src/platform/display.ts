/** Values of users in words. Whatever they are, however hostile their getters and methods: nothing here throws. */
import { inspect } from "node:util";
import { headOf } from "./head.js";
import { mapStack } from "./source-maps.js";

/** @returns `value` as a string: its own rendering, else what can be seen of it from outside */
export function display(value: unknown): string {
  try {
    return String(value);
  } catch {
    // Not swallowed: that it has no rendering of its own is all that there is to know.
    return inspected(value);
  }
}

/** Characters of an error's message that one of ours repeats: it may be a path. */
const LONG_HEAD = 300;

/** @returns the beginning of what is shown of a value, of an error its message; one line for an error message of ours */
export function displayHead(value: unknown): string {
  const text = isError(value) ? (displayProperty(value, "message") ?? "an error without a message") : display(value);
  return headOf(text.split("\n", 1)[0]!, LONG_HEAD);
}

function inspected(value: unknown): string {
  try {
    return inspect(value, { customInspect: false, depth: 1 });
  } catch {
    return "a value that cannot be described";
  }
}

/** @returns whether `value` is an error; a proxy may refuse to tell, and is none then */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** @returns what a property holds, in words; undefined if it is not there or cannot be read */
export function displayProperty(object: object, key: string): string | undefined {
  try {
    const value: unknown = Reflect.get(object, key);
    return value === undefined ? undefined : display(value);
  } catch {
    return undefined;
  }
}

/** @returns the mapped stack of an error, or its name and message if the stack cannot be made */
export function displayStack(error: Error): string {
  // The engine renders a stack at the first reading, which fails if the message is a symbol.
  const stack = displayProperty(error, "stack") ?? headline(error);
  try {
    return mapStack(stack);
  } catch {
    return stack; // a broken source map costs the mapping only
  }
}

function headline(error: Error): string {
  return `${displayProperty(error, "name") ?? "Error"}: ${displayProperty(error, "message") ?? ""}`;
}
