/**
 * What an installed package keeps to itself in variables of its modules. It goes by reference to module and variable: the
 * package's own state is never taken for variables that a function of the user's has captured. The program's own modules
 * are copied instead, since loading one may run the program.
 */
import { isModuleNamespaceObject } from "node:util/types";
import type { ScopeView } from "../live/inspector.js";
import { heldIn, isObject } from "../live/scopes.js";
import type { Script } from "../live/scripts.js";
import { isReferable } from "../modules/by-value.js";
import { commonJsExported } from "../modules/common-js.js";
import { hasLoaders } from "../modules/foreign-loaders.js";
import { loadModule, WHOLE } from "../modules/load.js";
import type { Reference } from "../modules/noted-imports.js";
import { packageOf } from "../modules/resolve.js";
import { exportsOfScript } from "../modules/script-exports.js";
import { type KeptPlace, placesOf } from "./kept.js";

/** A variable of a module, and an export of that by whose functions it is found. */
export interface PrivatePlace extends KeptPlace {
  readonly module: Reference;
}

/** Code of a module. */
export interface CodePlace {
  readonly url: string;
  readonly script?: Script;
  readonly scopes: readonly ScopeView[];
}

/** Exports of a module that are looked at. */
const MOST_EXPORTS = 8;

/** @returns whether the module at `url` is part of an installed package, and another thread may load it */
export function isOfPackage(url: string): boolean {
  return url.startsWith("file:") && packageOf(url) !== "" && !/[?#]/.test(url) && isReferable(url);
}

/** @returns how another thread finds `value`, which the module of this code holds if it is a package's */
export function* privatePlaces(code: CodePlace, value: object): Generator<PrivatePlace> {
  if (!isOfPackage(code.url)) return;
  for (const [exported, name] of exportsOf(code)) {
    for (const place of placesOf(exported, value)) yield { ...place, module: { url: code.url, name } };
  }
}

/** @returns how another thread finds an object that is in this variable around code of a package */
export function privatePlace(code: CodePlace, variable: string, value: object): PrivatePlace | undefined {
  for (const place of privatePlaces(code, value)) {
    if (place.variable === variable && place.path.length === 0) return place;
  }
  return undefined;
}

type Export = readonly [value: object, name: string];

/** @returns what the module of this code exports, as far as it is looked at */
export function exportsOf(code: CodePlace): readonly Export[] {
  const whole = commonJsExported(code.url);
  if (isObject(whole)) return [[whole, "default"]];
  const around = exportsAround(code);
  // Without loading: a loader may give another copy.
  return around.length > 0 || hasLoaders() ? around : namespaceOf(code.url);
}

/** The exports of an ES module that stand in the scope around its code; functions first, which lead to it at once. */
function exportsAround({ script, scopes }: CodePlace): readonly Export[] {
  const variables = scopes.find((scope) => scope.kind === "Module")?.variables;
  if (script === undefined || variables === undefined) return [];
  const held = heldIn(variables);
  const found: Export[] = [];
  for (const [value, name] of exportsOfScript(script, variables))
    if (isObject(value) && held.has(value)) found.push([value, name]);
  return found.sort(([a], [b]) => Number(typeof a === "object") - Number(typeof b === "object")).slice(0, MOST_EXPORTS);
}

function namespaceOf(url: string): readonly Export[] {
  try {
    const namespace = loadModule(url);
    return isModuleNamespaceObject(namespace) ? [[namespace as object, WHOLE]] : [];
  } catch {
    return []; // It uses top-level await, or is not there yet in an import cycle.
  }
}
