/**
 * Loads modules by address, synchronously, and finds their exports. A module loaded here is the same instance that an
 * `import` in this thread gives.
 */
import { isModuleNamespaceObject } from "node:util/types";
import { builtin } from "../../platform/engine/builtin.js";
import { ownModule } from "../../platform/modules/own-modules.js";
import { PickleError } from "../errors.js";
import { hasLoaders } from "./foreign-loaders.js";
import { noteModule } from "./user-modules.js";

let requireHere: NodeJS.Require | undefined;
const loaded = new Map<string, unknown>();
/** CommonJS modules and built-in ones as `import * as` shows them. */
const namespaces = new Map<string, object>();

/**
 * @returns what the module exports: its namespace, or `module.exports` of a CommonJS one
 * @throws {PickleError} if it uses top-level await or is no file
 */
export function loadModule(url: string): unknown {
  if (!loaded.has(url)) {
    noteModule(url);
    loaded.set(url, ownModule(url) ?? load(url));
  }
  return loaded.get(url);
}

/** @returns the modules that were loaded here, by address, and what they export */
export function loadedModules(): Iterable<readonly [url: string, exported: unknown]> {
  return loaded;
}

const asynchronous = new Map<string, PickleError | undefined>();

/**
 * @returns the error with which another thread would refuse to load a module that is loaded here, because it uses
 * top-level await
 */
export function asyncModuleError(url: string): PickleError | undefined {
  if (hasLoaders()) return undefined; // would run it twice
  if (!asynchronous.has(url)) tryLoading(url);
  return asynchronous.get(url);
}

function tryLoading(url: string): void {
  try {
    loadModule(url);
    asynchronous.set(url, undefined);
  } catch (error) {
    // Other failures may be due to this moment, as in an import cycle: the other thread will say.
    if (error instanceof PickleError && error.cause !== undefined) asynchronous.set(url, error);
  }
}

/** Loads a module as `import()` does, so that it is there when the synchronous functions ask for it. */
export async function preloadModule(url: string, whole = false, attributes?: Record<string, string>): Promise<void> {
  if (ownModule(url) !== undefined) return whole ? linkModule(url) : undefined;
  if (loaded.has(url)) return;
  noteModule(url);
  try {
    loaded.set(url, await import(url, attributes ? { with: attributes } : undefined));
  } catch (error) {
    // A hook of `require` alone, as ts-node installs, may know the file.
    if ((error as { code?: unknown }).code !== "ERR_UNKNOWN_FILE_EXTENSION") throw error;
    loaded.set(url, load(url));
  }
}

/** By address; its namespace once that is known. */
const linked = new Map<string, unknown>();

/** A worker has what the module gives it, not what was put there since. */
export const ADD_IN_MODULE = "What the program adds to a module belongs in a module of its own that both import";

/** The name that means the namespace of a module: of this library too, only Node's loader has it. */
export const WHOLE = "*";

/** True if loading that module now would link it by `require`. */
export function isToBeLinked(url: string, whole: boolean): boolean {
  if (linked.has(url) || url.startsWith("node:")) return false;
  return ownModule(url) === undefined ? !loaded.has(url) : whole;
}

/**
 * Links a module by `import()`, for a synchronous load later. Node ends the whole process, not the thread, if the thread
 * is terminated as `require` links a module.
 */
export async function linkModule(url: string, attributes?: Record<string, string>): Promise<void> {
  linked.set(url, undefined);
  noteModule(url);
  try {
    const namespace: unknown = await import(url, attributes ? { with: attributes } : undefined);
    linked.set(url, namespace);
    if (!canRequire(url)) loaded.set(url, namespace);
  } catch {
    // Not swallowed: the load that follows fails in the same way, and says so where the module is needed.
  }
}

/** Notes what a module that is loaded exports, if it cannot be asked for. */
export function noteNamespace(url: string, namespace: object): void {
  if (!canRequire(url) && !loaded.has(url)) loaded.set(url, namespace);
}

/** @returns whether the module at this address can be loaded synchronously */
export function canRequire(url: string): boolean {
  return url.startsWith("node:") || (url.startsWith("file:") && !/[?#]/.test(url));
}

/** @returns the export of that name; `*` is the whole namespace */
export function loadExport(url: string, name: string): unknown {
  const found = name === WHOLE && ownModule(url) !== undefined ? load(url) : loadModule(url);
  // That of `require` may be another one.
  if (isModuleNamespaceObject(found)) return name === WHOLE ? (linked.get(url) ?? found) : exportOf(found, url, name);
  if (name === "default") return found;
  return name === WHOLE ? namespaceOf(url, found) : exportOf(found, url, name);
}

function exportOf(found: unknown, url: string, name: string): unknown {
  if (typeof found !== "object" && typeof found !== "function") return undefined;
  if (found === null) return undefined;
  if (!(name in found) && isModuleNamespaceObject(found) && hasDefault(found, name))
    return (found.default as Record<string, unknown>)[name];
  if (!(name in found)) throw new PickleError(`Cannot receive "${name}": ${url} does not export it. ${ADD_IN_MODULE}`);
  return (found as Record<string, unknown>)[name];
}

/** `import()` does not find all names that a CommonJS module exports. */
function hasDefault(namespace: object, name: string): namespace is { readonly default: object } {
  const exported = "default" in namespace ? namespace.default : undefined;
  return ((typeof exported === "object" && exported !== null) || typeof exported === "function") && name in exported;
}

function load(url: string): unknown {
  requireHere ??= builtin("node:module").createRequire(import.meta.url);
  try {
    if (canRequire(url)) return requireHere(url.startsWith("node:") ? url : builtin("node:url").fileURLToPath(url));
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    const message = `${url} cannot be loaded in a worker: it, or a module it imports, uses top-level await`;
    throw new PickleError(`${message}. Move the await into a function`, "", { cause: error });
  }
  throw new PickleError(`Cannot load ${url} in a worker: only files without a query can be loaded synchronously`);
}

function namespaceOf(url: string, exported: unknown): object {
  let namespace = namespaces.get(url);
  if (namespace === undefined) {
    namespace = Object.create(null) as object;
    for (const key of keysOf(url, exported)) {
      const { get, value } = Object.getOwnPropertyDescriptor(exported, key) as PropertyDescriptor;
      // Not asked here: a getter may load what nobody needs.
      const asked = { get: (): unknown => (exported as Record<string, unknown>)[key] };
      Object.defineProperty(namespace, key, { enumerable: true, ...(get ? asked : { value }) });
    }
    Object.defineProperty(namespace, "default", { enumerable: true, value: exported });
    namespaces.set(url, Object.freeze(namespace));
  }
  return namespace;
}

function keysOf(url: string, exported: unknown): string[] {
  if (url.endsWith(".json") || (typeof exported !== "object" && typeof exported !== "function")) return [];
  return Object.keys(exported ?? {}).filter((key) => key !== "default");
}
