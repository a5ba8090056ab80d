/**
 * Members that the code of a package gives to the prototype of one of its classes while the program runs, as when the first
 * object is made: the receiver may not have made one yet, and takes them then. Those that are there as soon as the module
 * is loaded it has.
 */
import * as types from "node:util/types";
import { type AnyFunction, factsAt } from "../function/facts.js";
import { openInspector } from "../source/inspector.js";
import { isOfPackage } from "../source/package-scope.js";
import { isTopLevel } from "../source/reassigned.js";

/** By prototype; looked at again when it has more members. */
const remembered = new WeakMap<object, { readonly count: number; readonly added: boolean }>();

/** @returns whether members were added to the prototype while the program ran; what was added last shows it */
export function hasAddedMembers(prototype: object): boolean {
  const names = Object.getOwnPropertyNames(prototype);
  let known = remembered.get(prototype);
  if (known?.count !== names.length) {
    const last = lastFunction(prototype, names);
    known = { count: names.length, added: last !== undefined && isMadeLater(last) };
    remembered.set(prototype, known);
  }
  return known.added;
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
