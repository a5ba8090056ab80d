/**
 * What the program has given to a class or function that a module exports, as plugins and mixins do. The worker's own does
 * not have it, and a call of it fails there with words of the engine, which say nothing about why.
 */
import { type AnyFunction, textOf } from "../live/function-facts.js";
import { openInspector } from "../live/inspector.js";
import { sourceOf } from "../live/scripts.js";
import { findExported } from "../modules/exported-functions.js";

const MISSING = /\.([\p{ID_Start}$_][\p{ID_Continue}$]*) is not a function$/u;

/** How the name may stand in a file. */
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;

/** @returns what to do about an error of a worker that has not what was set up here; undefined if it is none */
export function settingsRemedy(error: unknown): string | undefined {
  if (!(error instanceof TypeError)) return undefined;
  const [, name] = MISSING.exec(String(error.message)) ?? [];
  if (name === undefined || findExported((fn) => has(fn, name) && isAdded(fn, name)) === undefined) return undefined;
  return `'${name}' was added here, by this program. Do that in a module of your own that both import: a worker loads it, too`;
}

function has(fn: AnyFunction, name: string): boolean {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, "prototype")?.value;
  const holders = typeof prototype === "object" && prototype !== null ? [fn, prototype] : [fn];
  return holders.some((each) => typeof Object.getOwnPropertyDescriptor(each, name)?.value === "function");
}

/** The file that it is written in would name it. */
function isAdded(fn: AnyFunction, name: string): boolean {
  const inspector = openInspector();
  if (inspector instanceof Error || textOf(fn).endsWith("{ [native code] }")) return false;
  const { location } = inspector.inspectFunction(fn);
  if (location === undefined) return false;
  for (const [each] of sourceOf(inspector, location.scriptId).matchAll(NAME)) if (each === name) return false;
  return true;
}
