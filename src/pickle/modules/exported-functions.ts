/** The functions and classes that the modules export which are loaded here, and those that such an export has as its own. */
import * as types from "node:util/types";
import { commonJsExports } from "./common-js.js";
import { loadedModules } from "./load.js";
import { learnLoadedExports } from "./loaded-exports.js";

// biome-ignore lint/complexity/noBannedTypes: any function
type AnyFunction = Function;

/** @returns the first of them that passes the test */
export function findExported(test: (fn: AnyFunction) => boolean): AnyFunction | undefined {
  learnLoadedExports();
  for (const exported of commonJsExports()) {
    const found = findIn(exported, test);
    if (found !== undefined) return found;
  }
  for (const [, exported] of loadedModules()) {
    const found = findIn(exported, test);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findIn(exported: unknown, test: (fn: AnyFunction) => boolean): AnyFunction | undefined {
  if (typeof exported === "function" && !types.isProxy(exported) && test(exported)) return exported;
  if ((typeof exported !== "object" && typeof exported !== "function") || exported === null) return undefined;
  if (types.isProxy(exported)) return undefined;
  for (const key of Object.getOwnPropertyNames(exported)) {
    const value = read(exported, key);
    if (typeof value === "function" && !types.isProxy(value) && test(value)) return value;
  }
  return undefined;
}

/** An export may be not initialised yet; a getter is not asked. */
function read(exported: object, key: string): unknown {
  try {
    return Object.getOwnPropertyDescriptor(exported, key)?.value;
  } catch {
    return undefined;
  }
}
