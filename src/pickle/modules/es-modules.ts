/**
 * The ES modules that this thread has loaded, by their namespaces. Node keeps a list of them, in a variable around one of its own
 * functions: the inspector reads it there. Where there is no such variable, nothing is found.
 */
import * as nodeModule from "node:module";
import { isMap } from "node:util/types";
import { eachEntry } from "../builtins/internal-state.js";
import { openInspector } from "../live/inspector.js";
import { WHOLE } from "./load.js";
import type { Reference } from "./noted-imports.js";

/** What Node notes of a module. Anything else may be in the list while a module is on its way. */
interface ModuleJob {
  readonly url?: string;
  readonly importAttributes?: Readonly<Record<string, string>>;
  readonly module?: { getNamespace?(): object };
}

/** By the kind of module that was asked for. */
type ModuleJobs = Readonly<Record<string, ModuleJob | undefined>>;

const found = new WeakMap<object, Reference>();

/** @returns the module that has this namespace, or undefined */
export function esModuleOf(namespace: object): Reference | undefined {
  const cache = found.has(namespace) ? undefined : loadCache();
  if (cache) eachEntry(cache, (jobs) => Object.values(jobs as ModuleJobs).forEach(note));
  return found.get(namespace);
}

/** @returns the namespace of the module that Node's loader has loaded from that address, or undefined */
export function namespaceAt(url: string): object | undefined {
  known ??= loadCache();
  const jobs = known && (Reflect.apply(get, known, [url]) as ModuleJobs | undefined);
  const [job] = jobs === undefined ? [] : Object.values(jobs);
  return job?.module && namespaceOf(job.module);
}

const { get } = Map.prototype;
let known: Map<unknown, unknown> | undefined;

function note(job: ModuleJob | undefined): void {
  const { url, importAttributes = {} } = job ?? {};
  const namespace = job?.module && namespaceOf(job.module);
  if (url === undefined || namespace === undefined || found.has(namespace)) return;
  const hasAttributes = Object.keys(importAttributes).length > 0;
  found.set(namespace, { url, name: WHOLE, ...(hasAttributes ? { attributes: { ...importAttributes } } : {}) });
}

/** One that is not linked yet has none. */
function namespaceOf(module: NonNullable<ModuleJob["module"]>): object | undefined {
  try {
    return module.getNamespace?.();
  } catch {
    return undefined;
  }
}

function loadCache(): Map<unknown, unknown> | undefined {
  const inspector = openInspector();
  const { register } = nodeModule as object as { readonly register?: () => void };
  if (inspector instanceof Error || register === undefined) return undefined;
  for (const { variables } of inspector.inspectFunction(register).scopes) {
    const loader = Object.hasOwn(variables, LOADER) ? (variables[LOADER] as { loadCache?: unknown }) : undefined;
    if (isMap(loader?.loadCache)) return loader.loadCache;
  }
  return undefined;
}

const LOADER = "cascadedLoader";
