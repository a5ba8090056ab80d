/**
 * Variables of a package's closures that may be assigned to. They go along as cells: functions of one message that come from
 * the same scope share them there, too, as in `{ add: () => n++, get: () => n }`. The engine does not say whether two
 * scopes are one: they are if they hold the same under the same names, and the functions are written at different places.
 */
import type { Facts } from "../../live/function-facts.js";
import { type FunctionView, openInspector, type ScopeView } from "../../live/inspector.js";
import { isReassigned } from "../../live/reassigned.js";
import { readVariable } from "../../live/scopes.js";
import { isOfPackage } from "../../packages/package-scope.js";
import type { Encoding } from "../encoding.js";
import type { Cell } from "./cell-edits.js";

interface SharedScope {
  readonly variables: ReadonlyMap<string, unknown>;
  /** Where the functions are written that have it around them. */
  readonly places: Set<string>;
  readonly cells: Map<string, Cell>;
}

/** By script and by what the first variable of theirs holds that is an object: a message may have thousands of scopes. */
const shared = new WeakMap<Encoding, Map<unknown, Map<string, SharedScope[]>>>();
const byView = new WeakMap<ScopeView, SharedScope>();

/** @returns the cell of a variable in this scope around a function; undefined for one that never changes, or is the module's */
export function cellOf(
  encoding: Encoding,
  facts: Facts,
  view: FunctionView,
  scope: ScopeView,
  name: string,
): Cell | undefined {
  const { value, unready } = readVariable(scope.variables, name);
  if (unready) return undefined;
  if (facts.cells?.has(name)) return value as Cell;
  if (!isOfPackage(facts.url) || scope.kind === "Module" || !isAssigned(facts, view, name)) return undefined;
  const { cells } = sharedScope(encoding, view, scope);
  let cell = cells.get(name);
  if (cell === undefined) {
    cell = { v: value };
    cells.set(name, cell);
  }
  return cell;
}

function isAssigned({ analysis, script }: Facts, { location }: FunctionView, name: string): boolean {
  if (analysis.ownName?.name === name) return false;
  if (analysis.assigned.has(name)) return true;
  const inspector = openInspector();
  if (script === undefined || location === undefined || inspector instanceof Error) return false;
  return isReassigned(inspector, location.scriptId, name);
}

function sharedScope(encoding: Encoding, { location }: FunctionView, scope: ScopeView): SharedScope {
  const known = byView.get(scope);
  if (known !== undefined) return known;
  const object = scope.variables;
  const [scriptId, place] = [location?.scriptId ?? "", `${location?.lineNumber}:${location?.columnNumber}`];
  const variables = new Map(Object.keys(object).map((name) => [name, readVariable(object, name).value]));
  const scopes = alike(encoding, scriptId, variables);
  const isSame = (other: SharedScope): boolean =>
    other.variables.size === variables.size && holdsAll(other.variables, variables);
  let found = scopes.find((each) => isSame(each) && !each.places.has(place));
  if (found === undefined) {
    found = { variables, places: new Set(), cells: new Map() };
    scopes.push(found);
  }
  found.places.add(place);
  byView.set(scope, found);
  return found;
}

/** @returns the scopes that may be the one of these variables */
function alike(encoding: Encoding, scriptId: string, variables: ReadonlyMap<string, unknown>): SharedScope[] {
  const all = shared.get(encoding) ?? new Map<unknown, Map<string, SharedScope[]>>();
  shared.set(encoding, all);
  const values = [...variables.values()];
  const first = values.find((value) => typeof value === "function" || typeof value === "object") ?? values[0];
  const byScript = all.get(first) ?? new Map<string, SharedScope[]>();
  all.set(first, byScript);
  const scopes = byScript.get(scriptId) ?? [];
  byScript.set(scriptId, scopes);
  return scopes;
}

function holdsAll(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  for (const [name, value] of other) if (!one.has(name) || !Object.is(one.get(name), value)) return false;
  return true;
}
