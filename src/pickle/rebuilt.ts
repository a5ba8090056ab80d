/**
 * Which functions and classes were rebuilt here, and from what: sent on, they keep the facts that they came with. And which
 * objects of the library's classes, such as locks, of which a thread has one each, have the private fields of their subclass,
 * as they were made here or have arrived before: they take over what arrives; nothing is installed twice.
 */
import type { AnyFunction } from "./live/function-facts.js";
import type { Code } from "./packet.js";

interface Rebuilt {
  readonly code: Code;
  /** Computed names of a class; null for a method that is not there. */
  readonly keys: readonly (PropertyKey | null)[] | undefined;
}

const rebuilt = new WeakMap<AnyFunction, Rebuilt>();
const selves = new WeakMap<AnyFunction, { readonly self: unknown }>();

/** Notes where a rebuilt function came from. */
export function noteRebuilt(fn: AnyFunction, code: Code, keys?: readonly (PropertyKey | null)[]): void {
  rebuilt.set(fn, { code, keys });
}

/** @returns where a function came from that was rebuilt here, or undefined */
export function rebuiltFrom(fn: AnyFunction): Rebuilt | undefined {
  return rebuilt.get(fn);
}

/** Notes the `this` of an arrow function, which never changes. */
export function noteThis(fn: AnyFunction, self: unknown): void {
  selves.set(fn, { self });
}

/** @returns the `this` of an arrow function, in a box; undefined if it has not been noted */
export function notedThis(fn: AnyFunction): { readonly self: unknown } | undefined {
  return selves.get(fn);
}

const installed = new WeakSet<object>();

export function noteInstalled(object: object): void {
  installed.add(object);
}

export function isInstalled(object: object): boolean {
  return installed.has(object);
}
