/**
 * Functions and objects that are known to be an export of a module: seen as an import of a captured function's module, or
 * loaded here for a packet. Sent on, they travel as that export.
 */
import { isReferable } from "./entry.js";
import { readVariable } from "./inspector.js";
import { hasLoaders } from "./loaders.js";
import { loadExport } from "./modules.js";
import { resolve } from "./resolve.js";
import type { Script } from "./scripts.js";

export interface Reference {
  readonly url: string;
  readonly name: string;
  readonly attributes?: Record<string, string>;
}

const references = new WeakMap<object, Reference>();
/** Under a loader, asking for a module again may give another copy: what was seen is what is meant. */
const seen = new Map<string, WeakRef<object>>();
const learned = new WeakSet<Script>();

/** @returns the export that `value` is known to be, or undefined */
export function importedAs(value: unknown): Reference | undefined {
  const reference = isObject(value) ? references.get(value) : undefined;
  // The user may have chosen otherwise since it was noted.
  return reference && isReferable(reference.url) ? reference : undefined;
}

/** Notes that `value` is this export. */
export function noteImported(value: unknown, reference: Reference): void {
  if (!isObject(value) || references.has(value)) return;
  references.set(value, reference);
  if (hasLoaders()) seen.set(`${reference.url}#${reference.name}`, new WeakRef(value));
}

/** @returns what is known to be this export in this thread: seen before, or loaded now */
export function exportNamed(reference: Reference): unknown {
  const value = seen.get(`${reference.url}#${reference.name}`)?.deref() ?? loadExport(reference.url, reference.name);
  noteImported(value, reference);
  return value;
}

/** @returns where the import `local` of `script` leads, or undefined if it is none or leads to the entry module */
export function importOf(script: Script, local: string): Reference | undefined {
  const binding = script.bindings.imports.get(local);
  if (binding === undefined) return undefined;
  const { specifier, name, attributes } = binding;
  const url = resolve(specifier, script.url);
  return !isReferable(url) ? undefined : { url, name, ...(attributes ? { attributes } : {}) };
}

/** Notes every function that `script` imports; `variables` is its module scope. */
export function learnImports(script: Script, variables: Record<string, unknown>): void {
  if (learned.has(script)) return;
  learned.add(script);
  for (const local of script.bindings.imports.keys()) {
    const { value, unready } = readVariable(variables, local);
    if (unready) learned.delete(script); // In an import cycle: it is looked at again next time.
    if (typeof value !== "function") continue;
    const reference = importOf(script, local);
    if (reference && reference.name !== "*") noteImported(value, reference);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
