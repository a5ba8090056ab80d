/** What objects are before they are filled: made with their internal state and prototype. */
import { builtin } from "../../platform/engine/builtin.js";
import { describe } from "../../platform/errors/arguments.js";
import { replaceStack } from "../../platform/stacks/callers-stack.js";
import { nameOf } from "../../platform/words/name-of.js";
import { headOf } from "../../platform/words/user-text.js";
import { knownValue } from "../builtins/known-names.js";
import { PickleError } from "../errors.js";
import { adopt, resident } from "../origin.js";
import type { Entry, KeptNode, MadeNode, ObjectNode } from "../packet.js";
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
      return unasked(() => withStack(new DOMException(node.message, node.name), node.stack));
    case "error":
      return unasked(() => withStack(new Error(), node.stack));
    default:
      throw new PickleError(
        `Cannot receive a value of the unknown kind ${describe((node as { t: unknown }).t)}: do both sides run the same version of heddle?`,
      );
  }
}

/** @returns an object that is made anew from arguments */
export function make(by: MadeNode["by"], args: readonly unknown[]): object {
  switch (by) {
    case "AbortSignal.abort":
      return AbortSignal.abort(args[0]);
    case "Headers":
      return new Headers(args[0] as [string, string][]);
    case "FormData": {
      const form = new FormData();
      for (const [name, value] of args[0] as [string, string][]) form.append(name, value);
      return form;
    }
    case "promisify":
    case "callbackify":
      return builtin("node:util")[by](args[0] as () => Promise<void>);
    case "arguments":
      return argumentsOf();
    case "debuglog":
      return builtin("node:util").debuglog(String(args[0]));
    case "URL":
      return new URL(String(args[0]));
    case "URLSearchParams":
      return new URLSearchParams(String(args[0]));
    default:
      return Reflect.construct(knownNamed(by.slice("new ".length)) as () => void, args) as object;
  }
}

function argumentsOf(): object {
  // biome-ignore lint/complexity/noArguments: what is wanted is such an object
  return arguments;
}

function viewOf(kind: string, buffer: ArrayBuffer, at: number, length: number | undefined): object {
  const View = knownNamed(kind) as new (buffer: ArrayBuffer, at: number, length?: number) => object;
  return new View(buffer, at, length);
}

/** @throws {PickleError} if this thread has no value of that name */
export function knownNamed(name: string): unknown {
  const value = knownValue(name);
  if (value === undefined) throw new PickleError(`Cannot receive ${headOf(String(name))}: there is none here`);
  return value;
}

/** @throws {PickleError} if the class here has no such method */
export function memberOf(holder: object, key: string | Entry, value: (entry: Entry) => unknown): unknown {
  const name = typeof key === "string" ? key : (value(key) as symbol);
  const method: unknown = Object.getOwnPropertyDescriptor(holder, name)?.value;
  if (typeof method === "function") return method;
  throw new PickleError(`Cannot receive the method ${headOf(String(name))}: its class does not have it here`);
}

/** @throws {PickleError} if the module here keeps no such thing there */
export function keptHere(code: object, node: KeptNode): unknown {
  const { variable, kind, path, text = "" } = node;
  const found =
    kind === "symbol"
      ? inspecting().keptSymbol(code, node, text)
      : (inspecting().keptValue(code, { variable, kind, path }) ?? madeHere(code, node));
  if (found !== undefined) return found;
  if (kind !== "symbol") {
    throw new PickleError(
      `Cannot receive what the variable '${variable}' of a module holds: the module here does not keep it there. ` +
        "Export a function that makes it, and call it here",
    );
  }
  const of = typeof code === "function" ? nameOf(code) : "the module";
  throw new PickleError(
    `Cannot receive Symbol(${text}): it is in the variable '${[variable, ...path].join(".")}' of the module of ${of}, which ` +
      "this thread cannot find. Export a function that makes the object and call it here",
  );
}

/** What a module makes with its first object is made for it, in the variable in which it looks for that. */
function madeHere(of: object, { variable, lazily }: KeptNode): object | undefined {
  const cell = lazily ? inspecting().liveCell({ of, variable }) : undefined;
  if (cell === undefined) return undefined;
  cell.v ??= lazily === "WeakMap" ? new WeakMap() : new WeakSet();
  return cell.v as object;
}

/** @throws {PickleError} if the module that exports `of` here has no such variable that can be set */
export function liveHere(of: object, variable: string): object {
  const cell = inspecting().liveCell({ of, variable });
  if (cell !== undefined) return cell;
  throw new PickleError(
    `Cannot receive a closure that assigns to the variable '${variable}' of its module: that cannot be set from here. ` +
      "Make it in the worker",
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
  else replaceStack(error, stack);
  return error;
}

/** Makes an error whose stack is replaced at once: nothing is recorded for it, and what the program does to stacks is not asked. */
function unasked(make: () => Error): Error {
  // `Error` may be frozen: then the stack is replaced all the same.
  const restore = [setAside("stackTraceLimit", 0), setAside("prepareStackTrace", undefined)];
  try {
    return make();
  } finally {
    for (const each of restore) each();
  }
}

/** Gives `Error` another property, without asking an accessor. @returns what puts things back */
function setAside(name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(Error, name);
  const isSet = Reflect.defineProperty(Error, name, { value, writable: true, enumerable: true, configurable: true });
  if (!isSet) return () => {};
  return () =>
    void (before === undefined ? Reflect.deleteProperty(Error, name) : Reflect.defineProperty(Error, name, before));
}
