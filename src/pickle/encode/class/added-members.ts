/**
 * Members that the code of a package gives to the prototype of one of its classes while the program runs, as when the first
 * object is made: the receiver may not have made one yet, and takes them then. Those that are there as soon as the module
 * is loaded it has.
 */
import * as types from "node:util/types";
import { type AnyFunction, factsAt } from "../../live/function-facts.js";
import { openInspector } from "../../live/inspector.js";
import { isTopLevel } from "../../live/reassigned.js";
import { isOfPackage } from "../../packages/package-scope.js";

/** By prototype; looked at again when it has more members. */
const remembered = new WeakMap<object, { readonly count: number; readonly added: boolean }>();

/** @returns whether members were added to the prototype while the program ran; what was added last shows it */
export function hasAddedMembers(prototype: object): boolean {
  const names = Object.getOwnPropertyNames(prototype);
  let known = remembered.get(prototype);
  if (known?.count !== names.length) {
    const last = isWrittenLast(prototype, names.at(-1) ?? "") ? undefined : lastFunction(prototype, names);
    known = { count: names.length, added: last !== undefined && isMadeLater(last) };
    remembered.set(prototype, known);
  }
  return known.added;
}

/** Methods that stand in a class are hidden, and called as their property; what is added hardly ever is. No file is read. */
function isWrittenLast(prototype: object, key: string): boolean {
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  const property = Object.getOwnPropertyDescriptor(prototype, key);
  const fn: unknown = property?.get ?? property?.set ?? property?.value;
  if (typeof fn !== "function" || typeof maker !== "function" || property?.enumerable) return false;
  if (fn === maker) return true;
  const text = Function.prototype.toString.call(fn);
  return textStartsAs(text, key) && Function.prototype.toString.call(maker).includes(text);
}

/** As a method, getter or setter of that name begins. */
function textStartsAs(text: string, key: string): boolean {
  const at = text.indexOf(key);
  return at >= 0 && /^(?:async|get|set|\*|\s)*$/.test(text.slice(0, at)) && /^\s*\(/.test(text.slice(at + key.length));
}

function lastFunction(prototype: object, names: readonly string[]): AnyFunction | undefined {
  const property = Object.getOwnPropertyDescriptor(prototype, names.at(-1) ?? "");
  const fn: unknown = property?.get ?? property?.value;
  return typeof fn === "function" && !types.isProxy(fn) ? fn : undefined;
}

function isMadeLater(fn: AnyFunction): boolean {
  const inspector = openInspector();
  if (inspector instanceof Error) return false;
  const { location, scopes } = inspector.inspectFunction(fn);
  if (location === undefined || !isOfPackage(factsAt(fn, inspector, location, scopes).url)) return false;
  return !isTopLevel(inspector, location);
}
