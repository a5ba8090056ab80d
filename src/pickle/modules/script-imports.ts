/** What the modules of captured functions import, and which values may travel as such an export. */
import { PickleError } from "../errors.js";
import { readVariable } from "../live/scopes.js";
import type { Script } from "../live/scripts.js";
import { isReferable } from "./by-value.js";
import { notedImport, noteImported, type Reference } from "./noted-imports.js";
import { resolve } from "./resolve.js";

const learned = new WeakSet<Script>();

/** @returns the export that `value` is known to be, or undefined */
export function importedAs(value: unknown): Reference | undefined {
  const reference = notedImport(value);
  // The user may have chosen otherwise since it was noted.
  return reference && isReferable(reference.url) ? reference : undefined;
}

/**
 * @returns where the import `local` of `script` leads; undefined if it is none, leads to the entry module, or if only a loader
 * knows what its specifier means, as of an alias: then the value itself tells where it is from
 */
export function importOf(script: Script, local: string): Reference | undefined {
  const binding = script.bindings.imports.get(local);
  if (binding === undefined) return undefined;
  const { specifier, name, attributes } = binding;
  const url = addressOf(specifier, script.url);
  return url === undefined || !isReferable(url) ? undefined : { url, name, ...(attributes ? { attributes } : {}) };
}

function addressOf(specifier: string, base: string): string | undefined {
  try {
    return resolve(specifier, base);
  } catch (error) {
    if (error instanceof PickleError) return undefined;
    throw error;
  }
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
