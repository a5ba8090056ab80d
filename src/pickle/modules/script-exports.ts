/**
 * What an ES module exports of what it holds itself. The namespace that Node's loader has of it shows that; only of a module
 * of another loader the text is parsed, which takes some milliseconds for every kilobyte.
 */
import { heldIn, isObject, readVariable } from "../live/scopes.js";
import type { Script } from "../live/scripts.js";
import { namespaceAt } from "./es-modules.js";

type Variables = Record<string, unknown>;

/** @returns the exports of the module whose scope is `variables`, by name; those that are not initialised yet are left out */
export function* exportsOfScript(
  script: Script,
  variables: Variables,
): Generator<readonly [value: unknown, name: string]> {
  const namespace = namespaceOf(script, variables);
  if (namespace !== undefined) {
    for (const name of Object.keys(namespace)) yield [readVariable(namespace, name).value, name];
    return;
  }
  for (const [local, name] of script.bindings.exports) yield [readVariable(variables, local).value, name];
}

/** @returns whether the text of the module need not be asked what it exports */
export function showsExports(script: Script, variables: Variables): boolean {
  return namespaceOf(script, variables) !== undefined;
}

const namespaces = new WeakMap<Script, Variables>();

/** A module can be there twice, from two loaders: the namespace must hold what the scope around the code does. */
function namespaceOf(script: Script, variables: Variables): Variables | undefined {
  let namespace = namespaces.get(script);
  if (namespace !== undefined) return namespace;
  namespace = script.url.startsWith("file:") ? (namespaceAt(script.url) as Variables | undefined) : undefined;
  if (namespace === undefined || !shareObject(namespace, variables)) return undefined;
  namespaces.set(script, namespace);
  return namespace;
}

function shareObject(one: Variables, other: Variables): boolean {
  const held = heldIn(other);
  for (const value of heldIn(one)) if (isObject(value) && held.has(value)) return true;
  return false;
}
