/** What becomes of the `stack` of an error: the engine writes it, but a program may have set or deleted it. */
import { isCallersStack } from "../../platform/stacks/callers-stack.js";
import { displayStack } from "../../platform/words/display.js";
import type { Properties, PropertyRow } from "../packet.js";
import type { Encoding } from "./encoding.js";
import type { Path } from "./path.js";
import { encodeProperty } from "./properties.js";

/** @returns the other properties of an error, and its stack: the engine's as text, the program's as a property */
export function withStack(
  encoding: Encoding,
  error: Error,
  path: Path,
  others: Properties,
): Properties & { readonly stack?: string } {
  const { stack, row } = encodeStack(encoding, error, path);
  if (row !== undefined) return { ...others, rows: [...(others.rows ?? []), row] };
  return stack === undefined ? others : { ...others, stack };
}

interface SentStack {
  readonly stack?: string;
  readonly row?: PropertyRow;
}

function encodeStack(encoding: Encoding, error: Error, path: Path): SentStack {
  const property = lookAtStack(error);
  if (property === unreadable) return { stack: displayStack(error) };
  if (property === undefined) return {};
  const { get, set, enumerable, configurable } = property;
  const isEngines = get === undefined ? set === undefined : isNative(get);
  // Where the engine's own stack is an accessor, a program that replaces the getter leaves the setter in place.
  if (!isEngines) {
    const { set: setter, ...kept } = property;
    const sent = setter === undefined || isNative(setter) ? kept : property;
    return { row: encodeProperty(encoding, "stack", sent, path) };
  }
  const value: unknown = get === undefined ? property.value : Reflect.apply(get, error, []);
  // An object comes from `Error.prepareStackTrace`, and holds what belongs to this thread.
  if (typeof value === "string" || (typeof value === "object" && value !== null) || typeof value === "function") {
    return { stack: displayStack(error) };
  }
  const plain = { value, writable: true, enumerable: enumerable === true, configurable: configurable === true };
  return { row: encodeProperty(encoding, "stack", plain, path) };
}

/** It is shown as it can be. */
const unreadable = Symbol("unreadable");

/** The engine renders the stack at the first look, which fails if the message is a symbol. */
function lookAtStack(error: Error): PropertyDescriptor | undefined | typeof unreadable {
  try {
    const property = Object.getOwnPropertyDescriptor(error, "stack");
    if (isCallersStack(property?.get)) return unreadable; // a text, made when somebody looks
    if (property?.get !== undefined && isNative(property.get)) Reflect.apply(property.get, error, []);
    return property;
  } catch {
    return unreadable;
  }
}

function isNative(accessor: (() => unknown) | ((value: unknown) => void)): boolean {
  return Function.prototype.toString.call(accessor).endsWith("{ [native code] }");
}
