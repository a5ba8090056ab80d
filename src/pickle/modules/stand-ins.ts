/**
 * What a test runner puts in the place of an import: a Proxy around the module, by whose traps the names that Node does not see in
 * a CommonJS module are found. Only one whose traps are code of an installed package is taken for that: the program's own
 * may do anything.
 */
import type { Inspector } from "../live/inspector.js";
import { openInspector } from "../live/inspector.js";
import { scriptOf } from "../live/scripts.js";
import { packageOf } from "../packages/package-of.js";

/** @returns the object behind a Proxy that a package has made, or undefined; no trap runs */
export function behindStandIn(proxy: object): object | undefined {
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
