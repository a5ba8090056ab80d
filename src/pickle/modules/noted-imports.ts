/**
 * Functions and objects that are known to be an export of a module: seen as an import of a captured function's module, or
 * loaded here for a packet. Sent on, they travel as that export.
 */
import { PickleError } from "../errors.js";
import { hasLoaders } from "./foreign-loaders.js";
import { ADD_IN_MODULE, canRequire, loadExport, noteNamespace, WHOLE } from "./load.js";

export interface Reference {
  readonly url: string;
  readonly name: string;
  /** Own properties that lead from the export to the value. */
  readonly path?: readonly string[];
  readonly attributes?: Record<string, string>;
}

const references = new WeakMap<object, Reference>();
/**
 * Where asking for a module again cannot be done, or may give another copy, as under a loader: what was seen is what is meant. So are
 * namespaces, of which `require` gives another object than `import`.
 */
const seen = new Map<string, WeakRef<object>>();

/** @returns the export that `value` was noted to be, or undefined */
export function notedImport(value: unknown): Reference | undefined {
  return isObject(value) ? references.get(value) : undefined;
}

/** Notes that `value` is this export. */
export function noteImported(value: unknown, reference: Reference): void {
  if (!isObject(value) || references.has(value)) return;
  references.set(value, reference);
  if (reference.name === WHOLE) noteNamespace(reference.url, value);
  if (hasLoaders() || reference.name === WHOLE || !canRequire(reference.url))
    seen.set(keyOf(reference), new WeakRef(value));
}

/** @returns what is known to be this export in this thread: seen before, or loaded now */
export function exportNamed(reference: Reference): unknown {
  const value = seen.get(keyOf(reference))?.deref() ?? loadReferred(reference);
  noteImported(value, reference);
  return value;
}

function keyOf({ url, name, path = [] }: Reference): string {
  return [`${url}#${name}`, ...path].join(" ");
}

function loadReferred({ url, name, path = [] }: Reference): unknown {
  let value = loadExport(url, name);
  for (const key of path) {
    if (!isObject(value) || !(key in value))
      throw new PickleError(`Cannot receive "${[name, ...path].join(".")}": ${url} does not have it. ${ADD_IN_MODULE}`);
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
