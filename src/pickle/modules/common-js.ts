/** CommonJS modules: what they export, by identity. Node keeps every loaded one in a cache that can be asked. */
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isModuleNamespaceObject } from "node:util/types";
import { isReferable } from "./by-value.js";
import type { Reference } from "./noted-imports.js";
import { packageOf } from "./resolve.js";

const { cache } = createRequire(import.meta.url);

/** @returns what the CommonJS modules export that are loaded */
export function commonJsExports(): Set<unknown> {
  return new Set(Object.values(cache).map((module) => module?.exports as unknown));
}

/** @returns the address of a CommonJS module that is loaded, may be referred to, and exports just that */
export function commonJsExporting(value: unknown): string | undefined {
  for (const [file, module] of Object.entries(cache)) {
    if (module?.exports !== value) continue;
    const url = addressOf(file);
    if (isReferable(url)) return url;
  }
  return undefined;
}

const addresses = new Map<string, string>();

/** Making it takes longer than all else, and a program has thousands of files. */
function addressOf(file: string): string {
  let url = addresses.get(file);
  if (url === undefined) {
    url = pathToFileURL(file).href;
    addresses.set(file, url);
  }
  return url;
}

// biome-ignore lint/complexity/noBannedTypes: any function
type AnyFunction = Function;

/** What CommonJS modules export, listed once for a packet: a package has hundreds of modules, and thousands of functions. */
export class CommonJsModules {
  readonly #exported: ReadonlySet<unknown> = commonJsExports();
  readonly #byPackage = new Map<string, ReadonlyMap<unknown, Reference>>();

  /** @returns whether that is what a module exports as a whole */
  has(value: unknown): boolean {
    return this.#exported.has(value);
  }

  /**
   * A function that has properties may have got them from another file of its package, which exports it, too: the module that
   * was loaded first is what the program imported, and makes the function what it is. One that a package has made stands where
   * it is made, and is exported by whoever asked for it.
   *
   * @returns where the CommonJS module at `url`, in which the function stands, or another one exports it
   */
  placeOf(url: string, fn: AnyFunction): Reference | undefined {
    const folder = packageOf(url);
    return (
      (isDecorated(fn) ? this.#ofPackage(folder).get(fn) : undefined) ??
      placeIn(url, commonJsExported(url), fn) ??
      (folder === "" ? undefined : ofAllPackages(this.#exported.size).get(fn))
    );
  }

  #ofPackage(folder: string): ReadonlyMap<unknown, Reference> {
    let places = this.#byPackage.get(folder);
    if (places === undefined) {
      places = firstPlaces((each) => each === folder);
      this.#byPackage.set(folder, places);
    }
    return places;
  }
}

let everywhere: { readonly loaded: number; readonly places: ReadonlyMap<unknown, Reference> } | undefined;

/** Listed again when more modules are loaded. */
function ofAllPackages(loaded: number): ReadonlyMap<unknown, Reference> {
  if (everywhere?.loaded !== loaded) everywhere = { loaded, places: firstPlaces((folder) => folder !== "") };
  return everywhere.places;
}

/** @returns the functions that the modules of these packages export, and where the first of those does */
function firstPlaces(isMeant: (folder: string) => boolean): Map<unknown, Reference> {
  const places = new Map<unknown, Reference>();
  for (const file of Object.keys(cache)) {
    const url = addressOf(file);
    if (!isMeant(packageOf(url)) || !isReferable(url)) continue;
    for (const [value, place] of placesIn(url, commonJsExported(url))) {
      if (typeof value === "function" && !places.has(value)) places.set(value, place);
    }
  }
  return places;
}

/** @returns what the CommonJS module at `url` exports, if it is loaded; undefined for ES modules, which Node lists, too */
export function commonJsExported(url: string): unknown {
  const exported: unknown = url.startsWith("file:") ? cache[fileURLToPath(url)]?.exports : undefined;
  return isModuleNamespaceObject(exported) ? undefined : exported;
}

function placeIn(url: string, exported: unknown, value: AnyFunction | symbol): Reference | undefined {
  for (const [each, place] of placesIn(url, exported)) if (each === value) return place;
  return undefined;
}

/** A property that is called `default` is not what `import` means by that: compilers give it to what was `export default`. */
function* placesIn(url: string, exported: unknown): Generator<readonly [value: unknown, place: Reference]> {
  yield [exported, { url, name: "default" }];
  if ((typeof exported !== "object" && typeof exported !== "function") || exported === null) return;
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(exported)))
    yield [value, key === "default" ? { url, name: key, path: [key] } : { url, name: key }];
}

const symbols = new WeakMap<symbol, Reference>();

/** @returns where a CommonJS module that is loaded exports the symbol */
export function commonJsSymbol(symbol: symbol): Reference | undefined {
  const known = symbols.get(symbol);
  if (known !== undefined) return isReferable(known.url) ? known : undefined;
  for (const file of Object.keys(cache)) {
    const url = addressOf(file);
    const place = isReferable(url) ? placeIn(url, commonJsExported(url), symbol) : undefined;
    if (place === undefined) continue;
    symbols.set(symbol, place);
    return place;
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
