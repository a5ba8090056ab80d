/**
 * A closure of a package that assigns to variables of its module gets those of the receiver's module, which what goes by
 * reference uses there, too: a copy would be changed where nothing reads it. Others of the module that may be assigned to come with them.
 */
import type { Facts } from "../../live/function-facts.js";
import type { FunctionView, ScopeView } from "../../live/inspector.js";
import { readVariable, scopeOf } from "../../live/scopes.js";
import { asyncModuleError } from "../../modules/load.js";
import { functionsWith, livePlaceOf } from "../../packages/live-variables.js";
import { exportsOf, isOfPackage } from "../../packages/package-scope.js";
import type { Entry } from "../../packet.js";
import type { Encoding } from "../encoding.js";
import { importNode } from "../import-node.js";
import { Hop, type Path } from "../path.js";
import { isFixed, placeOf } from "./package-member.js";

/** @returns the entry of the cell of a module's variable, if the receiver can have its own */
export function encodeLive(
  encoding: Encoding,
  facts: Facts,
  view: FunctionView,
  scope: ScopeView,
  name: string,
  path: Path,
): Entry | undefined {
  if (facts.cells?.has(name)) return encodeAgain(encoding, readVariable(scope.variables, name).value as object, path);
  if (scope.kind !== "Module" || !isOfPackage(facts.url) || !assignsToModule(facts, view)) return undefined;
  if (!facts.analysis.assigned.has(name) && isFixed(facts, view, name)) return undefined;
  if (!encoding.asyncModules && asyncModuleError(facts.url) !== undefined) return undefined;
  for (const [of, exported] of exportsOf(placeOf(facts, view))) {
    if (!isSeenFrom(of, scope, name)) continue;
    const module = importNode(encoding, { url: facts.url, name: exported }, path);
    return encoding.entryOf({ t: "live", of: encoding.entryOf(module), variable: name });
  }
  return undefined;
}

/** The cell is one that stands here for a variable of a module here. */
function encodeAgain(encoding: Encoding, cell: object, path: Path): Entry | undefined {
  const place = livePlaceOf(cell);
  if (place === undefined) return undefined;
  const of = encoding.entry(place.of, path, new Hop(` → ${place.variable}`));
  return encoding.entryOf({ t: "live", of, variable: place.variable });
}

function assignsToModule({ analysis }: Facts, { scopes }: FunctionView): boolean {
  return [...analysis.assigned.keys()].some((name) => scopeOf(name, scopes)?.kind === "Module");
}

/** The receiver takes the first. */
function isSeenFrom(of: object, scope: ScopeView, variable: string): boolean {
  for (const [, found] of functionsWith({ of, variable })) {
    const value = readVariable(found.variables, variable).value;
    return found.kind === scope.kind && Object.is(value, readVariable(scope.variables, variable).value);
  }
  return false;
}
