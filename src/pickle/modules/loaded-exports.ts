/**
 * Finds out whether a function is the export of a module that the program has asked for. The modules that the entry module
 * imports, and those that they import, are loaded already: their exports are compared, and those of modules that this
 * thread was told to load. Modules of packages are asked, not followed.
 */
import { readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import * as types from "node:util/types";
import { isMainThread } from "../../platform/engine/this-thread.js";
import { type ModuleBindings, readModule } from "../text/module-bindings.js";
import { isReferable } from "./by-value.js";
import { entryModule } from "./entry.js";
import { hasLoaders } from "./foreign-loaders.js";
import { loadedModules, loadModule } from "./load.js";
import { noteImported, type Reference } from "./noted-imports.js";
import { resolve } from "./resolve.js";
import { importedAs } from "./script-imports.js";

const visited = new Set<string>();
const noted = new Set<string>();

/** @returns the export of a loaded module that `value` is, or undefined */
export function findLoadedExport(value: unknown): Reference | undefined {
  learnLoadedExports();
  return importedAs(value);
}

/** Notes what the modules export that the program has asked for. */
export function learnLoadedExports(): void {
  // A loader may give another copy of a module to us than it gave to the program, and a worker would load them for this.
  if (!hasLoaders() && isMainThread) visit(entryModule());
  for (const [url, exported] of loadedModules()) noteExports(url, exported);
}

function visit(url: string): void {
  if (visited.has(url) || !url.startsWith("file:")) return;
  visited.add(url);
  if (isReferable(url))
    noteExports(
      url,
      attempt(() => loadModule(url)),
    );
  if (url.includes("/node_modules/")) return;
  for (const { specifier } of bindingsOf(url)?.imports.values() ?? []) {
    const target = attempt(() => resolve(specifier, url));
    if (target !== undefined) visit(target);
  }
}

function noteExports(url: string, exported: unknown): void {
  if (noted.has(url) || !isNamespace(exported)) return;
  noted.add(url);
  for (const [name, value] of exportsIn(exported)) {
    if (typeof value === "function") noteImported(value, { url, name });
    else if (isNamespace(value))
      for (const [key, inner] of exportsIn(value)) noteInner(inner, { url, name, path: [key] });
  }
}

/** A module may export another one whole. */
function noteInner(value: unknown, reference: Reference): void {
  if (typeof value === "function") noteImported(value, reference);
}

function isNamespace(value: unknown): value is object {
  return types.isModuleNamespaceObject(value);
}

function* exportsIn(namespace: object): Generator<[name: string, value: unknown]> {
  for (const name of Object.keys(namespace)) {
    // In an import cycle some are not initialised yet.
    yield [name, attempt(() => (namespace as Record<string, unknown>)[name])];
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
