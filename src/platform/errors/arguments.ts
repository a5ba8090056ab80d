/** Checks of what users pass in. Every message names the argument, what came, and what is allowed. */
import { classNameOf, nameOf } from "../words/name-of.js";
import { headOf, quote } from "../words/user-text.js";
import { rangeError, typeError } from "./errors.js";

/** The last parameter of everything that waits. */
export interface Wait {
  /** Longest time to wait, in milliseconds, 0 or more; left out or Infinity: without limit. */
  timeout?: number;
  /** Ends the waiting when aborted: the wait rejects with `signal.reason`. */
  signal?: AbortSignal;
}

/** @returns a short description of a value for an error message: `"text"`, `12`, `an array`, `a function` */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return quote(value);
  if (typeof value === "function") return nameOf(value) ? `the function ${headOf(nameOf(value))}` : "a function";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return `an object of class ${headOf(classNameOf(value)) || "null"}`;
  return headOf(typeof value === "bigint" ? `${value}n` : String(value));
}

/** @throws {TypeError} naming the argument, what came and what is allowed */
export function wrongType(argument: string, allowed: string, got: unknown): TypeError {
  return typeError(`${argument} must be ${allowed}, got ${describe(got)}`);
}

/** As `wrongType`, for numbers: a string that holds one is told what to write instead. */
function notNumber(argument: string, allowed: string, got: unknown): TypeError {
  const error = wrongType(argument, allowed, got);
  const isNumeric = typeof got === "string" && got.trim() !== "" && Number.isFinite(Number(got));
  return isNumeric ? typeError(`${error.message}; write ${Number(got)}, without quotes`) : error;
}

/** @throws {TypeError} if `value` is not iterable */
export function checkIterable(argument: string, value: unknown, allowed: string): void {
  const isIterable =
    value !== null && value !== undefined && typeof Reflect.get(Object(value), Symbol.iterator) === "function";
  if (!isIterable) throw wrongType(argument, allowed, value);
}

/** For constructors that take none: what is given would be ignored. @throws {TypeError} */
export function checkNone(className: string, given: readonly unknown[]): void {
  if (given.length > 0)
    throw typeError(`${className} takes no arguments, got ${describe(given[0])}; write new ${className}()`);
}

/** @throws {TypeError} if `options` is not an object or has a property that is not in `known` */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null) throw wrongType(`${where}: options`, "an object", options);
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw typeError(`${where}: unknown option ${quote(key)}; known options are ${known.join(", ")}`);
    }
  }
}

/** @throws {TypeError} if `value` is not a function */
export function checkFunction(argument: string, value: unknown): void {
  if (typeof value !== "function") throw wrongType(argument, "a function", value);
}

/** @throws {TypeError} if `value` is neither true nor false; undefined is allowed */
export function checkFlag(argument: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") throw wrongType(argument, "true or false", value);
}

/** @throws {TypeError | RangeError} if `value` is not an integer in [least, most] */
export function checkInteger(argument: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (typeof value !== "number") throw notNumber(argument, "an integer", value);
  if (!Number.isInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
    throw rangeError(`${argument} must be an integer, ${range}, got ${value}`);
  }
}

/** @throws {TypeError | RangeError} if `value` is not a duration in milliseconds; undefined is allowed */
export function checkTimeout(argument: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== "number") throw notNumber(argument, "a number of milliseconds", value);
  if (!(value >= 0)) throw rangeError(`${argument} must be 0 or more milliseconds, got ${value}`);
}

/** @throws {TypeError | RangeError} if `wait` has anything but a good `timeout` and `signal` (and `extra` options) */
export function checkWait(where: string, wait: unknown, extra: readonly string[] = []): void {
  if (wait === undefined) return;
  checkOptions(where, wait, ["timeout", "signal", ...extra]);
  const { timeout, signal } = wait as Wait;
  checkTimeout(`${where}: timeout`, timeout);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrongType(`${where}: signal`, "an AbortSignal", signal);
  }
}

/** As `checkWait`, of what blocks the thread: no signal can come. */
export function checkWaitSync(where: string, wait: unknown, extra: readonly string[] = []): void {
  if (wait === undefined) return;
  checkOptions(where, wait, ["timeout", ...extra]);
  checkTimeout(`${where}: timeout`, (wait as Wait).timeout);
}
