/** What objects are before they are filled: made with their internal state and prototype. */
import { PickleError } from "../errors.js";
import { adopt, resident } from "../origin.js";
import type { Entry, ObjectNode } from "../packet.js";
import type { SymbolPlace } from "../source/kept-symbols.js";
import { knownValue } from "../source/known.js";
import { inspecting } from "./inspecting.js";

/** @returns the object without its properties, items and entries */
export function shellOf(node: ObjectNode, value: (entry: Entry) => unknown): object {
  switch (node.t) {
    case "object":
      return node.proto === undefined ? {} : Object.create(value(node.proto) as object | null);
    case "array":
      return node.items;
    case "map":
      return new Map();
    case "set":
      return new Set();
    case "native":
      if (node.lastIndex !== undefined) (node.value as RegExp).lastIndex = node.lastIndex;
      return node.value as object;
    case "view":
      return viewOf(node.kind, value(node.buffer) as ArrayBuffer, node.at, node.length);
    case "exception":
      return withStack(new DOMException(node.message, node.name), node.stack);
    case "error":
      return withStack(bareError(), node.stack);
    default:
      throw new PickleError(
        `Cannot receive a value of the unknown kind ${JSON.stringify((node as { t: unknown }).t)}: do both sides run the same version of heddle?`,
      );
  }
}

/** @returns an object that is made anew from arguments */
export function make(by: "URL" | "URLSearchParams" | "AbortSignal.abort", args: readonly unknown[]): object {
  if (by === "AbortSignal.abort") return AbortSignal.abort(args[0]);
  return by === "URL" ? new URL(String(args[0])) : new URLSearchParams(String(args[0]));
}

function viewOf(kind: string, buffer: ArrayBuffer, at: number, length: number | undefined): object {
  const View = knownNamed(kind) as new (buffer: ArrayBuffer, at: number, length?: number) => object;
  return new View(buffer, at, length);
}

/** @throws {PickleError} if this thread has no value of that name */
export function knownNamed(name: string): unknown {
  const value = knownValue(name);
  if (value === undefined) throw new PickleError(`Cannot receive ${name}: this thread does not have it`);
  return value;
}

/** @throws {PickleError} if the module here does not keep such a symbol there */
export function keptHere(code: object, place: SymbolPlace, text: string): symbol {
  const symbol = inspecting().keptSymbol(code, place, text);
  if (symbol !== undefined) return symbol;
  const of = typeof code === "function" ? code.name : "the module";
  throw new PickleError(
    `Cannot receive Symbol(${text}): it is in the variable '${place.join(".")}' of the module of ${of}, which this thread ` +
      "cannot find. Export a function that makes the object and call it here",
  );
}

/** @returns the one symbol of that origin in this thread */
export function uniqueSymbol(text: string, origin: string): symbol {
  const known = resident(origin);
  if (typeof known === "symbol") return known;
  const symbol = Symbol(text);
  adopt(symbol, origin, true);
  return symbol;
}

/** Without a stack it has none, or one that comes with its properties. */
function withStack(error: Error, stack: string | undefined): Error {
  if (stack === undefined) Reflect.deleteProperty(error, "stack");
  else Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
  return error;
}

/** @returns an error of the right kind for the engine, without a stack of its own */
function bareError(): Error {
  // `Error` may be frozen: then the stack is replaced later all the same.
  const { stackTraceLimit } = Error;
  Reflect.set(Error, "stackTraceLimit", 0);
  const error = new Error();
  Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  return error;
}
