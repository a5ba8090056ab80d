/**
 * Finds out without an inspector whether a function is the export of a module. The modules that the entry module imports,
 * and those that they import, are loaded already: their exports are compared. Modules of packages are asked, not followed.
 */
import { readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { type ModuleBindings, readModule } from "../analysis/module.js";
import { isReferable } from "./by-value.js";
import { entryModule } from "./entry.js";
import { noteImported, type Reference } from "./imported.js";
import { hasLoaders } from "./loaders.js";
import { loadModule } from "./modules.js";
import { resolve } from "./resolve.js";
import { importedAs } from "./script-imports.js";

const visited = new Set<string>();

/** @returns the export of a loaded module that `value` is, or undefined */
export function findLoadedExport(value: unknown): Reference | undefined {
  // A loader may give another copy of a module to us than it gave to the program.
  if (!hasLoaders()) visit(entryModule());
  return importedAs(value);
}

function visit(url: string): void {
  if (visited.has(url) || !url.startsWith("file:")) return;
  visited.add(url);
  if (isReferable(url)) noteExports(url);
  if (url.includes("/node_modules/")) return;
  for (const { specifier } of bindingsOf(url)?.imports.values() ?? []) {
    const target = attempt(() => resolve(specifier, url));
    if (target !== undefined) visit(target);
  }
}

function noteExports(url: string): void {
  const exported = attempt(() => loadModule(url));
  if (typeof exported !== "object" || exported === null) return;
  for (const name of Object.keys(exported)) {
    // In an import cycle some are not initialised yet.
    const value = attempt(() => (exported as Record<string, unknown>)[name]);
    if (typeof value === "function") noteImported(value, { url, name });
  }
}

function bindingsOf(url: string): ModuleBindings | undefined {
  return attempt(() => {
    const source = readFileSync(fileURLToPath(url), "utf8");
    return readModule(/\.[cm]?ts$/.test(url) ? stripTypes(source) : source);
  });
}

/** Only versions of Node that run TypeScript themselves have it. */
const { stripTypeScriptTypes: stripTypes = (source: string): string => source } = nodeModule as {
  readonly stripTypeScriptTypes?: (source: string) => string;
};

/** What cannot be read or loaded here is no export that we can find; the function is then treated as any other. */
function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}
