/**
 * Which global names every thread has from its birth, so that a function may use them anywhere, and whether the program has
 * put something else under one of them. What the language has is native code; what Node has besides is compared with what
 * was there when this module was loaded, which is before the user's code ran in most programs.
 */
import { isLazyGlobal } from "../../platform/engine/builtin.js";
import { nameOf } from "../../platform/words/name-of.js";

type AnyFunction = (...args: never[]) => unknown;

/** Of those that Node makes when they are first read, only the name is known. */
const pristine = new Map<string, PropertyDescriptor | undefined>(
  Object.getOwnPropertyNames(globalThis).map((name) => [
    name,
    isLazyGlobal(name) ? undefined : Object.getOwnPropertyDescriptor(globalThis, name),
  ]),
);

/** Objects of Node whose methods programs like to replace. */
const NODES = ["console", "process", "Buffer"];
const methods = new Map(NODES.map((name) => [name, methodsOf(pristineGlobal(name))]));

const PROTOTYPES = [Array, String, Number, Boolean, BigInt, Object, Function, Promise, Map, Set, Date, RegExp, Error]
  .map((each): readonly [name: string, prototype: object] => [each.name, each.prototype])
  .concat([["TypedArray", Object.getPrototypeOf(Int8Array.prototype) as object]]);

/** @returns whether `name` is a global that the program itself added to this thread */
export function isAddedGlobal(name: string): boolean {
  return !pristine.has(name) && Object.hasOwn(globalThis, name);
}

/** @returns what the global was when this module was loaded; undefined for one that is made when it is first read */
export function pristineGlobal(name: string): unknown {
  return pristine.get(name)?.value;
}

/** @returns whether the program has given another value to a global that every thread has */
export function isReplacedGlobal(name: string): boolean {
  const before = pristine.get(name);
  // Node makes some when they are first read.
  if (before === undefined || !("value" in before) || typeof before.value !== "function") return false;
  return Object.getOwnPropertyDescriptor(globalThis, name)?.value !== before.value;
}

/** @returns whether the program has put a method of its own under `name.key`, as in `Math.random = ...` */
export function isReplacedMethod(name: string, key: string): boolean {
  const holder = pristine.get(name)?.value as object | undefined;
  if ((typeof holder !== "object" && typeof holder !== "function") || holder === null) return false;
  const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
  const known = methods.get(name);
  if (known !== undefined) return known.has(key) && known.get(key) !== value;
  return isLanguage(holder, name) && typeof value === "function" && !isOriginal(value as AnyFunction);
}

/** @returns the prototype of the language, as `Array.prototype`, on which the program has put a method called `key` */
export function replacedOnPrototype(key: string): string | undefined {
  for (const [name, prototype] of PROTOTYPES) {
    const value: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
    if (typeof value === "function" && key !== "constructor" && !isOriginal(value as AnyFunction))
      return `${name}.prototype`;
  }
  return undefined;
}

/** @returns whether `fn` is native code, and not what `bind` made of another function */
export function isOriginal(fn: AnyFunction): boolean {
  return Function.prototype.toString.call(fn).endsWith("{ [native code] }") && !nameOf(fn).startsWith("bound ");
}

function isLanguage(holder: object, name: string): boolean {
  if (typeof holder === "function") return isOriginal(holder as AnyFunction);
  return Object.getOwnPropertyDescriptor(holder, Symbol.toStringTag)?.value === name;
}

function methodsOf(holder: unknown): Map<string, unknown> {
  const all: [string, PropertyDescriptor][] = Object.entries(
    typeof holder !== "object" && typeof holder !== "function" ? {} : Object.getOwnPropertyDescriptors(holder),
  );
  return new Map(all.flatMap(([key, { value }]) => (typeof value === "function" ? [[key, value]] : [])));
}
