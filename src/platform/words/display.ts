/** Values of users in words. Whatever they are, however hostile their getters and methods: nothing here throws. */
import { inspect, types } from "node:util";
import { mapStack } from "../stacks/source-maps.js";
import { headOf } from "./user-text.js";

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

/** @returns whether `value` is an error, also one of another realm; a proxy may refuse to tell, and is none then */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || types.isNativeError(value);
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

/** @returns what was thrown, whatever it is, in words that name the error even if its stack does not */
export function displayThrown(thrown: unknown): string {
  if (!isError(thrown)) return `${display(thrown)} was thrown, which is no Error`;
  const stack = displayStack(thrown);
  return stack.includes(displayProperty(thrown, "message") ?? "") ? stack : `${headline(thrown)}\n${stack}`;
}

/** @returns the mapped stack of an error, in words */
export function displayStack(error: Error): string {
  const stack = unmappedStack(error);
  try {
    return mapStack(stack);
  } catch {
    return stack; // a broken source map costs the mapping only
  }
}

/**
 * The engine renders a stack at the first reading: that fails if the message is a symbol, or as `Error.prepareStackTrace`
 * likes, which may also give the frames or whatever it is. @returns name and message then, and the frames if there are any
 */
export function unmappedStack(error: Error): string {
  try {
    const { stack } = error as { stack?: unknown };
    if (typeof stack === "string" && stack !== "") return stack;
    const frames = Array.isArray(stack) ? stack.map((frame) => `\n    at ${display(frame)}`) : [];
    return headline(error) + frames.join("");
  } catch {
    return headline(error);
  }
}

/** @returns what the stack of an error begins with */
export function headline(error: Error): string {
  return `${displayProperty(error, "name") ?? "Error"}: ${displayProperty(error, "message") ?? ""}`;
}
