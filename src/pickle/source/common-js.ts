/** CommonJS modules: what they export, by identity. Node keeps every loaded one in a cache that can be asked. */
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isModuleNamespaceObject } from "node:util/types";
import { isReferable } from "./by-value.js";
import type { Reference } from "./imported.js";
import { packageOf } from "./package-of.js";

const { cache } = createRequire(import.meta.url);

/** @returns what the CommonJS modules export that are loaded */
export function commonJsExports(): Set<unknown> {
  return new Set(Object.values(cache).map((module) => module?.exports as unknown));
}

/** @returns the address of a CommonJS module that is loaded, may be referred to, and exports just that */
export function commonJsExporting(value: unknown): string | undefined {
  for (const [file, module] of Object.entries(cache)) {
    if (module?.exports !== value) continue;
    const url = pathToFileURL(file).href;
    if (isReferable(url)) return url;
  }
  return undefined;
}

// biome-ignore lint/complexity/noBannedTypes: any function
type AnyFunction = Function;

/**
 * A function that has properties may have got them from another file of its package, which exports it, too: the module that
 * was loaded first is what the program imported, and makes the function what it is.
 *
 * @returns where the CommonJS module at `url`, in which the function stands, or another one of its package exports it
 */
export function commonJsPlace(url: string, fn: AnyFunction): Reference | undefined {
  const own = placeIn(url, commonJsExported(url), fn);
  return (isDecorated(fn) ? firstPlace(packageOf(url), fn) : undefined) ?? own;
}

/** @returns what the CommonJS module at `url` exports, if it is loaded; undefined for ES modules, which Node lists, too */
export function commonJsExported(url: string): unknown {
  const exported: unknown = url.startsWith("file:") ? cache[fileURLToPath(url)]?.exports : undefined;
  return isModuleNamespaceObject(exported) ? undefined : exported;
}

/** A property that is called `default` is not what `import` means by that: compilers give it to what was `export default`. */
function placeIn(url: string, exported: unknown, value: AnyFunction | symbol): Reference | undefined {
  if (exported === value) return { url, name: "default" };
  if ((typeof exported !== "object" && typeof exported !== "function") || exported === null) return undefined;
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(exported))) {
    if (property.value !== value) continue;
    return key === "default" ? { url, name: key, path: [key] } : { url, name: key };
  }
  return undefined;
}

const symbols = new WeakMap<symbol, Reference>();

/** @returns where a CommonJS module that is loaded exports the symbol */
export function commonJsSymbol(symbol: symbol): Reference | undefined {
  const known = symbols.get(symbol);
  if (known !== undefined) return isReferable(known.url) ? known : undefined;
  for (const file of Object.keys(cache)) {
    const url = pathToFileURL(file).href;
    const place = isReferable(url) ? placeIn(url, commonJsExported(url), symbol) : undefined;
    if (place === undefined) continue;
    symbols.set(symbol, place);
    return place;
  }
  return undefined;
}

function firstPlace(folder: string, fn: AnyFunction): Reference | undefined {
  for (const [file, module] of Object.entries(cache)) {
    const url = pathToFileURL(file).href;
    if (packageOf(url) !== folder || !isReferable(url)) continue;
    const place = isModuleNamespaceObject(module?.exports) ? undefined : placeIn(url, module?.exports, fn);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** What the text of a function or class does not give it. Methods that are written in a class are not enumerable. */
function isDecorated(fn: AnyFunction): boolean {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, "prototype")?.value;
  return hasAdded(fn) || (typeof prototype === "object" && prototype !== null && hasAdded(prototype));
}

function hasAdded(object: object): boolean {
  return Object.keys(object).length > 0 || Object.getOwnPropertySymbols(object).length > 0;
}
