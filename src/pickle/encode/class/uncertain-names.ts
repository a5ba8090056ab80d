/** Refuses a class with a field whose computed name may come out differently where the class is rebuilt. */
import * as types from "node:util/types";
import type { Facts } from "../../live/function-facts.js";
import { type FunctionView, openInspector } from "../../live/inspector.js";
import { isReassigned } from "../../live/reassigned.js";
import { readVariable, scopeOf } from "../../live/scopes.js";
import type { Member } from "../../text/class-shape.js";
import type { Encoding } from "../encoding.js";
import { whereIs } from "../function/where.js";
import type { Path } from "../path.js";

const REMEDY =
  "Keep the name in a const before the class and use that in a method, too, or set the field in the constructor";

/** @returns the fields of the class whose names are computed */
export function computedFields({ analysis: { shape } }: Facts): Member[] {
  return shape?.members.filter((m) => m.kind === "field" && m.computed && !m.isStatic) ?? [];
}

/** @throws {PickleError} if the class has such a field */
export function refuseUncertainNames(encoding: Encoding, facts: Facts, view: FunctionView, path: Path): void {
  for (const { sources, span } of computedFields(facts)) {
    const refuse = (name: string, why: string): void => {
      const problem = `the name of a field is computed from '${name}', ${why}${whereIs(facts, span[0])}`;
      throw encoding.refusal(path, `${problem}. ${REMEDY}`);
    };
    for (const name of sources?.variables ?? []) {
      const why = doubtAbout(name, facts, view);
      if (why !== undefined) refuse(name, why);
    }
    for (const [name, key] of sources?.members ?? []) {
      if (!isFixedMember(encoding, name, key, view)) refuse(`${name}.${key}`, "which may have changed since");
    }
  }
}

function doubtAbout(name: string, { script }: Facts, view: FunctionView): string | undefined {
  const scope = scopeOf(name, view.scopes);
  if (scope === undefined) {
    const isFixed = Object.getOwnPropertyDescriptor(globalThis, name)?.writable === false;
    if (isFixed) return undefined;
    return name in globalThis ? "which may have changed since" : "which nothing else uses";
  }
  const { value } = readVariable(scope.variables, name);
  if ((typeof value === "object" && value !== null) || typeof value === "function")
    return "an object that is turned into text";
  // What was rebuilt here has its variables from a packet, and nothing assigns to those.
  if (script === undefined || view.location === undefined) return undefined;
  const inspector = openInspector();
  if (inspector instanceof Error || isReassigned(inspector, view.location.scriptId, name))
    return "which is assigned to elsewhere";
  return undefined;
}

/** `Symbol.iterator`, or an import. Objects that travel are still empty when the class is made again. */
function isFixedMember(encoding: Encoding, name: string, key: string, { scopes }: FunctionView): boolean {
  const scope = scopeOf(name, scopes);
  const value = scope ? readVariable(scope.variables, name).value : (globalThis as Record<string, unknown>)[name];
  if ((typeof value !== "object" && typeof value !== "function") || value === null || types.isProxy(value))
    return false;
  if (types.isModuleNamespaceObject(value) || encoding.moduleOf(value) !== undefined) return true;
  return scope === undefined && Object.getOwnPropertyDescriptor(value, key)?.writable === false;
}
