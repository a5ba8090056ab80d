/**
 * Modules as objects: what `import()` and `require` give, and the copies that compilers make of `module.exports` so that it
 * looks as `import * as` shows it. All of them stand for a module that the receiver loads itself.
 */
import { isModuleNamespaceObject, isProxy } from "node:util/types";
import { builtinName } from "../builtins/node-names.js";
import { type Inspector, openInspector } from "../live/inspector.js";
import { scriptOf } from "../live/scripts.js";
import { isReferable } from "./by-value.js";
import { commonJsExporting } from "./common-js.js";
import { esModuleOf } from "./es-modules.js";
import { WHOLE } from "./load.js";
import { notedImport, noteImported, type Reference } from "./noted-imports.js";
import { packageOf } from "./resolve.js";
import { vmModuleOf } from "./vm-modules.js";

/** @returns the module that `object` is, or undefined if it is none, or one whose code travels by value */
export function moduleOf(object: object, isCommonJs: (value: unknown) => boolean): Reference | undefined {
  if (isProxy(object)) return moduleBehind(object, isCommonJs);
  const reference = isModuleNamespaceObject(object) ? moduleWithNamespace(object, isCommonJs) : undefined;
  const found = reference ?? requiredAs(object, isCommonJs) ?? receivedAs(object) ?? copyOf(object, isCommonJs);
  if (found === undefined || !isReferable(found.url)) return undefined;
  if (isModuleNamespaceObject(object) && !isCommonJs(object)) noteImported(object, found);
  return found;
}

/** Where compilers have put `default` among what is exported, a stand-in shows that, and all else beside it. */
function moduleBehind(proxy: object, isCommonJs: (value: unknown) => boolean): Reference | undefined {
  const behind = behindStandIn(proxy);
  const found = behind && !isProxy(behind) ? moduleOf(behind, isCommonJs) : undefined;
  const exported: unknown = behind && found ? ownProperty(behind, "default")?.value : undefined;
  if (found?.name !== WHOLE || typeof exported !== "object" || exported === null || isProxy(exported)) return found;
  const isCompiled = ["__esModule", "default"].every((key) => Object.hasOwn(exported, key));
  return isCompiled && isCommonJs(exported) ? { ...found, name: "default" } : found;
}

/** @returns whether `object` is the namespace of a module that is known, whose code travels by value */
export function isNamespaceByValue(object: object): boolean {
  const reference = isModuleNamespaceObject(object) ? esModuleOf(object) : undefined;
  return reference !== undefined && !isReferable(reference.url);
}

function moduleWithNamespace(namespace: object, isCommonJs: (value: unknown) => boolean): Reference | undefined {
  if (isCommonJs(namespace)) return requiredAs(namespace, isCommonJs);
  return esModuleOf(namespace) ?? copyOf(namespace, isCommonJs) ?? vmModuleOf(namespace);
}

/** What `require` gives of an ES module is its namespace. */
function requiredAs(object: object, isCommonJs: (value: unknown) => boolean): Reference | undefined {
  const url = isCommonJs(object) ? commonJsExporting(object) : undefined;
  return url === undefined ? undefined : { url, name: isModuleNamespaceObject(object) ? WHOLE : "default" };
}

/** What stands here for the namespace of a module that is none for Node's loader. */
function receivedAs(object: object): Reference | undefined {
  const noted = notedImport(object);
  return noted?.name === WHOLE ? noted : undefined;
}

/** A copy has what is exported as `default`, and beside that the same as what is exported, or a part of it in a namespace. */
function copyOf(object: object, isCommonJs: (value: unknown) => boolean): Reference | undefined {
  const exported: unknown = ownProperty(object, "default")?.value;
  if ((typeof exported !== "object" && typeof exported !== "function") || exported === null) return undefined;
  const url = addressOf(exported, isCommonJs);
  if (url === undefined) return undefined;
  const keys = Object.getOwnPropertyNames(object).filter((key) => key !== "default");
  const isWhole = keys.length > 0 && Object.keys(exported).every((key) => Object.hasOwn(object, key));
  if (!isWhole && !isModuleNamespaceObject(object)) return undefined;
  return keys.every((key) => isSame(object, exported, key)) ? { url, name: WHOLE } : undefined;
}

function addressOf(exported: object, isCommonJs: (value: unknown) => boolean): string | undefined {
  const name = builtinName(exported);
  if (name !== undefined) return name.includes(".") ? undefined : name;
  return isCommonJs(exported) ? commonJsExporting(exported) : undefined;
}

/** Nothing runs: what a getter of the copy gives is taken to be what its name says. */
function isSame(copy: object, exported: object, key: string): boolean {
  if (key === "module.exports" || key === "__esModule") return true; // what loaders and compilers add
  const [ours, theirs] = [ownProperty(copy, key), ownProperty(exported, key)];
  if (ours === undefined || theirs === undefined) return false;
  return ours.get !== undefined || theirs.get !== undefined || ours.value === theirs.value;
}

function ownProperty(object: object, key: string): PropertyDescriptor | undefined {
  try {
    return Object.getOwnPropertyDescriptor(object, key);
  } catch {
    return undefined; // an export that is not initialised yet
  }
}

/**
 * What a test runner puts in the place of an import: a Proxy around the module, by whose traps the names that Node does not see in
 * a CommonJS module are found. Only one whose traps are code of an installed package is taken for that: the program's own
 * may do anything.
 *
 * @returns the object behind a Proxy that a package has made, or undefined; no trap runs
 */
function behindStandIn(proxy: object): object | undefined {
  const inspector = openInspector();
  if (inspector instanceof Error) return undefined;
  const [target, handler] = [inspector.internal(proxy, "[[Target]]"), inspector.internal(proxy, "[[Handler]]")];
  if (!isObject(target) || !isObject(handler)) return undefined;
  const trap: unknown = Object.getOwnPropertyDescriptor(handler, "get")?.value;
  return typeof trap === "function" && isCodeOfPackage(inspector, trap as () => void) ? target : undefined;
}

function isCodeOfPackage(inspector: Inspector, fn: () => void): boolean {
  const { location, scopes } = inspector.inspectFunction(fn);
  if (location === undefined) return false;
  const { url } = scriptOf(inspector, location.scriptId, scopes);
  return url.startsWith("file:") && packageOf(url) !== "";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
