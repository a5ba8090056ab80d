/** Functions and classes that a package does not export by name: they go by reference to what holds them in its module. */
import { type AnyFunction, type Facts, textOf } from "../../live/function-facts.js";
import { type FunctionView, openInspector, type ScopeView } from "../../live/inspector.js";
import { isReassigned, isTopLevel } from "../../live/reassigned.js";
import { isObject, ownScopes, readVariable } from "../../live/scopes.js";
import { asyncModuleError } from "../../modules/load.js";
import { follow } from "../../packages/kept.js";
import { type CodePlace, isOfPackage, type PrivatePlace, privatePlaces } from "../../packages/package-scope.js";
import type { PacketNode } from "../../packet.js";
import type { Encoding } from "../encoding.js";
import { importNode } from "../import-node.js";
import type { Path } from "../path.js";

/** Functions that were found to be there as soon as their module is loaded: where, for good. */
const remembered = new WeakMap<AnyFunction, PrivatePlace>();

/** @returns the node of a function that was found before to be held by its package's module */
export function encodeRemembered(encoding: Encoding, fn: AnyFunction, path: Path): PacketNode | undefined {
  const place = remembered.get(fn);
  return place && isOfPackage(place.module.url) ? privateNode(encoding, place, path) : undefined;
}

/** @returns the node of a function that its package's module holds as soon as it is loaded */
export function encodePrivate(
  encoding: Encoding,
  fn: AnyFunction,
  facts: Facts,
  view: FunctionView,
  path: Path,
): PacketNode | undefined {
  if (!isOfPackage(facts.url)) return undefined;
  const scopes = holders(fn, view);
  for (const place of privatePlaces(placeOf(facts, view), fn)) {
    if (!isMadeAtLoad(fn, facts, view, scopes, place)) continue;
    const node = privateNode(encoding, place, path);
    if (node) remembered.set(fn, place);
    if (node) return node;
  }
  return undefined;
}

/** The innermost scope of a class that uses its own name has nothing but that. */
function holders(fn: AnyFunction, view: FunctionView): readonly ScopeView[] {
  const around = ownScopes(view);
  return around[0]?.kind === "Block" && textOf(fn).startsWith("class") ? around.slice(1) : around;
}

/** What is written in a function further in may be made, and put where it is, while the program runs. */
function isMadeAtLoad(
  fn: AnyFunction,
  facts: Facts,
  view: FunctionView,
  scopes: readonly ScopeView[],
  { variable, path }: PrivatePlace,
): boolean {
  if (variable === undefined) return isWrittenOutside(view);
  const holds = ({ variables }: ScopeView): boolean => {
    const value = Object.hasOwn(variables, variable) ? readVariable(variables, variable).value : undefined;
    return isObject(value) && follow(value, path) === fn;
  };
  const depth = scopes.findIndex(holds);
  if (path.length > 0) return depth >= 0 && isWrittenOutside(view);
  return depth === 0
    ? isDeclaration(fn, variable) || isWrittenOutside(view)
    : depth > 0 && isFixed(facts, view, variable);
}

function isDeclaration(fn: AnyFunction, variable: string): boolean {
  const [, name] =
    /^(?:async\s+)?(?:class|function\b(?:\s*\*)?)\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(textOf(fn)) ?? [];
  return name === variable;
}

/** Reads the whole file. */
function isWrittenOutside({ location }: FunctionView): boolean {
  const inspector = openInspector();
  return location !== undefined && !(inspector instanceof Error) && isTopLevel(inspector, location);
}

/** Not spread: what was rebuilt here is analysed only if that is asked for. */
export function placeOf({ url, script }: Facts, { scopes }: FunctionView): CodePlace {
  return { url, scopes, ...(script ? { script } : {}) };
}

/** @returns whether the variable has its value as soon as its module is loaded */
export function isFixed({ script }: Facts, { location }: FunctionView, variable: string): boolean {
  const inspector = openInspector();
  if (script === undefined || location === undefined || inspector instanceof Error) return false;
  return !isReassigned(inspector, location.scriptId, variable);
}

/** @returns the node that stands for what a module keeps; undefined if the receiver cannot load the module */
export function privateNode(
  encoding: Encoding,
  { module, variable, kind, path: inside }: PrivatePlace,
  path: Path,
): PacketNode | undefined {
  if (!encoding.asyncModules && asyncModuleError(module.url) !== undefined) return undefined;
  if (variable === undefined) return importNode(encoding, { ...module, path: inside }, path);
  return { t: "kept", of: encoding.entryOf(importNode(encoding, module, path)), variable, kind, path: inside };
}
