/**
 * ES modules that a test runner has loaded by itself, in a context of its own: Node has no list of them. They are known by the
 * file in which something that they export is written, if that file exports the same names.
 */
import { isProxy } from "node:util/types";
import type { ModuleBindings } from "../analysis/module.js";
import type { Reference } from "./imported.js";
import { openInspector } from "./inspector.js";
import { WHOLE } from "./modules.js";
import { scriptOf } from "./scripts.js";

/** Exports that are looked at: those of another file, which the module hands on, lead nowhere. */
const MOST = 8;

/** @returns the module that has this namespace, or undefined */
export function writtenModuleOf(namespace: object): Reference | undefined {
  const inspector = openInspector();
  if (inspector instanceof Error) return undefined;
  const names = Object.keys(namespace);
  for (const fn of functionsIn(namespace, names).slice(0, MOST)) {
    const { location, scopes } = inspector.inspectFunction(fn);
    if (location === undefined) continue;
    const { url, isModule, bindings } = scriptOf(inspector, location.scriptId, scopes);
    if (isModule && url.startsWith("file:") && exportsAll(bindings, names)) return { url, name: WHOLE };
  }
  return undefined;
}

function functionsIn(namespace: object, names: readonly string[]): (() => void)[] {
  return names.flatMap((name) => {
    const value = exportOf(namespace, name);
    return typeof value === "function" && !isProxy(value) ? [value as () => void] : [];
  });
}

function exportOf(namespace: object, name: string): unknown {
  try {
    return Object.getOwnPropertyDescriptor(namespace, name)?.value;
  } catch {
    return undefined; // an export that is not initialised yet
  }
}

function exportsAll({ exports, anonymousDefault }: ModuleBindings, names: readonly string[]): boolean {
  const written = new Set(exports.values());
  if (anonymousDefault !== undefined) written.add("default");
  return written.size === names.length && names.every((name) => written.has(name));
}
