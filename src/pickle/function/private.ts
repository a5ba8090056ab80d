/** Functions and classes that a package does not export: they go by reference to the variable that holds them. */
import { nameOf } from "../../platform/name-of.js";
import type { Encoding } from "../encode/encoding.js";
import type { Path } from "../encode/path.js";
import type { PacketNode } from "../packet.js";
import { type FunctionView, openInspector, type ScopeView } from "../source/inspector.js";
import { asyncModuleError } from "../source/modules.js";
import { type CodePlace, isOfPackage, type PrivatePlace, privatePlace } from "../source/package-scope.js";
import { readVariable } from "../source/read-variable.js";
import { isReassigned } from "../source/reassigned.js";
import type { AnyFunction, Facts } from "./facts.js";
import { importNode } from "./import-node.js";

/** @returns the node of a function that a variable of its package's module holds */
export function encodePrivate(
  encoding: Encoding,
  fn: AnyFunction,
  facts: Facts,
  view: FunctionView,
  path: Path,
): PacketNode | undefined {
  if (!isOfPackage(facts.url)) return undefined;
  // The innermost scope of a class that uses its own name has nothing but that.
  const around = facts.analysis.form === "class" && view.scopes[0]?.kind === "Block" ? 1 : 0;
  for (const [depth, scope] of view.scopes.slice(around).entries()) {
    const variable = scope.kind === "Global" ? undefined : variableOf(scope, fn);
    if (variable === undefined) continue;
    const place = privatePlace(placeOf(facts, view), variable, fn);
    // A variable further out may be filled while the program runs.
    const node = place && (depth === 0 || isFixed(facts, view, variable)) && privateNode(encoding, place, path);
    if (node) return node;
  }
  return undefined;
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

function variableOf({ variables }: ScopeView, fn: AnyFunction): string | undefined {
  const holds = (name: string): boolean => readVariable(variables, name).value === fn;
  const name = nameOf(fn);
  return Object.hasOwn(variables, name) && holds(name) ? name : Object.keys(variables).find(holds);
}

/** @returns the node that stands for what a module keeps in a variable; undefined if the receiver cannot load the module */
export function privateNode(
  encoding: Encoding,
  { module, variable, kind }: PrivatePlace,
  path: Path,
): PacketNode | undefined {
  if (!encoding.asyncModules && asyncModuleError(module.url) !== undefined) return undefined;
  return { t: "inner", of: encoding.entryOf(importNode(encoding, module, path)), variable, kind };
}
